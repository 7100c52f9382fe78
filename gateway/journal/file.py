"""The journal's file: SQLite in WAL mode, synchronous=FULL, so that what is committed is on
disk.
"""

import contextlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from gateway.journal import deliveries
from gateway.journal.deliveries import Deliveries, Delivery
from gateway.journal.entry import Entry, encode_entry
from gateway.journal.reader import BUSY_S, JournalError, JournalReader
from gateway.store.interface import Placed
from sensors.clock import Clock
from sensors.wire.reading import Kind, Reading

KEYS_DAYS = 8
KEYS_KEPT = 10_000_000
TRIM_CHUNK = 5_000
DAY_NS = 86_400 * 1_000_000_000

# A source is a (venue, device, kind); keys hold its number, to be small. `days` says with which
# entry a day of arrival began.
SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS sources (
    id INTEGER PRIMARY KEY, venue TEXT NOT NULL, device TEXT NOT NULL, kind TEXT NOT NULL,
    UNIQUE (venue, device, kind));
CREATE TABLE IF NOT EXISTS keys (
    source INTEGER NOT NULL, at_ns INTEGER NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY (source, at_ns)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS keys_entry ON keys (entry);
CREATE TABLE IF NOT EXISTS days (day INTEGER PRIMARY KEY, first_entry INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, position INTEGER NOT NULL);
"""
INSERT_KEY = "INSERT OR IGNORE INTO keys VALUES (?, ?, ?)"
PUT_MARK = "INSERT OR REPLACE INTO marks VALUES (?, ?)"


@dataclass(frozen=True, slots=True)
class Commit:
    """What one transaction took: numbered entries, and of which kinds readings were there
    already.
    """

    entries: list[tuple[int, Entry]]
    duplicates: tuple[Kind, ...] = ()


class JournalFile:
    """Written by one thread. ``read`` may be called from any, each gets a connection of its own."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Open or create the file.

        Raises:
            JournalError: it cannot be opened.

        """
        self._path = path
        self._clock = clock
        self._reader = JournalReader(path)
        self.store_position = self.last_id = self.trimmed = self._oldest_key = 0
        self._days: dict[int, int] = {}
        self._sources: dict[tuple[str, str, str], int] = {}
        self._stale = False
        self._deliveries = Deliveries()
        try:
            self._db = self._connect()
            self._db.executescript(SCHEMA + deliveries.SCHEMA)
            self._load()
        except sqlite3.Error as error:
            raise JournalError(f"journal {path}: cannot be opened: {error}") from error

    @property
    def session(self) -> int:
        """The session of the broker's in which the last message came."""
        return self._deliveries.session

    def begin_after(self, position: int) -> None:
        """Continue the numbering beyond ``position``; entries below it stay where they are."""
        if position > self.last_id:
            if self.last_id == self.trimmed:
                self.store_position = self.trimmed = position
            self.last_id = position

    def commit(
        self,
        entries: Sequence[Entry],
        store: int,
        live: int,
        handed_over: Sequence[Delivery | None] = (),
    ) -> Commit:
        """Write entries and the store cursor and delete what both cursors passed, durably.

        ``handed_over`` says of each entry how the broker did so, where it came from there; one that
        came before is left out.

        Raises:
            JournalError: nothing of it was written.

        """
        today = self._clock.now_ns() // DAY_NS
        dirty = store != self.store_position or min(store, live) > self.trimmed
        if not entries and not dirty and self._oldest_key >= self._window(today):
            return Commit([])
        try:
            if self._stale:
                self._load()
            self._db.execute("BEGIN IMMEDIATE")
            taken, duplicates = self._insert(entries, handed_over)
            last_id = self.last_id + len(taken)
            if today not in self._days and taken:
                self._db.execute("INSERT OR IGNORE INTO days VALUES (?, ?)", (today, taken[0][0]))
            if store != self.store_position or last_id != self.last_id:
                marks = (("store", store), ("last", last_id))
                self._db.executemany(PUT_MARK, marks)
            trimmed = self._trim(min(store, live))
            oldest_key = self._forget_keys(today)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._reopen()
            raise JournalError(f"journal {self._path}: {error}") from error
        if today not in self._days and taken:
            self._days[today] = taken[0][0]
        self.last_id, self.store_position, self.trimmed = last_id, store, trimmed
        self._oldest_key = oldest_key
        return Commit(taken, duplicates)

    def read(self, after: int, upto: int) -> list[tuple[int, Entry]]:
        """The entries beyond ``after`` up to and with ``upto``.

        Raises:
            JournalError: they cannot be read.

        """
        return self._reader.read(after, upto)

    def close(self) -> None:
        self._reader.close()
        self._db.close()

    def _connect(self) -> sqlite3.Connection:
        # Opened by the thread that starts the gateway, then used by the committing one alone.
        db = sqlite3.connect(
            self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
        )
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32768"):
            db.execute(f"PRAGMA {pragma}")
        return db

    def _load(self) -> None:
        marks = dict(self._db.execute("SELECT name, position FROM marks"))
        self._days = dict(self._db.execute("SELECT day, first_entry FROM days"))
        first, last = self._db.execute("SELECT min(id), max(id) FROM entries").fetchone()
        self.store_position = marks.get("store", 0)
        self.last_id = max(marks.get("last", 0), last or 0)
        self.trimmed = self.last_id if first is None else first - 1
        self._sources = {}
        (oldest,) = self._db.execute("SELECT min(entry) FROM keys").fetchone()
        self._oldest_key = self.last_id + 1 if oldest is None else oldest
        self._deliveries.load(self._db)
        self._stale = False

    def _reopen(self) -> None:
        """After an error the file alone knows what was written: read it again before writing
        more.
        """
        self._stale = True
        try:
            self._db.rollback()
        except sqlite3.Error:
            self._db.close()
            with contextlib.suppress(sqlite3.Error):  # the next commit says it again
                self._db = self._connect()

    def _insert(
        self, entries: Sequence[Entry], handed_over: Sequence[Delivery | None]
    ) -> tuple[list[tuple[int, Entry]], tuple[Kind, ...]]:
        taken: list[tuple[int, Entry]] = []
        duplicates: list[Kind] = []
        number = self.last_id
        for entry, delivery in zip_longest(entries, handed_over):
            if delivery is not None and self._deliveries.is_known(delivery):
                if isinstance(entry, Placed):
                    duplicates.append(entry.reading.kind)
                continue
            if isinstance(entry, Placed) and entry.reading.ts_given:
                key = (self._source(entry.reading), entry.reading.at_ns, number + 1)
                if self._db.execute(INSERT_KEY, key).rowcount == 0:
                    duplicates.append(entry.reading.kind)
                    continue
            number += 1
            taken.append((number, entry))
        rows = [(number, encode_entry(entry)) for number, entry in taken]
        self._db.executemany("INSERT INTO entries VALUES (?, ?)", rows)
        self._deliveries.write(self._db, [one for one in handed_over if one is not None])
        return taken, tuple(duplicates)

    def _source(self, reading: Reading) -> int:
        name = (reading.venue, reading.device, reading.kind)
        number = self._sources.get(name)
        if number is None:
            insert = "INSERT OR IGNORE INTO sources (venue, device, kind) VALUES (?, ?, ?)"
            self._db.execute(insert, name)
            query = "SELECT id FROM sources WHERE venue = ? AND device = ? AND kind = ?"
            (number,) = self._db.execute(query, name).fetchone()
            self._sources[name] = number
        return int(number)

    def _trim(self, passed: int) -> int:
        upto = min(passed, self.trimmed + TRIM_CHUNK)
        if upto <= self.trimmed:
            return self.trimmed
        self._db.execute("DELETE FROM entries WHERE id <= ?", (upto,))
        return upto

    def _window(self, today: int) -> int:
        """The first entry whose key is still kept."""
        recent = [first for day, first in self._days.items() if day >= today - KEYS_DAYS]
        begin = min(recent, default=self.last_id + 1)
        return max(begin, self.last_id - KEYS_KEPT)

    def _forget_keys(self, today: int) -> int:
        window = self._window(today)
        upto = min(window, self._oldest_key + TRIM_CHUNK)
        if upto <= self._oldest_key:
            return self._oldest_key
        self._db.execute("DELETE FROM keys WHERE entry < ?", (upto,))
        return upto
