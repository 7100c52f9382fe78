"""What only the SQLite store promises, and how it fails."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from gateway.store.interface import (
    STORED,
    Measurement,
    Placed,
    RoomSample,
    StoreMisconfigured,
    StoreUnavailable,
)
from gateway.store.sqlite import SqliteStore
from sensors.wire.topic import DeviceSlug, RoomSlug
from tests.gateway.store.rows import T0_NS, VENUE, air, people, sample


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "readings.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(path)
    yield opened
    opened.close()


class TestIdentity:
    """A reading is known by venue, device, kind and time: the first one stays."""

    def test_the_first_of_two_readings_wins(self, store: SqliteStore) -> None:
        store.write([air(0, 700), air(0, 800)])
        store.write([air(0, 900)])
        found = store.series(VENUE, RoomSlug("zaal"), ["co2_ppm"], T0_NS, T0_NS + 1, 1)
        assert (found.min, found.max) == ({"co2_ppm": (700,)}, {"co2_ppm": (700,)})

    def test_the_room_is_no_part_of_it(self, store: SqliteStore) -> None:
        store.write([air(0, room=RoomSlug("zaal")), people(0, count=3, room=RoomSlug("zaal"))])
        store.write(
            [
                air(0, room=RoomSlug("hal")),
                people(0, count=3, room=RoomSlug("hal")),
                air(1, room=RoomSlug("hal")),
            ]
        )
        assert (
            store.count("air", VENUE, RoomSlug("zaal")),
            store.count("air", VENUE, RoomSlug("hal")),
        ) == (
            1,
            1,
        )
        assert (
            store.count("people", VENUE, RoomSlug("zaal")),
            store.count("people", VENUE, RoomSlug("hal")),
        ) == (1, 0)

    def test_the_first_of_two_samples_of_a_room_wins(self, store: SqliteStore) -> None:
        store.write([sample(0, 5), sample(0, 9)])
        found = store.series(VENUE, RoomSlug("zaal"), ["people"], T0_NS, T0_NS + 1, 1)
        assert found.max == {"people": (5,)}


class TestFile:
    def test_what_was_written_survives_without_being_closed(
        self, store: SqliteStore, path: Path
    ) -> None:
        store.write([air(0)])
        with closing(sqlite3.connect(path)) as found:
            assert found.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert found.execute("SELECT venue, room, device, co2_ppm FROM air").fetchall() == [
                (VENUE, "zaal", "co2-1", 800.0)
            ]

    def test_every_commit_reaches_the_disk(self, store: SqliteStore) -> None:
        store.write([air(0)])
        assert store._writer is not None
        assert store._writer.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL

    def test_reading_makes_no_file(self, store: SqliteStore, path: Path) -> None:
        assert store.count("air", VENUE) == 0
        assert "made by the first reading" in store.check()
        assert not path.exists()

    def test_a_file_without_tables_yet_is_an_empty_store(
        self, store: SqliteStore, path: Path
    ) -> None:
        path.parent.mkdir()
        path.touch()
        assert store.count("room", VENUE) == 0
        store.write([air(0)])
        assert store.count("air", VENUE) == 1

    def test_a_file_that_is_taken_away_is_made_again(self, store: SqliteStore, path: Path) -> None:
        store.write([air(0)])
        for file in path.parent.iterdir():
            file.unlink()
        assert store.count("air", VENUE) == 0
        store.write([air(1)])
        assert store.count("air", VENUE) == 1

    def test_two_that_start_at_once_make_the_tables_once(self, path: Path) -> None:
        stores = [SqliteStore(path) for _ in range(4)]
        wrong: list[BaseException] = []

        def write(number: int) -> None:
            try:
                stores[number].write(
                    [air(i, device=DeviceSlug(f"co2-{number}")) for i in range(10)]
                )
            except BaseException as error:
                wrong.append(error)

        threads = [threading.Thread(target=write, args=(number,)) for number in range(len(stores))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert stores[0].count("air", VENUE) == 40
        for store in stores:
            store.close()

    def test_a_reader_cannot_write(self, store: SqliteStore) -> None:
        store.write([air(0)])
        with store._reader() as reader:
            assert reader is not None
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                reader.execute("DELETE FROM air")

    def test_a_room_is_read_along_its_own_rows(self, store: SqliteStore) -> None:
        """A history costs what it holds, however much the file does."""
        store.write([air(0)])
        with store._reader() as reader:
            assert reader is not None
            plan = reader.execute(
                "EXPLAIN QUERY PLAN SELECT co2_ppm FROM air "
                "WHERE venue = 'v' AND room = 'r' AND at_ns >= 0 AND at_ns < 1"
            ).fetchall()
        assert "PRIMARY KEY (venue=? AND room=? AND at_ns>? AND at_ns<?)" in plan[0][3]


class TestFromBefore:
    """A file that a program made which knew fewer fields: it is read as it is, and grows when written."""

    OLD = """
        CREATE TABLE air (
            venue TEXT NOT NULL, room TEXT NOT NULL, at_ns INTEGER NOT NULL, device TEXT NOT NULL,
            co2_ppm REAL NOT NULL, temperature_c REAL,
            seq INTEGER, arrived_ms INTEGER NOT NULL, ts_given INTEGER NOT NULL,
            PRIMARY KEY (venue, room, at_ns, device)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX air_identity ON air (venue, device, at_ns);
        CREATE TABLE people (
            venue TEXT NOT NULL, room TEXT NOT NULL, at_ns INTEGER NOT NULL, device TEXT NOT NULL,
            count INTEGER,
            seq INTEGER, arrived_ms INTEGER NOT NULL, ts_given INTEGER NOT NULL,
            PRIMARY KEY (venue, room, at_ns, device)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX people_identity ON people (venue, device, at_ns);
        CREATE TABLE room (
            venue TEXT NOT NULL, room TEXT NOT NULL, at_ns INTEGER NOT NULL,
            level TEXT NOT NULL, co2_ppm REAL, people INTEGER,
            PRIMARY KEY (venue, room, at_ns)
        ) STRICT, WITHOUT ROWID;
        PRAGMA user_version=1;
    """
    KEY = (VENUE, "zaal", T0_NS)
    ARRIVED_MS = T0_NS // 1_000_000

    @pytest.fixture(autouse=True)
    def old(self, path: Path) -> None:
        path.parent.mkdir()
        with closing(sqlite3.connect(path)) as file:
            file.executescript(self.OLD)
            air_row = (*self.KEY, "co2-1", 800.0, 21.4, 7, self.ARRIVED_MS + 250, 1)
            file.execute("INSERT INTO air VALUES (?,?,?,?,?,?,?,?,?)", air_row)
            people_row = (*self.KEY, "cam-1", 14, None, self.ARRIVED_MS, 0)
            file.execute("INSERT INTO people VALUES (?,?,?,?,?,?,?,?)", people_row)
            file.execute("INSERT INTO room VALUES (?,?,?,?,?,?)", (*self.KEY, "good", 800.0, 14))
            file.commit()

    def rows(self, store: SqliteStore) -> list[Placed | RoomSample]:
        kinds: tuple[Measurement, ...] = ("air", "people", "room")
        return [row for kind in kinds for row in store.rows(kind, VENUE, None, T0_NS, T0_NS + 9)]

    def columns(self, path: Path, table: str) -> set[str]:
        with closing(sqlite3.connect(path)) as file:
            return {row[1] for row in file.execute(f"PRAGMA table_info({table})")}

    def test_its_rows_are_read_without_what_it_lacks(self, store: SqliteStore, path: Path) -> None:
        assert self.rows(store) == [
            air(0, 800, seq=7),
            people(0, count=14, device=DeviceSlug("cam-1")),
            RoomSample(VENUE, RoomSlug("zaal"), T0_NS, "good", 800.0, 14),
        ]
        assert "humidity_pct" not in self.columns(path, "air")  # a reader writes nothing

    def test_a_history_has_nothing_of_what_it_lacks(self, store: SqliteStore) -> None:
        fields = ["co2_ppm", "humidity_pct", "people", "flow_lps"]
        found = store.series(VENUE, RoomSlug("zaal"), fields, T0_NS, T0_NS + 1, 1)
        assert found.mean == {
            "co2_ppm": (800.0,), "humidity_pct": (None,), "people": (14.0,), "flow_lps": (None,),
        }  # fmt: skip

    def test_the_next_write_adds_what_it_lacks(self, store: SqliteStore, path: Path) -> None:
        old = self.rows(store)
        new: list[Placed | RoomSample] = [
            air(5e-9, 900, humidity_pct=44.0),
            people(5e-9, in_total=12, out_total=3),
            sample(5e-9, 9, flow_lps=90.25),
        ]
        assert store.write(new) == ()
        found = self.rows(store)
        assert [row for row in found if row in old] == old
        assert [round_arrival(row) for row in found if row not in old] == [
            round_arrival(row) for row in new
        ]
        assert self.columns(path, "room") >= {"flow_lps", "people_estimate", "per_person_lps"}

    def test_every_field_can_be_added(self, store: SqliteStore, path: Path) -> None:
        store.write([air(1)])
        for kind, fields in STORED.items():
            assert self.columns(path, kind) >= {field.name for field in fields}

    def test_a_program_from_before_goes_on_in_a_file_that_grew(
        self, store: SqliteStore, path: Path
    ) -> None:
        store.write([])
        with closing(sqlite3.connect(path)) as file:
            file.execute("ALTER TABLE air ADD COLUMN of_a_later_program REAL")
        store.close()
        assert store.write([air(2, 900)]) == ()
        assert store.count("air", VENUE) == 2


def round_arrival(row: Placed | RoomSample) -> Placed | RoomSample:
    """The store keeps when a reading arrived to the millisecond."""
    if isinstance(row, RoomSample):
        return row
    arrived_ns = row.reading.arrived_ns // 1_000_000 * 1_000_000
    return Placed(row.room, structs.replace(row.reading, arrived_ns=arrived_ns))


class TestFailure:
    def test_no_database_is_told(self, store: SqliteStore, path: Path) -> None:
        path.parent.mkdir()
        path.write_text("venue,room,co2_ppm\n" * 100)
        for call in (lambda: store.write([air(0)]), lambda: store.count("air", VENUE), store.check):
            with pytest.raises(StoreMisconfigured, match=r"not a database.*store\.url"):
                call()

    def test_a_folder_that_cannot_be_made_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        store = SqliteStore(tmp_path / "file" / "readings.db")
        with pytest.raises(StoreMisconfigured, match=r"readings\.db"):
            store.write([air(0)])

    def test_a_folder_in_its_place_is_told(self, tmp_path: Path) -> None:
        store = SqliteStore(tmp_path)
        for call in (lambda: store.write([air(0)]), lambda: store.count("air", VENUE)):
            with pytest.raises(StoreMisconfigured, match="unable to open"):
                call()

    def test_a_file_of_a_newer_program_is_left_alone(self, store: SqliteStore, path: Path) -> None:
        store.write([air(0)])
        store.close()
        with closing(sqlite3.connect(path)) as newer:
            newer.execute("PRAGMA user_version=99")
        for call in (lambda: store.write([air(1)]), lambda: store.count("air", VENUE)):
            with pytest.raises(StoreMisconfigured, match="newer version"):
                call()

    def test_a_full_disk_may_be_tried_again(self, store: SqliteStore) -> None:
        store.write([air(0)])
        assert store._writer is not None
        (pages,) = store._writer.execute("PRAGMA page_count").fetchone()
        store._writer.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(StoreUnavailable, match="full"):
            store.write([air(i) for i in range(1000)])
        assert store.write([air(i) for i in range(1000)]) == ()  # there is room again
        assert store.count("air", VENUE) == 1000

    def test_a_file_that_another_holds_may_be_tried_again(
        self, store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("gateway.store.sqlite.BUSY_TIMEOUT_S", 0.05)
        store.write([air(0)])
        store.close()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable, match="locked"):
                store.write([air(1)])
            assert store.count("air", VENUE) == 1
        store.write([air(1)])
        assert store.count("air", VENUE) == 2
