"""The device's queue on disk: what was measured and not yet acknowledged by the broker.

SQLite with a write-ahead log that is synced at each commit, so a reading that was appended survives
a power cut. Taken by one process alone: a second agent on the same machine is told so.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sensors.private_files import make_private_file
from sensors.wire.reading import Kind

CAPACITY = 200_000  # one device at 10 s for 23 days: about 30 MB
_PAGE_BYTES = 512
"""A commit of some readings writes five pages to the log: small ones wear an SD card a third as much."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS device (
    name TEXT PRIMARY KEY, last_seq INTEGER NOT NULL, dropped INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reading (
    id INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL, leaf TEXT NOT NULL,
    payload BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS reading_by_device ON reading (device, id);
"""


class SpoolError(Exception):
    """The queue cannot be opened, read or written; ``str()`` says which file and why."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """One payload that waits; ``leaf`` is the end of its topic."""

    id: int
    leaf: Kind
    payload: bytes


class Spool:
    """Any thread may call it. ``device`` is a name of the caller's choice, like
    ``venue/device``.
    """

    def __init__(self, path: Path, capacity: int = CAPACITY) -> None:
        """Open or make the file; when more than ``capacity`` wait, the oldest are dropped.

        Raises:
            SpoolError: it cannot be opened, is no spool, or another process has it.

        """
        self._path = path
        self._capacity = capacity
        self._lock = threading.Lock()
        try:
            self._db, self._waiting = _opened(path)
        except sqlite3.Error as error:
            raise SpoolError(_why(path, error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Again is harmless; afterwards every call raises SpoolError."""
        with self._lock:
            self._db.close()

    def append(self, device: str, leaf: Kind, payload_of: Callable[[int], bytes]) -> int:
        """Put a payload at the end, on disk when this returns; the number of dropped ones.

        ``payload_of`` makes it from its sequence number, which counts on through restarts; what it
        raises leaves the queue as it was.

        Raises:
            SpoolError: the disk is full or broken; nothing was appended.

        """
        with self._lock, self._transaction() as db:
            row = db.execute("SELECT last_seq FROM device WHERE name = ?", (device,)).fetchone()
            seq = 1 if row is None else row[0] + 1
            payload = payload_of(seq)
            db.execute(
                "INSERT INTO device VALUES (?, ?, 0)"
                " ON CONFLICT (name) DO UPDATE SET last_seq = excluded.last_seq",
                (device, seq),
            )
            db.execute(
                "INSERT INTO reading (device, leaf, payload) VALUES (?, ?, ?)",
                (device, leaf, payload),
            )
            dropped = self._drop_oldest(db, self._waiting + 1 - self._capacity)
        self._waiting += 1 - dropped
        return dropped

    def put(self, waiting: Iterable[tuple[str, Spooled]], last_seq: Mapping[str, int]) -> int:
        """Put payloads at the end that have their ids, each with its device, and say how far the sequence
        numbers of devices have been given away, all or nothing; the number of dropped ones.

        Raises:
            SpoolError: the disk is full or broken; nothing was put.

        """
        rows = [(one.id, device, one.leaf, one.payload) for device, one in waiting]
        with self._lock, self._transaction() as db:
            for device, seq in last_seq.items():
                db.execute(
                    "INSERT INTO device VALUES (?, ?, 0)"
                    " ON CONFLICT (name) DO UPDATE SET last_seq = excluded.last_seq",
                    (device, seq),
                )
            db.executemany("INSERT INTO reading VALUES (?, ?, ?, ?)", rows)
            dropped = self._drop_oldest(db, self._waiting + len(rows) - self._capacity)
        self._waiting += len(rows) - dropped
        return dropped

    def newest_id(self) -> int:
        """The largest id that was ever given.

        Raises:
            SpoolError: the file cannot be read.

        """
        with self._lock, self._failing() as db:
            row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'reading'").fetchone()
        return 0 if row is None else int(row[0])

    def last_seq(self, device: str) -> int:
        """How far the sequence numbers of a device have been given away.

        Raises:
            SpoolError: the file cannot be read.

        """
        with self._lock, self._failing() as db:
            row = db.execute("SELECT last_seq FROM device WHERE name = ?", (device,)).fetchone()
        return 0 if row is None else int(row[0])

    def oldest(self, device: str, after_id: int, limit: int) -> list[Spooled]:
        """The longest waiting payloads of a device with an id over ``after_id``.

        Raises:
            SpoolError: the file cannot be read.

        """
        with self._lock, self._failing() as db:
            rows = db.execute(
                "SELECT id, leaf, payload FROM reading WHERE device = ? AND id > ?"
                " ORDER BY id LIMIT ?",
                (device, after_id, limit),
            ).fetchall()
        return [Spooled(*row) for row in rows]

    def forget(self, ids: Iterable[int]) -> None:
        """Remove what the broker acknowledged; one that is not there is no mistake.

        Raises:
            SpoolError: the file cannot be written; nothing was removed.

        """
        with self._lock, self._transaction() as db:
            gone = sum(
                db.execute("DELETE FROM reading WHERE id = ?", (id_,)).rowcount for id_ in ids
            )
        self._waiting -= gone

    def waiting(self) -> dict[str, int]:
        """How many payloads of each device wait.

        Raises:
            SpoolError: the file cannot be read.

        """
        with self._lock, self._failing() as db:
            return dict(db.execute("SELECT device, count(*) FROM reading GROUP BY device"))

    def dropped(self, device: str) -> int:
        """How many of a device were dropped unsent since the file was made.

        Raises:
            SpoolError: the file cannot be read.

        """
        with self._lock, self._failing() as db:
            row = db.execute("SELECT dropped FROM device WHERE name = ?", (device,)).fetchone()
        return 0 if row is None else int(row[0])

    def _drop_oldest(self, db: sqlite3.Connection, count: int) -> int:
        if count <= 0:
            return 0
        oldest = db.execute("SELECT id, device FROM reading ORDER BY id LIMIT ?", (count,))
        for id_, device in oldest.fetchall():
            db.execute("DELETE FROM reading WHERE id = ?", (id_,))
            db.execute("UPDATE device SET dropped = dropped + 1 WHERE name = ?", (device,))
        return count

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._failing() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def _failing(self) -> Iterator[sqlite3.Connection]:
        """The connection, with SQLite's errors as ours."""
        try:
            yield self._db
        except sqlite3.Error as error:
            raise SpoolError(_why(self._path, error)) from error


def _opened(path: Path) -> tuple[sqlite3.Connection, int]:
    """The connection, and how many payloads wait."""
    # No time-out: the other process that holds the file holds it until it ends.
    make_private_file(path)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
    try:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # of a file that is made now
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.executescript(_SCHEMA)
        return db, db.execute("SELECT count(*) FROM reading").fetchone()[0]
    except BaseException:
        db.close()
        raise


def _why(path: Path, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{path} is in use: another luchtig sensor runs on this machine"
    if code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return (
            f"{path}: {error}: the file is damaged: stop the agent, then luchtig check --repair saves what "
            "can be read of it"
        )
    return f"{path}: {error}"
