"""A store that takes nothing of a kind is set up wrongly: nothing is lost for it, nothing else waits."""

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.journal.entry import RefusedMessage
from gateway.journal.journal import Journal
from gateway.journal.refusals import Patience
from gateway.journal.store_writer import Pace, StoreWriter
from gateway.journal.stores.refused_kinds import RefusedKinds
from gateway.metrics import STORE_REFUSES, STORE_WRITTEN, Metrics
from gateway.outage import BackOff
from gateway.store.interface import STORED, Measurement, Placed, Rejected, RoomSample
from gateway.store.row import kind_of
from sensors.clock import SYSTEM
from sensors.wire.payload import encode_reading
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.refusal import Reason, Refused
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.journal.test_store_writer import ScriptedStore
from tests.gateway.journalled import SECOND_NS, START_NS, running_journal
from tests.servers import wait_until

Row = Placed | RoomSample
VENUE, SERRE = VenueSlug("de-kade"), RoomSlug("serre")
WORDS = "partial write: field type conflict"
LONG = Patience(alone_s=600.0, several_s=600.0)


def air(second: int, device: str) -> Placed:
    at_ns = START_NS + second * SECOND_NS
    return Placed(SERRE, AirReading(VENUE, DeviceSlug(device), at_ns, at_ns, True, 800.0))


def people(second: int) -> Placed:
    at_ns = START_NS + second * SECOND_NS
    return Placed(SERRE, PeopleReading(VENUE, DeviceSlug("door"), at_ns, at_ns, True, count=second))


def two_devices(count: int, first: int = 0) -> list[Row]:
    return [air(first + i, f"co2-{i % 2}") for i in range(count)]


class ChoosyStore(ScriptedStore):
    """A store that refuses some rows, as long as it likes."""

    def __init__(self, refuses: Callable[[Row], bool]) -> None:
        super().__init__()
        self.refuses = refuses
        self.seen: list[Row] = []
        self.held: dict[tuple[str, int, str], Row] = {}

    def write(self, rows: Sequence[Row]) -> tuple[Rejected, ...]:
        refused = Refused(Reason.STORE_REJECTED, WORDS)
        bad = [row for row in rows if self.refuses(row)]
        self.seen += [row for row in rows if row not in self.seen]
        for row in rows:
            if not self.refuses(row):
                of = row if isinstance(row, RoomSample) else row.reading
                device = "" if isinstance(row, RoomSample) else row.reading.device
                self.held[kind_of(row), of.at_ns, device] = row
        return tuple(Rejected(row, refused) for row in bad)

    def has_seen(self, rows: int) -> bool:
        return len(self.seen) >= rows

    def count_of(self, kind: Measurement) -> int:
        return sum(of == kind for of, _, _ in self.held)


def refuses_air(row: Row) -> bool:
    return kind_of(row) == "air"


class Site:
    """A writer that runs, and what a person may ask of it."""

    def __init__(self, journal: Journal, store: ChoosyStore, patience: Patience) -> None:
        self.journal, self.store, self.counters = journal, store, Metrics()
        self.asked: list[Measurement] = []
        pace = Pace(0.0, BackOff(0.01, 0.05), 0.05, 0.0, patience)
        self.writer = StoreWriter(
            journal,
            store,
            self.counters,
            SYSTEM,
            pace=pace,
            refused=RefusedKinds(self.counters, self._releases),
        )

    def _releases(self) -> Collection[Measurement]:
        asked, self.asked = self.asked, []
        return asked

    @contextmanager
    def running(self) -> Iterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=self.writer.run, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(30)
            assert not thread.is_alive()

    def refuses(self) -> bool:
        return self.counters.value(STORE_REFUSES, "air") == 1

    def quarantined(self) -> list[RefusedMessage]:
        self.journal.flush(30)
        entries = self.journal.read(0, 100_000)
        return [entry for _, entry in entries if isinstance(entry, RefusedMessage)]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with running_journal(tmp_path / "journal.db") as started:
        yield started


def append(journal: Journal, rows: Sequence[Row]) -> None:
    journal.append(rows)
    journal.flush(30)


def append_apart(site: Site, rows: Sequence[Row], at_a_time: int) -> None:
    """Each part is tried before the next one comes."""
    for first in range(0, len(rows), at_a_time):
        append(site.journal, rows[first : first + at_a_time])
        upto = min(first + at_a_time, len(rows))
        wait_until(partial(site.store.has_seen, upto), "the writer")


@pytest.mark.parametrize("at_a_time", [1, 7, 1000], ids=["one by one", "in sevens", "at once"])
def test_a_kind_that_is_refused_whole_stays_in_the_journal_and_all_else_goes_on(
    journal: Journal, caplog: pytest.LogCaptureFixture, at_a_time: int
) -> None:
    site = Site(journal, ChoosyStore(refuses_air), LONG)
    rows = two_devices(20)
    with site.running():
        append_apart(site, rows, at_a_time)
        append(journal, [people(1), *two_devices(50, first=100), people(2)])
        wait_until(lambda: site.store.count_of("people") == 2, "what is not refused")
        wait_until(site.refuses, "the gauge")
    assert site.quarantined() == []
    assert journal.store_position == 0
    said = [r.message for r in caplog.records if r.levelno >= logging.ERROR]
    assert len(said) == 1
    assert said[0].startswith(f"store refuses air, every line: {WORDS}; they are kept")
    assert "luchtig store release air" in said[0]


def test_once_the_store_is_mended_all_of_it_lands(journal: Journal) -> None:
    site = Site(journal, ChoosyStore(refuses_air), LONG)
    append(journal, [*two_devices(30), people(1)])
    with site.running():
        wait_until(site.refuses, "the misconfiguration")
        site.store.refuses = lambda _: False
        wait_until(lambda: journal.store_position == 31, "the cursor, without anything new")
    assert (site.store.count_of("air"), site.store.count_of("people")) == (30, 1)
    assert site.quarantined() == []
    assert not site.refuses()


def test_what_comes_after_the_mending_brings_the_rest_along(journal: Journal) -> None:
    """Also where the oldest line is at fault for a reason of its own."""
    site = Site(journal, ChoosyStore(refuses_air), LONG)
    append(journal, two_devices(30))
    with site.running():
        wait_until(site.refuses, "the misconfiguration")
        poison = air(0, "co2-0")
        site.store.refuses = lambda row: row == poison
        append(journal, two_devices(5, first=100))
        wait_until(lambda: journal.store_position >= 36, "the cursor")
    assert site.store.count_of("air") == 34
    assert [one.reason for one in site.quarantined()] == [Reason.STORE_REJECTED]


def test_what_a_person_gives_up_goes_to_the_quarantine_and_so_does_what_comes(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    site = Site(journal, ChoosyStore(refuses_air), LONG)
    append(journal, [*two_devices(25), people(1)])
    with site.running():
        wait_until(site.refuses, "the misconfiguration")
        site.asked.append("air")
        wait_until(lambda: journal.store_position >= 26, "the cursor")
        append(journal, two_devices(25, first=100))
        wait_until(lambda: len(site.quarantined()) == 50, "the quarantine")
        wait_until(lambda: journal.store_position == journal.last_id, "the cursor")
    assert not site.refuses()
    assert site.store.count_of("people") == 1
    assert any("air is released" in record.message for record in caplog.records)


def test_after_a_release_the_kind_is_watched_again_once_the_store_took_one(
    journal: Journal,
) -> None:
    site = Site(journal, ChoosyStore(refuses_air), LONG)
    append(journal, two_devices(25))
    with site.running():
        wait_until(site.refuses, "the misconfiguration")
        site.asked.append("air")
        wait_until(lambda: journal.store_position >= 25, "the release")
        site.store.refuses = lambda _: False
        append(journal, two_devices(1, first=100))
        wait_until(lambda: site.store.count_of("air") == 1, "one that is taken")
        site.store.refuses = refuses_air
        append(journal, two_devices(25, first=200))
        wait_until(site.refuses, "the misconfiguration, again")


@pytest.mark.parametrize("at_a_time", [1, 100], ids=["one by one", "at once"])
def test_a_device_of_a_wrong_type_among_others_is_quarantined(
    journal: Journal, at_a_time: int
) -> None:
    def is_wrong(row: Row) -> bool:
        return isinstance(row, Placed) and row.reading.device == "co2-1"

    site = Site(journal, ChoosyStore(is_wrong), LONG)
    rows = two_devices(61)
    with site.running():
        append_apart(site, rows, at_a_time)
        wait_until(lambda: len(site.quarantined()) == 30, "the quarantine")
        wait_until(lambda: journal.store_position == journal.last_id, "the cursor")
    assert site.store.count_of("air") == 31
    assert not site.refuses()


def test_a_device_that_is_alone_is_quarantined_when_no_other_spoke(journal: Journal) -> None:
    site = Site(journal, ChoosyStore(refuses_air), Patience(alone_s=0.05, several_s=600.0))
    append(journal, [air(i, "co2-1") for i in range(100)])
    with site.running():
        wait_until(lambda: len(site.quarantined()) == 100, "the quarantine")
    assert not site.refuses()


def test_too_few_lines_to_tell_are_quarantined_in_the_end(journal: Journal) -> None:
    site = Site(journal, ChoosyStore(refuses_air), Patience(alone_s=600.0, several_s=0.05))
    append(journal, two_devices(19))
    with site.running():
        wait_until(lambda: len(site.quarantined()) == 19, "the quarantine")
    assert not site.refuses()


def test_rooms_count_as_devices_do(journal: Journal) -> None:
    samples = [
        RoomSample(VENUE, RoomSlug(f"room-{i % 2}"), START_NS + i * SECOND_NS, "good")
        for i in range(20)
    ]
    site = Site(journal, ChoosyStore(lambda row: kind_of(row) == "room"), LONG)
    append(journal, samples)
    with site.running():
        wait_until(lambda: site.counters.value(STORE_REFUSES, "room") == 1, "the gauge")
    assert site.quarantined() == []


def test_two_kinds_that_are_refused_are_mended_each_on_its_own(journal: Journal) -> None:
    site = Site(journal, ChoosyStore(lambda row: kind_of(row) != "people"), LONG)
    samples = [
        RoomSample(VENUE, RoomSlug(f"room-{i % 2}"), START_NS + i * SECOND_NS, "good")
        for i in range(30)
    ]
    append(journal, [row for pair in zip(two_devices(30), samples, strict=True) for row in pair])
    with site.running():
        wait_until(site.refuses, "air")
        site.store.refuses = lambda row: kind_of(row) == "room"
        wait_until(lambda: site.store.count_of("air") == 30, "air")
        assert site.counters.value(STORE_REFUSES, "room") == 1
        assert journal.store_position <= 1
        site.store.refuses = lambda _: False
        wait_until(lambda: journal.store_position == 60, "the cursor")
    assert site.store.count_of("room") == 30
    assert site.quarantined() == []


def test_a_restart_finds_what_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with running_journal(path) as journal:
        site = Site(journal, ChoosyStore(refuses_air), LONG)
        append(journal, [*two_devices(25), people(1)])
        with site.running():
            wait_until(site.refuses, "the misconfiguration")
    with running_journal(path) as journal:
        site = Site(journal, ChoosyStore(lambda _: False), LONG)
        with site.running():
            wait_until(lambda: journal.store_position == 26, "the cursor")
        assert site.store.count_of("air") == 25


KINDS = st.sampled_from(["air", "people", "room"])
MOMENTS = st.lists(
    st.tuples(
        st.lists(st.tuples(KINDS, st.integers(0, 2)), max_size=40),
        st.frozensets(KINDS),
        st.frozensets(st.tuples(KINDS, st.integers(0, 2)), max_size=2),
        st.none() | KINDS,
    ),
    min_size=1,
    max_size=8,
)


def made(kind: str, source: int, number: int) -> Row:
    at_ns = START_NS + number * SECOND_NS
    if kind == "room":
        return RoomSample(VENUE, RoomSlug(f"room-{source}"), at_ns, "good")
    of = (VENUE, DeviceSlug(f"device-{source}"), at_ns, at_ns, True)
    return Placed(SERRE, AirReading(*of, 800.0) if kind == "air" else PeopleReading(*of, count=1))


def source_of(row: Row) -> tuple[str, int]:
    name = row.room if isinstance(row, RoomSample) else row.reading.device
    return kind_of(row), int(name[-1])


@settings(max_examples=15)
@given(MOMENTS, st.sampled_from([Patience(0.0, 0.0), LONG]))
def test_whatever_is_refused_and_mended_each_row_is_stored_or_quarantined(
    moments: list[tuple[list[tuple[str, int]], frozenset[str], frozenset[tuple[str, int]], str | None]],
    patience: Patience,
) -> None:  # fmt: skip
    """A whole kind, a device of it, released, mended, in any order; in the end all is well."""
    rows: list[Row] = []
    with TemporaryDirectory() as folder, running_journal(Path(folder) / "journal.db") as journal:
        site = Site(journal, ChoosyStore(lambda _: False), patience)
        for sent, kinds, sources, released in moments:
            site.store.refuses = partial(_refuses, kinds, sources)
            new = [made(kind, source, len(rows) + i) for i, (kind, source) in enumerate(sent)]
            rows += new
            append(journal, new)
            if released is not None:
                site.asked += [kind for kind in STORED if kind == released]
            for _ in range(3):
                site.writer.step()
        site.store.refuses = lambda _: False
        append(journal, [made(kind, 9, 10_000) for kind in STORED])
        wait_until(lambda: not site.writer.step() and _is_through(site), "the cursor")
        quarantined = {one.payload for one in site.quarantined()}
        lost = [row for row in rows if _key(row) not in site.store.held]
        assert [row for row in lost if _payload(row) not in quarantined] == []


def _payload(row: Row) -> bytes:
    return repr(row).encode()[:512] if isinstance(row, RoomSample) else encode_reading(row.reading)


def _refuses(kinds: frozenset[str], sources: frozenset[tuple[str, int]], row: Row) -> bool:
    return kind_of(row) in kinds or source_of(row) in sources


def _is_through(site: Site) -> bool:
    site.journal.flush(30)
    return site.journal.store_position == site.journal.last_id


def _key(row: Row) -> tuple[str, int, str]:
    of = row if isinstance(row, RoomSample) else row.reading
    return kind_of(row), of.at_ns, "" if isinstance(row, RoomSample) else row.reading.device


class MendedStore(ChoosyStore):
    """A store that a person mends while it is found out which lines of the first write are at fault."""

    def write(self, rows: Sequence[Row]) -> tuple[Rejected, ...]:
        middle = len(rows) // 2
        refused = super().write(rows[:middle])
        self.refuses = lambda _row: False
        return refused + super().write(rows[middle:])


def test_sound_lines_that_were_refused_until_the_store_was_mended_are_not_given_up(
    journal: Journal,
) -> None:
    site = Site(journal, MendedStore(refuses_air), LONG)
    append(journal, two_devices(40))
    with site.running():
        wait_until(lambda: site.counters.value(STORE_WRITTEN) == 40, "the writer")
    assert site.store.count_of("air") == 40
    assert site.quarantined() == []
