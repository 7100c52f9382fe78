"""The journal's file: SQLite in WAL mode, synchronous=FULL, so that what is committed is on
disk.
"""

import contextlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from gateway.journal import deliveries, keys
from gateway.journal.deliveries import WITH_THE_LAST, Deliveries, Delivery
from gateway.journal.entry import Entry, encode_entry
from gateway.journal.keys import Keys
from gateway.journal.reader import BUSY_S, JournalError, JournalReader
from gateway.process.damage import said
from gateway.store.interface import Placed
from sensors.clock import Clock
from sensors.private_files import make_private_file
from sensors.wire.reading import Kind

KEYS_DAYS = 8
KEYS_KEPT = 10_000_000
TRIM_CHUNK = 5_000
ROW_BYTES = 12
"""What SQLite adds to an entry's body, about."""
DAY_NS = 86_400 * 1_000_000_000

MANY_KEYS = 10_000  # so many entries' keys are written at once while readings come without a pause
ROWS_AT_ONCE = 100

# `days` says with which entry a day of arrival began; `marks` holds the number of the newest entry, how
# far the store has them, how far their keys are written, how many bytes the entries take and when that was.
SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS days (day INTEGER PRIMARY KEY, first_entry INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, position INTEGER NOT NULL);
"""
INSERT_ENTRY = "INSERT INTO entries VALUES (?, ?)"
INSERT_ENTRIES = INSERT_ENTRY + ", (?, ?)" * (ROWS_AT_ONCE - 1)
COUNT_BYTES = "SELECT coalesce(sum(length(body) + 12), 0) FROM entries"
PUT_MARK = "INSERT OR REPLACE INTO marks VALUES (?, ?)"


@dataclass(frozen=True, slots=True)
class Commit:
    """What was taken: numbered entries, and of which kinds readings were there already; ``is_written``
    is whether the disk was asked for anything.
    """

    entries: list[tuple[int, Entry]]
    duplicates: tuple[Kind, ...] = ()
    is_written: bool = True


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
        self.store_position = self.last_id = self.trimmed = self._oldest_key = self._safe_id = 0
        self._keyed = self.held_bytes = 0
        self.written_ns: int | None = None
        self._days: dict[int, int] = {}
        self._keys = Keys()
        self._begun_after = 0
        self.is_stale = False
        self._deliveries = Deliveries()
        try:
            self._db = self._connect()
            self._db.executescript(SCHEMA + keys.SCHEMA + deliveries.SCHEMA)
            self._load()
        except sqlite3.Error as error:
            raise JournalError(f"journal {path}: cannot be opened: {said(error)}") from error

    def session(self, first: int) -> int:
        """As of ``Deliveries``."""
        return self._deliveries.session(first)

    def begin_after(self, position: int) -> None:
        """Continue the numbering beyond ``position``; entries below it stay where they are."""
        self._begun_after = max(self._begun_after, position)
        if position > self.last_id:
            if self.last_id == self.trimmed:
                self.store_position = self.trimmed = position
            self.last_id = self._safe_id = position

    def take(self, entries: Sequence[Entry], handed_over: Sequence[Delivery | None] = ()) -> Commit:
        """Number entries and leave them for ``commit`` to write, which takes others with them.

        ``handed_over`` says of each entry how the broker did so, where it came from there; one that
        came before is left out.

        Raises:
            JournalError: nothing is held that was not committed. The same, taken again in the same
                order, gets the same numbers.

        """
        if not entries:
            return Commit([], is_written=False)
        try:
            return self._take(entries, handed_over)
        except sqlite3.Error as error:
            self._reopen()
            raise JournalError(f"journal {self._path}: {said(error)}") from error

    def commit(
        self,
        entries: Sequence[Entry],
        store: int,
        live: int,
        handed_over: Sequence[Delivery | None] = (),
    ) -> Commit:
        """Take entries, write them and what was taken before, and the store cursor, and delete what both
        cursors passed, durably.

        Raises:
            JournalError: nothing of it was written, nor what was taken before.

        """
        now_ns = self._clock.now_ns()
        today = now_ns // DAY_NS
        is_moved = store != self.store_position or min(store, live) > self.trimmed
        is_done = self._keyed == self.last_id and self._oldest_key >= self._window(today)
        is_idle = not entries and not self._db.in_transaction
        if is_idle and not is_moved and is_done:
            return Commit([], is_written=False)
        try:
            commit = self._take(entries, handed_over)
            keyed = self._keyed
            if is_idle or self.last_id - keyed >= MANY_KEYS:
                self._keys.write(self._db, self._oldest_key)
                keyed = self.last_id
            trimmed = self._trim(min(store, live, keyed))
            marks = {"store": store, "last": self.last_id, "keyed": keyed, "at": now_ns}
            marks["bytes"] = self.held_bytes
            self._db.executemany(PUT_MARK, marks.items())
            oldest_key = self._forget_keys(today)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._reopen()
            raise JournalError(f"journal {self._path}: {said(error)}") from error
        self._safe_id, self.store_position, self.trimmed = self.last_id, store, trimmed
        self._oldest_key, self._keyed = oldest_key, keyed
        return commit

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
        make_private_file(self._path)
        db = sqlite3.connect(
            self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
        )
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-4096"):
            db.execute(f"PRAGMA {pragma}")
        return db

    def _load(self) -> None:
        marks = dict(self._db.execute("SELECT name, position FROM marks"))
        self._days = dict(self._db.execute("SELECT day, first_entry FROM days"))
        first, last = self._db.execute("SELECT min(id), max(id) FROM entries").fetchone()
        self.store_position = marks.get("store", 0)
        self.last_id = self._safe_id = max(marks.get("last", 0), last or 0)
        self.trimmed = self.last_id if first is None else first - 1
        self.written_ns = marks.get("at", 0 if self.last_id else None)
        self.begin_after(self._begun_after)
        self.held_bytes = marks.get("bytes", -1)
        if self.held_bytes < 0:  # once nobody counted
            (self.held_bytes,) = self._db.execute(COUNT_BYTES).fetchone()
        self._keyed = marks.get("keyed", self.last_id)  # once each key was written with its entry
        oldest = self._keys.load(self._db, self._reader.read(self._keyed, self.last_id))
        self._oldest_key = self.last_id + 1 if oldest is None else oldest
        self._deliveries.load(self._db)
        self.is_stale = False

    def _reopen(self) -> None:
        """After an error the file alone knows what was written: read it again before writing
        more.
        """
        self.is_stale = True
        self.last_id = self._safe_id
        try:
            self._db.rollback()
        except sqlite3.Error:
            self._db.close()
            with contextlib.suppress(sqlite3.Error):  # the next commit says it again
                self._db = self._connect()

    def _take(self, entries: Sequence[Entry], handed_over: Sequence[Delivery | None]) -> Commit:
        if self.is_stale:
            self._load()
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")
        taken, duplicates = self._insert(entries, handed_over)
        today = self._clock.now_ns() // DAY_NS
        if today not in self._days and taken:
            self._db.execute("INSERT OR IGNORE INTO days VALUES (?, ?)", (today, taken[0][0]))
            self._days[today] = taken[0][0]
        self.last_id += len(taken)
        return Commit(taken, duplicates)

    def _insert(
        self, entries: Sequence[Entry], handed_over: Sequence[Delivery | None]
    ) -> tuple[list[tuple[int, Entry]], tuple[Kind, ...]]:
        taken: list[tuple[int, Entry]] = []
        duplicates: list[Kind] = []
        values: list[Any] = []
        db, is_new, is_known = self._db, self._keys.is_new, self._deliveries.is_known
        number = self.last_id + 1
        was_known = False
        for entry, delivery in zip_longest(entries, handed_over):
            if delivery is not WITH_THE_LAST:
                was_known = delivery is not None and is_known(delivery)
            if was_known:
                if isinstance(entry, Placed):
                    duplicates.append(entry.reading.kind)
                continue
            if isinstance(entry, Placed):
                reading = entry.reading
                if reading.ts_given and not is_new(db, reading, number):
                    duplicates.append(reading.kind)
                    continue
            taken.append((number, entry))
            body = encode_entry(entry)
            self.held_bytes += len(body) + ROW_BYTES
            values += (number, body)
            number += 1
        self._put(values)
        self._deliveries.write(
            db, [one for one in handed_over if one is not None and one is not WITH_THE_LAST]
        )
        return taken, tuple(duplicates)

    def _put(self, values: list[Any]) -> None:
        """Write entries, number and body in turn; a statement of one row costs twice as much a row."""
        step = 2 * ROWS_AT_ONCE
        whole = len(values) - len(values) % step
        for begin in range(0, whole, step):
            self._db.execute(INSERT_ENTRIES, values[begin : begin + step])
        rest = iter(values[whole:])
        self._db.executemany(INSERT_ENTRY, zip(rest, rest, strict=True))

    def _trim(self, passed: int) -> int:
        upto = min(passed, self.trimmed + TRIM_CHUNK)
        if upto <= self.trimmed:
            return self.trimmed
        (gone,) = self._db.execute(f"{COUNT_BYTES} WHERE id <= ?", (upto,)).fetchone()
        self._db.execute("DELETE FROM entries WHERE id <= ?", (upto,))
        self.held_bytes = 0 if upto == self.last_id else max(0, self.held_bytes - gone)
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
