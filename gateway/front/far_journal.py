"""The journal as the gateway sees it where another process commits: read from the same file, moved by
word.
"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from gateway.front.tail import Tail
from gateway.front.wire import Append, BeginAfter, MoveLive, MoveStore, Order, Stored
from gateway.journal.entry import Entry
from gateway.journal.interface import JournalClosed
from gateway.journal.journal import TAIL
from gateway.journal.owed import ALL
from gateway.journal.progress import Progress
from gateway.journal.reader import JournalReader
from gateway.store.by_venue.share import Share


class FarJournal:
    """The ``EntryLog`` of a process that does not commit; the listening thread calls ``committed`` and
    ``began``.
    """

    def __init__(
        self,
        path: Path,
        progress: Progress,
        say: Callable[[Order], None],
        say_soon: Callable[[Order], None],
        ask: Callable[[Order], int],
        tail: int = TAIL,
        *,
        says_stored: bool = False,
    ) -> None:
        """``say`` gives an order, ``say_soon`` one that goes with the next, ``ask`` one whose answer is
        the store's position. ``says_stored`` where acknowledgements wait for the store.
        """
        self._reader = JournalReader(path)
        self._progress = progress
        self._say = say
        self._say_soon = say_soon
        self._ask = ask
        self._says_stored = says_stored
        self._told = threading.Condition()
        self._sent = 0
        self._closed = False
        self._live_position = 0
        self._store_position = 0
        self._tail = Tail(tail)
        self._tail_lock = threading.Lock()

    def opened(self, store_position: int) -> None:
        """The file is there, and the store has everything up to that position."""
        self._store_position = store_position
        self._tail.begin_after(self.last_id)

    @property
    def last_id(self) -> int:
        return self._progress.last_id

    @property
    def store_position(self) -> int:
        return self._store_position

    @property
    def waiting(self) -> int:
        with self._told:
            on_their_way = self._sent - self._progress.from_afar  # first: they are handed in next
            return on_their_way + self._progress.waiting

    @property
    def kept(self) -> int:
        return self._progress.kept

    @property
    def held_bytes(self) -> int:
        return self._progress.held_bytes

    @property
    def most_bytes(self) -> int:
        return self._progress.most_bytes

    @property
    def is_full(self) -> bool:
        return self._progress.is_full

    def begin_after(self, position: int) -> None:
        self.opened(max(self._store_position, self._ask(BeginAfter(position))))

    def append(self, entries: Sequence[Entry]) -> None:
        self._hand_in(len(entries), Append(list(entries)), self._say_soon)

    def move_store(self, position: int, rejected: Sequence[Entry] = ()) -> None:
        self._hand_in(len(rejected), MoveStore(position, list(rejected)), self._say)
        self._store_position = position

    @property
    def safe_id(self) -> int:
        return self.last_id  # that process shows nothing else

    def stored(self, number: int, share: Share = ALL) -> None:
        if self._says_stored:
            self._say(Stored(number, share))

    def secure(self, position: int) -> None:
        """It is."""

    def move_live(self, position: int) -> None:
        if position != self._live_position:
            self._live_position = position
            self._say_soon(MoveLive(position))

    def read(self, after: int, limit: int) -> list[tuple[int, Entry]]:
        upto = min(after + limit, self.last_id)
        if upto <= after:
            return []
        with self._tail_lock:
            found = self._tail.read(after, upto, self._reader.read)
        return self._reader.read(after, upto) if found is None else found

    def wait_beyond(self, position: int, timeout_s: float) -> bool:
        with self._told:
            return self._told.wait_for(lambda: self.last_id > position, timeout_s)

    def flush(self, timeout_s: float) -> bool:
        with self._told:
            return self._told.wait_for(lambda: self.waiting == 0, timeout_s)

    def committed(self) -> None:
        """There is more to read."""
        with self._told:
            self._told.notify_all()

    def stop(self) -> None:
        """Take nothing more."""
        with self._told:
            self._closed = True

    def close(self) -> None:
        self._reader.close()

    def _hand_in(self, entries: int, order: Order, say: Callable[[Order], None]) -> None:
        with self._told:
            if self._closed:
                raise JournalClosed
            self._sent += entries
            say(order)
