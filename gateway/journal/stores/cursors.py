"""The store cursor of a journal that several stores are written from.

Each store has a cursor of its own, and goes as far as it takes its rows; the journal's is that of the one
that is furthest behind, so that nothing is forgotten which one of them lacks. After a restart all begin
there: what the others have by then is written again, which changes nothing of it.
"""

import threading
from collections.abc import Sequence

from gateway.journal.entry import Entry
from gateway.journal.interface import EntryLog
from gateway.journal.owed import ALL
from gateway.store.by_venue.share import Share


class StoreCursors:
    """The cursors of so many stores in one journal."""

    def __init__(self, journal: EntryLog, stores: int) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._moved = [journal.store_position] * stores
        self.each: tuple[EntryLog, ...] = tuple(OneStore(journal, self, i) for i in range(stores))

    def position(self, store: int) -> int:
        return self._moved[store]

    def move(self, store: int, position: int, rejected: Sequence[Entry]) -> None:
        """One store has everything up to ``position`` but what it ``rejected``."""
        with self._lock:
            self._moved[store] = position
            furthest_behind = min(self._moved)
            if furthest_behind != self._journal.store_position or rejected:
                self._journal.move_store(furthest_behind, rejected)


class OneStore:
    """The ``EntryLog`` as the writer of one of the stores sees it."""

    def __init__(self, journal: EntryLog, cursors: StoreCursors, store: int) -> None:
        self._journal = journal
        self._cursors = cursors
        self._store = store

    @property
    def last_id(self) -> int:
        return self._journal.last_id

    @property
    def safe_id(self) -> int:
        return self._journal.safe_id

    @property
    def store_position(self) -> int:
        return self._cursors.position(self._store)

    @property
    def waiting(self) -> int:
        return self._journal.waiting

    @property
    def kept(self) -> int:
        return self._journal.kept

    @property
    def held_bytes(self) -> int:
        return self._journal.held_bytes

    @property
    def most_bytes(self) -> int:
        return self._journal.most_bytes

    @property
    def is_full(self) -> bool:
        return self._journal.is_full

    def begin_after(self, position: int) -> None:
        self._journal.begin_after(position)

    def append(self, entries: Sequence[Entry]) -> None:
        self._journal.append(entries)

    def move_store(self, position: int, rejected: Sequence[Entry] = ()) -> None:
        self._cursors.move(self._store, position, rejected)

    def stored(self, number: int, share: Share = ALL) -> None:
        self._journal.stored(number, share)

    def secure(self, position: int) -> None:
        self._journal.secure(position)

    def move_live(self, position: int) -> None:
        self._journal.move_live(position)

    def read(self, after: int, limit: int) -> list[tuple[int, Entry]]:
        return self._journal.read(after, limit)

    def wait_beyond(self, position: int, timeout_s: float) -> bool:
        return self._journal.wait_beyond(position, timeout_s)

    def flush(self, timeout_s: float) -> bool:
        return self._journal.flush(timeout_s)
