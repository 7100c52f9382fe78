"""The journal's file as whoever does not write it sees it: also another process, while it is written."""

import sqlite3
import threading
from pathlib import Path
from typing import Final

import msgspec

from gateway.journal.entry import Entry, decode_entry
from gateway.process.damage import MEND, said

BUSY_S: Final = 1.0
CACHE: Final = "PRAGMA cache_size=-2048"
"""In KiB. Entries are read in order and once, so that more would hold what is not asked for again."""


class JournalError(Exception):
    """The journal's file cannot be written or read now; the message names it and says why."""


class JournalReader:
    """``read`` may be called from any thread, each gets a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    def read(self, after: int, upto: int) -> list[tuple[int, Entry]]:
        """The entries beyond ``after`` up to and with ``upto``.

        Raises:
            JournalError: they cannot be read.

        """
        query = "SELECT id, body FROM entries WHERE id > ? AND id <= ? ORDER BY id"
        try:
            rows = self._connection().execute(query, (after, upto)).fetchall()
        except sqlite3.Error as error:
            raise JournalError(f"journal {self._path}: cannot be read: {said(error)}") from error
        try:
            return [(number, decode_entry(body)) for number, body in rows]
        except (msgspec.MsgspecError, ValueError, TypeError) as error:
            raise JournalError(
                f"journal {self._path}: an entry cannot be read ({error}): {MEND}"
            ) from error

    def close(self) -> None:
        """Let go of the file, once nobody reads any more."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = sqlite3.connect(
                self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
            )
            found.execute(CACHE)
            self._local.connection = found
            with self._lock:
                self._connections.append(found)
        return found
