"""The live side's own round, on a real journal: what is due and when, what it counts, and what the
journal keeps for it.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from gateway import metrics as names
from gateway.domain.room_state import Rendered, decode_state
from gateway.journal.journal import Journal
from gateway.live.engine import Engine
from gateway.live.loop import BATCH, LiveLoop
from gateway.live.pace import Pace
from gateway.metrics import Metrics
from gateway.mqtt.connection import Outgoing
from gateway.mqtt.publisher import Publisher
from gateway.registry.alerts.flags import CHANGES_AT_ONCE, Publication, recent_flags
from gateway.registry.alerts.outbox import all_messages
from gateway.registry.database import Database
from gateway.registry.live.metric_totals import all_totals
from gateway.registry.revision import raise_revision
from gateway.store.interface import Placed
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.topic import DeviceSlug, RoomKey, RoomSlug
from tests.gateway.aired import Spell, aired_database, hours
from tests.gateway.impatient import make_impatient
from tests.gateway.journalled import running_journal
from tests.gateway.live_venue import START, StandingClock, Wall, air, calm, minute, new_database
from tests.servers import wait_until

READINGS = list(hours(Spell(60, 12, 50.0)))


AT_ONCE = Pace(write_every_s=0.0, checkpoint_every_s=0.0)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


def loaded(database: Database, journal: Journal) -> Engine:
    live = Engine(database, StandingClock(speed=1e5), "gw", AT_ONCE)
    live.load(journal.read)
    return live


def loop_of(live: Engine, journal: Journal, counters: Metrics) -> LiveLoop:
    publisher = Publisher(lambda _: False, live.rendered, None)
    return LiveLoop(live, journal, publisher, counters, StandingClock(), lambda _: None)


def played(loop: LiveLoop, journal: Journal, readings: list[Placed]) -> None:
    """In the journal, judged, and in the store at once."""
    for start in range(0, len(readings), 20):
        some = readings[start : start + 20]
        StandingClock.at = from_ns(some[-1].reading.at_ns)
        journal.append(some)
        assert journal.flush(10)
        loop.step()
        assert journal.flush(10)  # the samples
        journal.move_store(journal.last_id)


class Waits(threading.Event):
    """Is set after so many waits, which take no time."""

    def __init__(self, waits: int) -> None:
        super().__init__()
        self.left = waits

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - it takes no time
        self.left -= 1
        if self.left == 0:
            self.set()
        return self.is_set()


def remembered(live: Engine) -> list[bytes]:
    return [one.snapshot() for one in live._rooms.checkpointed().values()]


def test_the_journal_keeps_what_a_restart_hears_again_and_no_more(tmp_path: Path) -> None:
    database = aired_database(tmp_path)
    with running_journal(tmp_path / "journal.db") as journal:
        live = loaded(database, journal)
        played(loop_of(live, journal, Metrics()), journal, READINGS)
        assert live.cursor > len(READINGS) - 20
        assert live.needed_after > live.cursor - 40
        wait_until(lambda: journal.kept < 100, "what both have to go")
        again = loaded(database, journal)
        again.apply(journal.read(again.cursor, 1000), {})
        assert remembered(again) == remembered(live)


def test_a_database_that_is_away_is_asked_at_every_attempt(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A step that had nothing to do for it must not be taken for its return."""
    database, counters = aired_database(tmp_path), Metrics()
    with running_journal(tmp_path / "journal.db") as journal:
        loop = loop_of(loaded(database, journal), journal, counters)
        make_impatient(database)
        with database.write():
            loop.run(Waits(3))
    assert counters.value(names.DATABASE_ERRORS) == 3
    (said,) = (record.message for record in caplog.records)
    assert "database is locked" in said


def test_how_good_the_forecasts_were_is_counted_beside_no_change(tmp_path: Path) -> None:
    database = aired_database(tmp_path)
    counters = Metrics()
    with running_journal(tmp_path / "journal.db") as journal:
        live = loaded(database, journal)
        loop = loop_of(live, journal, counters)
        played(loop, journal, READINGS)
        loop.step()
    scored = counters.value(names.FORECASTS_SCORED)
    assert 30 < scored <= 45  # once a minute, from a quarter of an hour on
    told, unchanged = (
        counters.value(name) / scored for name in (names.FORECAST_ERROR, names.UNCHANGED_ERROR)
    )
    assert 0 < told < unchanged  # it rises all the time
    assert 50 < unchanged < 300
    with database.read() as conn:
        kept = {name: value for _, name, _, value in all_totals(conn)}
    assert kept[names.FORECASTS_SCORED] > 0


class CountingEngine(Engine):
    """It counts what is asked of it in vain."""

    states_made = 0
    changes_read = 0

    def rendered(self, key: RoomKey) -> Rendered:
        self.states_made += 1
        return super().rendered(key)

    def unpublished(self, limit: int = CHANGES_AT_ONCE) -> tuple[Publication, ...]:
        self.changes_read += 1
        return super().unpublished(limit)


class Round:
    """The live loop, step by step, on a journal of its own and a broker that comes and goes."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self.database = database
        self.journal = journal
        self.wall = Wall()
        self.sent: list[Outgoing] = []
        self.is_up = False
        self.live = CountingEngine(database, StandingClock(), "gw", AT_ONCE, self.wall)
        self.live.load(journal.read)
        self.publisher = Publisher(self.send, self.live.rendered, None, self.wall)
        self.loop = LiveLoop(
            self.live, journal, self.publisher, Metrics(), StandingClock(), lambda _: None,
            AT_ONCE, self.wall,
        )  # fmt: skip

    def send(self, message: Outgoing) -> bool:
        if self.is_up:
            self.sent.append(message)
            if message.done is not None:
                message.done()
        return self.is_up

    def connect(self) -> None:
        self.is_up = True
        self.publisher.connection_made()

    def sent_about(self, what: str) -> int:
        return len([one for one in self.sent if one.topic.endswith(what)])

    def arrive(self, entries: Sequence[Placed]) -> None:
        self.journal.append(entries)
        assert self.journal.flush(10)

    def step(self, seconds: float = 0.1) -> None:
        StandingClock.at += timedelta(seconds=seconds)
        self.wall.now_s += seconds
        self.loop.step()

    def flags(self) -> list[tuple[str, str, str]]:
        with self.database.read() as conn:
            return [(f.room, f.rule, f.state) for f in recent_flags(conn, since=START)]

    def mails(self) -> int:
        with self.database.read() as conn:
            return len(all_messages(conn))


@pytest.fixture
def around(tmp_path: Path) -> Iterator[Round]:
    with running_journal(tmp_path / "journal.db") as journal:
        yield Round(new_database(tmp_path), journal)


def other(at: float) -> Placed:
    """A reading of a sensor that hangs nowhere: nothing is known of the room by it."""
    return Placed(RoomSlug("-"), air(at, 700, device=DeviceSlug("other")).reading)


def an_hour(readings: Iterable[Placed]) -> list[Placed]:
    """An hour's journal, of which no step reads all: so much comes from elsewhere in between."""
    others = (other(60 * n / (4 * BATCH)) for n in range(4 * BATCH))
    return sorted([*readings, *others], key=lambda entry: entry.reading.arrived_ns)


class TestTheClock:
    def test_silence_is_noticed_while_readings_of_others_come_in_without_a_pause(
        self, around: Round
    ) -> None:
        around.arrive([air(1, 700)])
        StandingClock.at = minute(1)
        around.step()
        StandingClock.at = minute(5.9)
        for number in range(120):
            around.arrive([other(5.9 + number / 600)])
            around.step()
            is_due = StandingClock.at >= minute(6) + timedelta(seconds=1.2)
            assert bool(around.flags()) or not is_due
        assert around.flags() == [("serre", "no_data", "firing")]
        assert around.mails() > 0

    def test_what_waits_in_the_journal_is_no_silence(self, around: Round) -> None:
        around.arrive(an_hour(calm(60)))
        StandingClock.at = minute(60)
        while around.live.cursor < around.journal.last_id:
            around.step(1.0)
            assert around.flags() == []
        around.step(1.0)
        assert around.flags() == []
        assert around.mails() == 0

    def test_neither_is_it_when_the_configuration_changes_meanwhile(self, around: Round) -> None:
        around.arrive(an_hour(calm(60)))
        StandingClock.at = minute(60)
        while around.live.cursor < around.journal.last_id:
            with around.database.write() as conn:
                raise_revision(conn)
            around.step(1.0)
            assert around.flags() == []

    def test_a_breach_of_the_backlog_that_is_over_is_told_to_nobody(self, around: Round) -> None:
        around.arrive(an_hour([air(m / 2, 1300 if m < 60 else 700) for m in range(2, 119)]))
        StandingClock.at = minute(60)
        seen = set()
        while around.live.cursor < around.journal.last_id:
            around.step(1.0)
            seen |= set(around.flags())
        assert seen == {("serre", "co2", "firing"), ("serre", "co2", "resolved")}
        assert around.mails() == 0

    def test_silence_in_the_backlog_is_found_where_it_was(self, around: Round) -> None:
        around.arrive(an_hour([*calm(20), air(40, 700), air(41, 700), *calm(60)[10:]]))
        StandingClock.at = minute(60)
        while around.live.cursor < around.journal.last_id:
            around.step(1.0)
        assert around.flags() == [("serre", "no_data", "resolved")]
        with around.database.read() as conn:
            (flag,) = recent_flags(conn, since=START)
        assert (flag.fired_at, flag.resolved_at) == (minute(22), minute(41))


class TestPublishing:
    def test_a_state_is_made_when_it_changed_or_is_to_be_repeated(self, around: Round) -> None:
        around.connect()
        around.arrive([air(1, 700)])
        StandingClock.at = minute(1)
        for _ in range(60):
            around.step(1.0)
        assert around.live.states_made <= 2 * 3  # of two rooms, once in 25 s
        assert around.sent_about("state") >= 2 * 3

    def test_what_came_in_is_told_by_the_same_step(self, around: Round) -> None:
        around.connect()
        StandingClock.at = minute(1)
        around.step()
        around.step(5.0)
        for co2_ppm in (700, 710):
            around.sent.clear()
            around.arrive([air(1 + co2_ppm / 1000, co2_ppm)])
            around.step(0.001)
            states = [decode_state(one.payload).co2_ppm for one in around.sent]
            assert co2_ppm in states

    def test_where_more_waits_than_a_step_takes_a_state_is_told_of_it_all(
        self, around: Round
    ) -> None:
        around.connect()
        StandingClock.at = minute(1)
        around.step()
        around.arrive(an_hour(calm(60)))
        StandingClock.at = minute(60)
        around.step(5.0)
        around.sent.clear()
        while around.live.cursor < around.journal.last_id:
            around.step(0.5)
        told = [decode_state(one.payload).co2_at for one in around.sent]
        newest = max(entry.reading.at_ns for entry in calm(60))
        assert [at for at in told if at is not None][-1] == to_wire(from_ns(newest))
        assert len(told) <= 2

    def test_while_the_broker_is_away_no_change_of_a_flag_is_read(self, around: Round) -> None:
        around.arrive([air(m, 1300) for m in range(1, 9)])
        StandingClock.at = minute(8)
        for _ in range(100):
            around.step()
        assert around.live.changes_read == 0
        around.connect()
        for _ in range(100):
            around.step()
        assert around.sent_about("alert") == 2  # pending, and firing
        assert around.live.changes_read == 1
        assert around.live.unpublished() == ()

    def test_what_the_broker_has_is_marked_although_the_database_was_away(
        self, around: Round, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        around.arrive([air(m, 1300) for m in range(1, 9)])
        StandingClock.at = minute(8)
        around.step()
        around.connect()
        whole = around.database.write

        def locked() -> Any:
            raise OperationalError("COMMIT", None, Exception("database is locked"))

        monkeypatch.setattr(around.database, "write", locked)
        for _ in range(3):
            with pytest.raises(OperationalError):
                around.step()
        monkeypatch.setattr(around.database, "write", whole)
        around.step()
        assert around.sent_about("alert") == 2
        assert around.live.unpublished() == ()
