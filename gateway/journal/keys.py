"""Which readings were taken, so that one that is sent again is one.

A reading that is newer than all of its source needs no look-up. In their table the keys of one source
lie side by side, so that one written alone costs a page of the disk: they are written many at a time.
Until then the entries themselves hold them, and none of those may go.
"""

import sqlite3
from collections.abc import Iterable
from itertools import chain
from typing import Final

from gateway.journal.entry import Entry
from gateway.store.interface import Placed
from sensors.wire.reading import Reading

# A source is a (venue, device, kind); keys hold its number, to be small.
SCHEMA = """
CREATE TABLE IF NOT EXISTS sources (
    id INTEGER PRIMARY KEY, venue TEXT NOT NULL, device TEXT NOT NULL, kind TEXT NOT NULL,
    UNIQUE (venue, device, kind));
CREATE TABLE IF NOT EXISTS keys (
    source INTEGER NOT NULL, at_ns INTEGER NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY (source, at_ns)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS keys_entry ON keys (entry);
"""
INSERT_KEY: Final = "INSERT OR IGNORE INTO keys VALUES (?, ?, ?)"
ROWS_AT_ONCE: Final = 100
INSERT_KEYS: Final = INSERT_KEY + ", (?, ?, ?)" * (ROWS_AT_ONCE - 1)
"""A statement of one row costs twice as much a row."""


class _Source:
    """A source's number, and the time of its newest reading as far as it was asked about."""

    __slots__ = ("newest_ns", "number")

    def __init__(self, number: int, newest_ns: int) -> None:
        self.number = number
        self.newest_ns = newest_ns


class Keys:
    """What changes it belongs to a transaction of the journal's: after one that failed it is to be
    loaded again.
    """

    def __init__(self) -> None:
        self._sources: dict[tuple[str, str, type[Reading]], _Source] = {}
        self._unwritten: dict[tuple[int, int], int] = {}

    def load(self, db: sqlite3.Connection, unwritten: Iterable[tuple[int, Entry]]) -> int | None:
        """Begin anew with the entries whose keys are not written yet; the oldest entry that has a
        key.
        """
        self._sources.clear()
        self._unwritten.clear()
        for number, entry in unwritten:
            if isinstance(entry, Placed) and entry.reading.ts_given:
                self.is_new(db, entry.reading, number)
        (oldest,) = db.execute("SELECT min(entry) FROM keys").fetchone()
        return next(iter(self._unwritten.values()), None) if oldest is None else int(oldest)

    def is_new(self, db: sqlite3.Connection, reading: Reading, entry: int) -> bool:
        """Whether a reading with a time was not there yet; from now on it is, with this entry."""
        source = self._sources.get((reading.venue, reading.device, type(reading)))
        if source is None:
            source = self._find(db, reading)
        at_ns = reading.at_ns
        key = (source.number, at_ns)
        if at_ns > source.newest_ns:
            source.newest_ns = at_ns
        elif key in self._unwritten or _is_written(db, key):
            return False
        self._unwritten[key] = entry
        return True

    def write(self, db: sqlite3.Connection, first: int) -> None:
        """Put in what waits, source by source; keys of entries before ``first`` are forgotten."""
        waiting = self._unwritten.items()
        rows = sorted([(source, at, entry) for (source, at), entry in waiting if entry >= first])
        whole = len(rows) - len(rows) % ROWS_AT_ONCE
        for begin in range(0, whole, ROWS_AT_ONCE):
            values = [*chain.from_iterable(rows[begin : begin + ROWS_AT_ONCE])]
            db.execute(INSERT_KEYS, values)
        db.executemany(INSERT_KEY, rows[whole:])
        self._unwritten.clear()

    def _find(self, db: sqlite3.Connection, reading: Reading) -> _Source:
        name = (reading.venue, reading.device, reading.kind)
        query = "SELECT id FROM sources WHERE venue = ? AND device = ? AND kind = ?"
        found = db.execute(query, name).fetchone()
        if found is None:
            db.execute("INSERT INTO sources (venue, device, kind) VALUES (?, ?, ?)", name)
            found = db.execute(query, name).fetchone()
        number = int(found[0])
        (newest,) = db.execute("SELECT max(at_ns) FROM keys WHERE source = ?", (number,)).fetchone()
        source = _Source(number, -1 if newest is None else newest)
        self._sources[reading.venue, reading.device, type(reading)] = source
        return source


def _is_written(db: sqlite3.Connection, key: tuple[int, int]) -> bool:
    query = "SELECT 1 FROM keys WHERE source = ? AND at_ns = ?"
    return db.execute(query, key).fetchone() is not None
