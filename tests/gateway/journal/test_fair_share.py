"""One device that sends without end is bounded; one that keeps to its pace loses nothing, whenever it comes."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal.entry import Note, RefusedMessage
from gateway.journal.intake import Intake
from gateway.journal.journal import Journal
from gateway.journal.share.fair_share import MINUTE_NS, SECOND_NS, CatchUp, FairShare
from gateway.journal.share.left_out import QUIET_S, LeftOut
from gateway.metrics import OVER_SHARE, REFUSED, Metrics
from gateway.store.interface import Placed
from sensors.clock import SYSTEM, Clock
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.reading import AirReading
from tests.gateway.journalled import running_journal

SOURCE = ("de-kade", "co2-03", AirReading)
NOW_NS = SYSTEM.now_ns() // MINUTE_NS * MINUTE_NS
LABEL = "de-kade/co2-03"
ROOT = "luchtig/devices/de-kade/co2-03"
AIR = f"{ROOT}/air"


def minutes(count: int) -> st.SearchStrategy[int]:
    return st.integers(NOW_NS - count * MINUTE_NS, NOW_NS - 1)


@given(st.lists(minutes(14), max_size=400), st.randoms(use_true_random=False))
def test_a_device_within_its_pace_loses_nothing_in_whatever_order_it_comes(
    times: list[int], chance: Random
) -> None:
    of_minute: Counter[int] = Counter()
    kept = []
    for at_ns in times:
        minute = at_ns // MINUTE_NS
        of_minute[minute] += 1
        if of_minute[minute] <= 60:
            kept.append(at_ns)
    chance.shuffle(kept)
    share = FairShare(1.0)
    assert all(share.takes(SOURCE, at_ns) for at_ns in kept)


@given(st.lists(minutes(5_000), max_size=300))
def test_a_night_that_is_caught_up_with_in_any_order_loses_nothing(times: list[int]) -> None:
    share = FairShare(5.0)
    assert all(share.takes(SOURCE, at_ns) for at_ns in times)


@given(st.lists(minutes(3), max_size=1_000))
def test_a_device_over_its_pace_is_bounded_in_each_minute_and_keeps_one_a_second(
    times: list[int],
) -> None:
    share = FairShare(1.0)
    taken = Counter(at_ns // MINUTE_NS for at_ns in times if share.takes(SOURCE, at_ns))
    assert max(taken.values(), default=0) <= 60 + 60


def test_a_flood_of_now_is_bounded_and_stays_in_sight_each_second() -> None:
    share = FairShare(2.0)
    times = range(NOW_NS, NOW_NS + 3 * MINUTE_NS, SECOND_NS // 100)
    taken = [at_ns for at_ns in times if share.takes(SOURCE, at_ns)]
    of_minute = Counter(at_ns // MINUTE_NS for at_ns in taken)
    assert max(of_minute.values()) <= 2 * 60 + 60
    gaps = [later - at_ns for at_ns, later in pairwise(taken)]
    assert max(gaps) <= 2 * SECOND_NS


def test_each_device_has_a_share_of_its_own() -> None:
    share = FairShare(1.0)
    for _ in range(200):
        share.takes(SOURCE, NOW_NS)
    assert share.takes(("de-kade", "co2-04", AirReading), NOW_NS)
    assert not share.takes(SOURCE, NOW_NS)


def test_for_as_long_as_nothing_was_heard_what_comes_may_be_what_was_kept() -> None:
    hour_ns = 60 * MINUTE_NS
    new = CatchUp(None)
    new.heard(NOW_NS)
    assert not new.is_on(NOW_NS)
    for begun in (CatchUp(NOW_NS - hour_ns), CatchUp(None)):
        begun.heard(NOW_NS - hour_ns)
        begun.heard(NOW_NS)
        assert begun.is_on(NOW_NS + hour_ns - 1)
        for at_ns in range(NOW_NS, NOW_NS + 2 * hour_ns, SECOND_NS):
            begun.heard(at_ns)
        assert not begun.is_on(NOW_NS + 2 * hour_ns)


def test_what_is_left_out_is_said_once_while_it_lasts(caplog: pytest.LogCaptureFixture) -> None:
    now_s = 0.0
    counters = Metrics()
    left_out = LeftOut(counters, 100.0, lambda: now_s)
    with caplog.at_level(logging.INFO):
        kept = [left_out.note(LABEL) for _ in range(50)]
        left_out.tick()
        (line,) = caplog.records
        assert line.getMessage() == (
            "device de-kade/co2-03 sends over 100 messages a second: "
            "what is beyond that is left out and counted"
        )
        caplog.clear()
        now_s = QUIET_S + 1
        left_out.tick()
        assert ["keeps to its share again" in one.getMessage() for one in caplog.records] == [True]
    assert [one is not None for one in kept] == [True] + 49 * [False]
    assert counters.value(OVER_SHARE, LABEL) == 50
    assert counters.value(REFUSED, "over_share") == 49, "the first is in the journal"


@dataclass
class Bench:
    intake: Intake
    journal: Journal
    counters: Metrics
    done: int = 0

    def send(self, topic: str, body: str, *, again: bool = False) -> None:
        def is_done() -> None:
            self.done += 1

        self.intake.message(
            topic, body.encode(), retained=False, done=is_done, packet=1, again=again
        )

    def taken(self) -> list[object]:
        assert self.journal.flush(10)
        return [entry for _, entry in self.journal.read(0, 10_000)]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """In which it is one moment, and one message a second is a share."""
    now = Clock(NOW_NS, 0, 1e-12)
    with running_journal(tmp_path / "journal.db") as journal:
        counters = Metrics()
        yield Bench(Intake(journal, counters, now, share_per_s=1.0), journal, counters)


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        (AIR, '{"co2_ppm":800}'),
        (f"{ROOT}/status", "online"),
        (AIR, "rubbish"),
    ],
    ids=["without a time", "a status", "what is refused"],
)
def test_what_is_beyond_the_share_is_acknowledged_counted_and_the_first_of_it_kept(
    bench: Bench, topic: str, body: str
) -> None:
    for _ in range(300):
        bench.send(topic, body)
    entries = bench.taken()
    assert bench.done == 300
    assert len(entries) == 60 + 1 + 1, "its share, what is always taken, and what is kept to see"
    over = [
        one for one in entries if isinstance(one, RefusedMessage) and one.reason == "over_share"
    ]
    assert [(one.topic, one.payload) for one in over] == [(topic, body.encode())]
    assert bench.counters.value(OVER_SHARE, LABEL) == 300 - 61


def test_readings_count_in_the_minute_of_their_own_time(bench: Bench) -> None:
    for minute in range(60):
        for second in range(60):
            ts = to_wire(from_ns(NOW_NS - minute * MINUTE_NS - second * SECOND_NS))
            bench.send(AIR, f'{{"ts":"{ts}","co2_ppm":800}}')
    assert sum(isinstance(entry, Placed) for entry in bench.taken()) == 3_600
    assert bench.counters.value(OVER_SHARE, LABEL) == 0


def test_what_the_broker_hands_over_again_is_not_counted(bench: Bench) -> None:
    for number in range(300):
        ts = to_wire(from_ns(NOW_NS + number * 1_000_000))
        bench.send(AIR, f'{{"ts":"{ts}","co2_ppm":800}}', again=True)
    assert sum(isinstance(entry, Placed) for entry in bench.taken()) == 300


def test_a_flood_of_one_kind_leaves_the_other_kinds_of_the_device_alone(bench: Bench) -> None:
    for _ in range(300):
        bench.send(AIR, '{"co2_ppm":800}')
    bench.send(f"{ROOT}/people", '{"count":3}')
    bench.send(f"{ROOT}/status", "offline")
    people, status = bench.taken()[-2:]
    assert isinstance(people, Placed)
    assert isinstance(status, Note)


def test_a_gateway_that_was_away_takes_what_the_broker_kept_without_a_time(tmp_path: Path) -> None:
    for start_ns, sent, taken in ((NOW_NS, 1, 1), (NOW_NS + 60 * MINUTE_NS, 300, 300)):
        now = Clock(start_ns, 0, 1e-12)
        with running_journal(tmp_path / "journal.db", clock=now) as journal:
            intake = Intake(journal, Metrics(), now, share_per_s=1.0)
            intake.connected(session_present=True)
            before = journal.last_id
            for _ in range(sent):
                intake.message(AIR, b'{"co2_ppm":800}', retained=False, done=None)
            assert journal.flush(10)
            assert journal.last_id - before == taken
