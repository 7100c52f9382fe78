"""The writer: the cursor moves only with the store, whatever the store does."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.journal.entry import Note, RefusedMessage
from gateway.journal.journal import Journal
from gateway.journal.store_writer import Pace, StoreWriter
from gateway.metrics import STORE_ERRORS, STORE_WRITTEN, Metrics
from gateway.outage import BackOff
from gateway.store.forgetting.days import Days
from gateway.store.interface import (
    Measurement,
    Placed,
    Rejected,
    RoomDay,
    RoomSample,
    Series,
    SeriesField,
    StoreError,
    StoreMisconfigured,
    StoreUnavailable,
)
from sensors.clock import SYSTEM
from sensors.wire.refusal import Reason, Refused
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.journalled import START_NS, placed, running_journal
from tests.servers import wait_until

Row = Placed | RoomSample

QUICK = Pace(gather_s=0.0, back_off=BackOff(0.01, 0.05), misconfigured_s=0.05)


class ScriptedStore:
    """A store that fails on demand, as a real one does when it likes."""

    def __init__(self, *failures: StoreError) -> None:
        self.failures = list(failures)
        self.taken: list[Row] = []
        self.poison: Row | None = None

    def write(self, rows: Sequence[Row]) -> tuple[Rejected, ...]:
        if self.failures:
            raise self.failures.pop(0)
        refused = Refused(Reason.STORE_REJECTED, "partial write: field type conflict")
        self.taken += [row for row in rows if row != self.poison]
        return tuple(Rejected(row, refused) for row in rows if row == self.poison)

    def series(
        self,
        venue: VenueSlug,
        room: RoomSlug,
        fields: Sequence[SeriesField],
        from_ns: int,
        to_ns: int,
        points: int,
    ) -> Series:
        raise NotImplementedError

    def rows(
        self, kind: Measurement, venue: VenueSlug, room: RoomSlug | None, from_ns: int, to_ns: int
    ) -> Iterator[Row]:
        raise NotImplementedError

    def count(self, kind: Measurement, venue: VenueSlug, room: RoomSlug | None = None) -> int:
        raise NotImplementedError

    @property
    def days(self) -> Days:
        raise NotImplementedError

    def undone(self, venue: VenueSlug, before_ns: int) -> Sequence[RoomDay]:
        raise NotImplementedError

    def downsample(self, day: RoomDay) -> None:
        raise NotImplementedError

    def remove(self, venue: VenueSlug) -> bool:
        raise NotImplementedError

    def check(self) -> str:
        return "scripted"

    def close(self) -> None: ...


@contextmanager
def writing(journal: Journal, store: ScriptedStore, counters: Metrics) -> Iterator[None]:
    stop = threading.Event()
    writer = StoreWriter(journal, store, counters, SYSTEM, pace=QUICK)
    thread = threading.Thread(target=writer.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with running_journal(tmp_path / "journal.db") as started:
        yield started


def test_readings_and_samples_reach_the_store_in_order_and_nothing_else(journal: Journal) -> None:
    sample = RoomSample(VenueSlug("de-kade"), RoomSlug("serre"), START_NS, "good", 812.0)
    note = Note(VenueSlug("de-kade"), DeviceSlug("co2-03"), START_NS, online=True)
    store, counters = ScriptedStore(), Metrics()
    with writing(journal, store, counters):
        journal.append([placed(1), note, sample, placed(2)])
        wait_until(lambda: journal.store_position == 4, "the cursor")
    assert store.taken == [placed(1), sample, placed(2)]
    assert counters.value(STORE_WRITTEN) == 3


@pytest.mark.parametrize(
    "failure", [StoreUnavailable("busy"), StoreMisconfigured("no such database: make it")]
)
def test_a_store_that_fails_gets_the_same_rows_until_it_takes_them(
    journal: Journal, failure: StoreError, caplog: pytest.LogCaptureFixture
) -> None:
    store, counters = ScriptedStore(*[failure] * 5), Metrics()
    journal.append([placed(1), placed(2)])
    with writing(journal, store, counters):
        wait_until(lambda: journal.store_position == 2, "the cursor")
    assert store.taken == [placed(1), placed(2)]
    assert counters.value(STORE_ERRORS) == 5
    said = [record.message for record in caplog.records]
    assert len([message for message in said if str(failure) in message]) == 1
    assert said[-1].startswith("store: takes readings again after ")


def test_what_the_store_refuses_for_good_joins_the_journal_and_the_rest_lands(
    journal: Journal,
) -> None:
    store, counters = ScriptedStore(), Metrics()
    store.poison = placed(2)
    journal.append([placed(1), placed(2), placed(3)])
    with writing(journal, store, counters):
        wait_until(lambda: journal.store_position == 4, "the cursor, past the refusal too")
    assert store.taken == [placed(1), placed(3)]
    ((number, refusal),) = journal.read(3, 10)
    assert number == 4
    assert isinstance(refusal, RefusedMessage)
    assert refusal.topic == "luchtig/devices/de-kade/co2-03/air"
    assert refusal.reason is Reason.STORE_REJECTED
    assert refusal.detail == "partial write: field type conflict"
    assert b'"co2_ppm":802' in refusal.payload


def test_what_was_written_is_told_before_the_cursor_moves(tmp_path: Path) -> None:
    """Where it cannot be told the batch is written and told again: nothing late is forgotten."""
    told: list[Row] = []
    positions: list[int] = []

    def tell(rows: Sequence[Row]) -> None:
        positions.append(opened.store_position)
        if len(positions) == 1:
            raise StoreUnavailable("the database is away")
        told.extend(rows)

    with running_journal(tmp_path / "journal.db") as opened:
        opened.append([placed(1), placed(2)])
        opened.flush(10)
        writer = StoreWriter(opened, ScriptedStore(), Metrics(), SYSTEM, tell)
        with pytest.raises(StoreUnavailable):
            writer.step()
        assert writer.step() == 2
        assert opened.store_position == 2
    assert told == [placed(1), placed(2)]
    assert positions == [0, 0]


def test_the_cursor_waits_for_who_is_told_and_moves_when_no_more_come(tmp_path: Path) -> None:
    """So that what a batch says of many rooms may be noted together with the next ones."""
    told: list[Sequence[Row]] = []

    def tell(rows: Sequence[Row]) -> bool:
        told.append(rows)
        return bool(rows)

    store = ScriptedStore()
    store.poison = placed(2)
    with running_journal(tmp_path / "journal.db") as opened:
        opened.append([placed(1), placed(2)])
        opened.flush(10)
        writer = StoreWriter(opened, store, Metrics(), SYSTEM, tell)
        assert writer.step() == 2
        assert opened.store_position == 0
        assert writer.step() == 0
        assert opened.store_position == 2
        opened.flush(10)
        ((_, refusal),) = opened.read(2, 10)
        assert isinstance(refusal, RefusedMessage)
        writer.step()  # what the store refused
        assert opened.store_position == 3
    assert [list(rows) for rows in told] == [[placed(1), placed(2)], [], []]


def test_what_no_cursor_passed_is_written_again_by_the_next_writer(tmp_path: Path) -> None:
    store = ScriptedStore()
    with running_journal(tmp_path / "journal.db") as opened:
        opened.append([placed(1)])
        opened.flush(10)
        StoreWriter(opened, store, Metrics(), SYSTEM, lambda _rows: True).step()
        told: list[Row] = []
        StoreWriter(opened, store, Metrics(), SYSTEM, told.extend).step()
        assert opened.store_position == 1
    assert told == [placed(1)]


def test_a_writer_begins_where_the_last_one_stood(tmp_path: Path) -> None:
    path, first, second = tmp_path / "journal.db", ScriptedStore(), ScriptedStore()
    with running_journal(path) as journal:
        journal.append([placed(1), placed(2)])
        with writing(journal, first, Metrics()):
            wait_until(lambda: journal.store_position == 2, "the cursor")
    with running_journal(path) as journal:
        journal.append([placed(3)])
        with writing(journal, second, Metrics()):
            wait_until(lambda: journal.store_position == 3, "the cursor")
    assert second.taken == [placed(3)]


@pytest.mark.parametrize(
    ("error", "least_s"),
    [
        (StoreUnavailable("busy"), 0.0),
        (StoreUnavailable("busy", retry_after_s=20.0), 20.0),
        (StoreUnavailable("busy", retry_after_s=0.0), 0.0),
        (StoreMisconfigured("no such bucket"), 30.0),
    ],
)
def test_the_pause_honours_what_the_server_asks(error: Exception, least_s: float) -> None:
    """It grows by ``gateway.outage.repeat``."""
    assert Pace().least_s(error) == least_s
