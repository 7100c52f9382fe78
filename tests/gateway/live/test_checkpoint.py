"""What is believed of the air, and advised, is the same whether the gateway was killed or not."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from gateway.domain.room_state import RoomState
from gateway.journal.entry import Entry
from gateway.live import checkpoint
from gateway.live.checkpoint import Checkpoints
from gateway.live.pace import NORMAL, Pace
from gateway.registry.live.air_memory import AirMemory, all_memories, put_memories
from gateway.registry.live.operator_requests import ask_people
from gateway.store.interface import Placed
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.reading import Reading
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.gateway.aired import Spell, aired_database, hours, long_meeting, put_meetings
from tests.gateway.live_venue import (
    NO_BACKLOG,
    START,
    Gateway,
    StandingClock,
    air,
    door,
    meeting,
    minute,
)

STORED = Path(__file__).parent / "stored"
FAST = 1e5
"""So that an hour on the clock is no absence of the gateway."""


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


def entries() -> list[Placed]:
    """Two hours: a meeting that is crowded, opens its windows, and leaves; a door beside the camera."""
    found = list(hours(Spell(50, 16, 35.0), Spell(30, 16, 220.0), Spell(40, 0, 35.0), every_s=30.0))
    found += [door(m, 20 + m, m // 2) for m in range(1, 120, 7)]
    return sorted(found, key=lambda entry: entry.reading.at_ns)


ENTRIES = entries()


class Trimmed(Gateway):
    """Its journal forgets what the live side says it needs no more."""

    def _beyond(self, after: int, limit: int) -> list[tuple[int, Entry]]:
        kept = max(after, self.needed_after)
        return list(enumerate(self.journal, 1))[kept : after + limit]

    def restarted(self) -> Any:
        self.needed_after = self.live.needed_after if hasattr(self, "live") else 0
        return super().restarted()


def serre(gateway: Gateway) -> RoomState:
    (found,) = [state for state in gateway.live.states() if state.room == "serre"]
    return found


def memories(gateway: Gateway) -> list[tuple[str, bytes]]:
    found = gateway.live._rooms.checkpointed()
    return [(f"{kind} {slug}", one.snapshot()) for (_, kind, slug), one in found.items()]


def venue(directory: Path, pace: Pace = NORMAL) -> Trimmed:
    StandingClock.at = START
    directory.mkdir(exist_ok=True)
    database = aired_database(directory)
    put_meetings(
        database,
        long_meeting(75.0, activity="standing"),
        meeting("m2", 90, 120),
    )
    return Trimmed(database, FAST, pace)


@pytest.mark.parametrize("write_every_s", [0.0, 1.0], ids=["written at once", "written behind"])
@pytest.mark.parametrize("seed", range(3))
def test_a_kill_at_any_point_changes_nothing(
    tmp_path: Path, seed: int, write_every_s: float
) -> None:
    kills = Random(seed).sample(range(1, len(ENTRIES)), 9)
    pace = replace(NO_BACKLOG, write_every_s=write_every_s, checkpoint_every_s=0.0)
    never = venue(tmp_path / "never", pace)
    often = venue(tmp_path / "often", pace)
    for start, end in pairwise([0, *sorted(kills), len(ENTRIES)]):
        for gateway in (never, often):
            for begin in range(start, end, 12):
                some = ENTRIES[begin : min(begin + 12, end)]
                StandingClock.at = from_ns(some[-1].reading.at_ns)
                gateway.take(*some)
        if end < len(ENTRIES):
            often.restarted()
            often.take()
        assert serre(often) == serre(never)
        assert memories(often) == memories(never)
    assert serre(never).ventilation is not None
    assert serre(never).forecast is not None


@pytest.mark.parametrize("kill", range(1, 9))
def test_a_kill_about_the_night_s_reset_forgets_nobody_and_nothing(
    tmp_path: Path, kill: int
) -> None:
    pace = replace(NO_BACKLOG, checkpoint_every=timedelta(days=1))
    four = 18 * 60.0  # in Amsterdam
    story = [
        air(four - 9, 700), door(four - 8, 50, 20), air(four - 7, 705), door(four - 2, 52, 20),
        door(four + 2, 54, 20), air(four + 3, 640), door(four + 4, 54, 21), air(four + 5, 630),
        air(four + 6, 620),
    ]  # fmt: skip
    never, often = venue(tmp_path / "never", pace), venue(tmp_path / "often", pace)
    for start, end in ((0, kill), (kill, len(story))):
        for gateway in (never, often):
            for entry in story[start:end]:
                StandingClock.at = from_ns(entry.reading.at_ns)
                gateway.take(entry)
            gateway.wall.now_s += 1.0
            gateway.take()
        if end == kill:
            often.restarted()
    assert memories(often) == memories(never)
    assert serre(often).people == serre(never).people == 1


def test_a_count_that_a_person_set_is_not_forgotten(tmp_path: Path) -> None:
    gateway = venue(tmp_path, NO_BACKLOG)
    uncounted = list(hours(Spell(10, 9, 40.0, counted=False)))
    gateway.take(*uncounted, now=10)
    with gateway.database.write() as conn:
        ask_people(conn, VenueSlug("de-kade"), RoomSlug("serre"), 9, "anna", minute(10))
    gateway.live.refresh()
    gateway.restarted()
    gateway.take(*list(hours(Spell(11, 9, 40.0, counted=False)))[len(uncounted) :], now=11)
    estimate = serre(gateway).people_estimate
    assert estimate is not None
    assert (round(estimate.people), estimate.basis) == (9, "counter")


def test_what_an_earlier_gateway_wrote_is_gone_on_from(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The bytes are those of the first two hundred entries, as they were written when the modules of
    the live side had other names; the newest values as they were when they first were such bytes.
    """
    gateway = venue(tmp_path, NO_BACKLOG)
    gateway.take(*ENTRIES[:200], now=71)
    with gateway.database.write() as conn:
        kept = [m for m in all_memories(conn) if m.slug in ("serre", "")]
        stored = [(STORED / f"{m.kind}.msgpack").read_bytes() for m in kept]
        put_memories(
            conn,
            [
                replace(m, state=state, position=gateway.live.cursor)
                for m, state in zip(kept, stored, strict=True)
            ],
        )
    gateway.restarted()
    assert len(kept) == 4
    assert not [r for r in caplog.records if "begins anew" in r.getMessage()]
    state = serre(gateway)
    assert state.ventilation is not None
    assert state.ventilation.flow_lps == 290
    assert state.forecast is not None
    assert list(state.forecast.path[-1]) == [15, 829, 678, 980]
    assert state.forecast.typical_error_ppm == 155
    assert (state.co2_ppm, state.co2_at) == (882.0, "2026-11-24T10:10:30.000Z")


def test_what_was_written_damaged_begins_anew_with_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = venue(tmp_path)
    gateway.take(*ENTRIES[:200], now=40)
    with gateway.database.write() as conn:
        (kept,) = [m for m in all_memories(conn) if (m.kind, m.slug) == ("room", "serre")]
        put_memories(conn, [replace(kept, state=kept.state[: len(kept.state) // 2])])
    gateway.restarted()
    said = [r.getMessage() for r in caplog.records if "begins anew" in r.getMessage()]
    assert len(said) == 1
    assert said[0].startswith("de-kade/serre: what was known of its air cannot be read")
    assert serre(gateway).ventilation is None
    assert serre(gateway).co2_ppm is not None
    gateway.take(*ENTRIES[200:260], now=52)
    assert serre(gateway).forecast is not None


def test_bytes_of_something_else_begin_anew_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = venue(tmp_path)
    gateway.take(*ENTRIES[:100], now=20)
    with gateway.database.write() as conn:
        kept = all_memories(conn)
        put_memories(conn, [replace(m, state=b"\x81\xa3ppm\xcb") for m in kept])
    gateway.restarted()
    assert len([r for r in caplog.records if "begins anew" in r.getMessage()]) == len(kept) == 4
    gateway.take(*ENTRIES[100:200], now=40)
    assert serre(gateway).ventilation is not None


def test_what_a_clock_that_ran_ahead_left_behind_shuts_nothing_out(tmp_path: Path) -> None:
    gateway = venue(tmp_path)
    ahead = hours(Spell(20, 8, 60.0), begin=60 * 24 * 400)
    gateway.take(*ahead, now=60 * 24 * 400 + 20)
    StandingClock.at = minute(0)
    gateway.restarted()
    gateway.take(*(e for e in ENTRIES if e.reading.at_ns < to_ns(minute(20))), now=20)
    state = serre(gateway)
    assert state.co2_at == "2026-11-24T09:19:30.000Z"
    assert state.forecast is not None
    assert state.forecast.at[:16] == "2026-11-24T09:19"


class Counter:
    """Remembers how many readings it heard."""

    def __init__(self) -> None:
        self.is_new = self.is_urgent = False
        self.heard = 0

    def snapshot(self) -> bytes:
        return bytes([self.heard])

    def restore(self, snapshot: bytes) -> None:
        self.heard = snapshot[0]

    def saved(self) -> None:
        self.is_new = self.is_urgent = False

    def replay(self, reading: Reading) -> None:
        del reading
        self.heard += 1
        self.is_new = True


class TestWhenItIsWritten:
    def test_at_first_at_once_and_then_once_a_minute(self) -> None:
        kept, one = Checkpoints(), Counter()
        found: Any = {("v", "room", "a"): one}
        written = []
        for step in range(13):  # every ten seconds a reading
            one.is_new = True
            kept.news(found, found)
            due = kept.due(found, step, minute(step / 6), 10.0 * step)
            written += [step for _ in due]
            kept.written(found, due, 10.0 * step)
        assert written == [0, 6, 12]

    def test_while_the_journal_is_full_it_waits_for_no_minute(self) -> None:
        kept, one = Checkpoints(), Counter()
        found: Any = {("v", "room", "a"): one}
        one.is_new = True
        kept.news(found, found)
        kept.written(found, kept.due(found, 1, minute(0), 0.0), 0.0)
        one.is_new = True
        kept.news(found, found)
        assert (kept.due(found, 2, minute(0.1), 6.0), kept.needed_after(2)) == ((), 1)
        kept.is_hurried = True
        assert kept.due(found, 2, minute(0.1), 1.0) == ()
        kept.written(found, kept.due(found, 2, minute(0.1), 6.0), 6.0)
        assert kept.needed_after(2) == 2

    def test_what_came_from_elsewhere_does_not_wait(self) -> None:
        kept, one = Checkpoints(), Counter()
        found: Any = {("v", "room", "a"): one}
        one.is_new = True
        kept.news(found, found)
        kept.written(found, kept.due(found, 1, minute(0), 0.0), 0.0)
        assert kept.due(found, 2, minute(0.1), 1.0) == ()
        one.is_new = one.is_urgent = True
        kept.news(found, found)
        assert [memory.position for memory in kept.due(found, 2, minute(0.1), 1.0)] == [2]

    def test_a_large_house_is_spread_over_the_minute(self) -> None:
        kept = Checkpoints()
        found: Any = {("v", "room", f"r-{i}"): Counter() for i in range(120)}
        sizes = []
        for step in range(4):
            for one in found.values():
                one.is_new = True
            kept.news(found, found)
            due = kept.due(found, step, minute(2 + step / 60) if step else minute(0), 100.0 * step)
            sizes.append(len(due))
            kept.written(found, due, 100.0 * step)
        assert sizes == [120, 50, 50, 20]

    def test_a_venue_waits_for_its_rooms(self) -> None:
        """A room that is heard again may not meet its venue as it was later."""
        kept, venue = Checkpoints(), Counter()
        rooms = [Counter() for _ in range(70)]
        found: Any = {("v", "room", f"r-{i}"): one for i, one in enumerate(rooms)}
        found["v", "venue", ""] = venue
        positions: dict[tuple[str, str], int] = {}
        written = []
        for step in range(10):
            for one in (*rooms, venue):
                one.is_new = True
            venue.heard = step
            kept.news(found, found)
            due = kept.due(found, step, minute(2 * (step // 2)), 100.0 * step)
            kept.written(found, due, 100.0 * step)
            positions |= {(memory.kind, memory.slug): memory.position for memory in due}
            written += [(m.position, m.state[0]) for m in due if m.kind == "venue"]
            assert positions["venue", ""] <= min(positions.values())
            assert kept.needed_after(step) <= positions["venue", ""]
        assert len(written) > 3
        assert all(position == state for position, state in written)

    def test_a_room_that_was_idle_for_long_keeps_no_other_from_being_heard(self) -> None:
        """What the journal held after it is gone, and nothing of it is missing."""
        busy, idle = Counter(), Counter()
        found: Any = {("de-kade", "room", "serre"): busy, ("de-kade", "room", "zaal"): idle}
        far = 3 * checkpoint.BATCH

        def replay(after: int, limit: int) -> Sequence[tuple[int, Entry]]:
            kept = enumerate(ENTRIES[:20], far)
            return [(n, entry) for n, entry in kept if after < n <= after + limit]

        memories = [
            AirMemory(VenueSlug("de-kade"), "room", "zaal", 3, START, b"\x07"),
            AirMemory(VenueSlug("de-kade"), "room", "serre", far + 4, START, b"\x00"),
        ]
        Checkpoints().load(memories, found, replay, far + 19)
        assert (busy.heard, idle.heard) == (15, 7)

    def test_the_journal_is_needed_from_where_the_oldest_was_written(self) -> None:
        kept = Checkpoints()
        found: Any = {("v", "room", "a"): Counter(), ("v", "room", "b"): Counter()}
        assert kept.needed_after(3) == 3
        for one in found.values():
            one.is_new = True
        kept.news(found, found)
        kept.written(found, kept.due(found, 5, minute(0), 0.0), 0.0)
        found["v", "room", "b"].is_new = True
        kept.news(found, found)
        assert kept.needed_after(9) == 5
        kept.written(found, kept.due(found, 9, minute(2), 120.0), 120.0)
        assert kept.needed_after(9) == 9

    def test_each_hears_again_what_came_after_it_was_written(self) -> None:
        early, late = Counter(), Counter()
        found: Any = {("de-kade", "room", "serre"): early, ("de-kade", "venue", ""): late}
        read = []

        def replay(after: int, limit: int) -> Sequence[tuple[int, Entry]]:
            read.append(after)
            return list(enumerate(ENTRIES, 1))[after : after + limit]

        kept = [
            AirMemory(VenueSlug("de-kade"), "room", "serre", 10, START, b"\x00"),
            AirMemory(VenueSlug("de-kade"), "venue", "", 17, START, b"\x01"),
            AirMemory(VenueSlug("de-kade"), "room", "gone", 2, START, b"\x00"),
        ]
        Checkpoints().load(kept, found, replay, 20)
        assert (early.heard, late.heard, read) == (10, 1 + 3, [10])
