"""What was handed in and has no number yet: messages of the broker, and what the gateway itself made.

While the journal is full messages wait here, and the broker sends no more than it may send ahead. What
the gateway made is little, and goes on: it belongs to what is in the journal already.
"""

import threading
from collections.abc import Sequence
from typing import Final

from gateway.journal.commit_pace import QUEUE, CommitPace
from gateway.journal.deliveries import WITH_THE_LAST, Delivery
from gateway.journal.entry import Entry
from gateway.journal.interface import JournalClosed
from gateway.journal.owed import Done, HandedIn
from gateway.journal.progress import Progress

IDLE_S: Final = 0.25


class EntryQueue:
    """``take`` is the committing thread's, the rest may be called from any."""

    def __init__(self, pace: CommitPace, progress: Progress) -> None:
        self._pace = pace
        self._progress = progress
        self._lock = threading.Lock()
        self._filled = threading.Condition(self._lock)
        self._room = threading.Condition(self._lock)
        self._messages: list[HandedIn] = []
        self._own: list[HandedIn] = []
        self._closed = False

    @property
    def is_closed(self) -> bool:
        return self._closed

    def submit(
        self, entry: Entry, done: Done | None, delivery: Delivery | None, more: Sequence[Entry]
    ) -> None:
        """As of ``Journal``.

        Raises:
            JournalClosed: the gateway is stopping.

        """
        with self._lock:
            while len(self._messages) >= QUEUE and not self._closed:
                self._room.wait(1.0)
            if not more:
                self._put(self._messages, (entry, delivery, done))
                return
            self._put(self._messages, (entry, delivery, None))
            for another in more:
                last = another is more[-1]
                with_it = delivery and WITH_THE_LAST
                self._put(self._messages, (another, with_it, done if last else None))

    def append(self, entries: Sequence[Entry]) -> None:
        """Hand in what the gateway made; never waits.

        Raises:
            JournalClosed: the gateway is stopping.

        """
        with self._lock:
            for entry in entries:
                self._put(self._own, (entry, None, None))

    def take(self, *, messages: bool) -> list[HandedIn]:
        """What came, waited for a moment so that more comes along; ``messages`` or else what the gateway
        made alone.
        """
        with self._lock:
            if not messages:
                if not self._own and not self._closed:
                    self._filled.wait(IDLE_S)
                batch, self._own = self._own, []
                return batch
            if not self._count and not self._closed:
                self._filled.wait(IDLE_S)
            if 0 < self._count < self._pace.eager and not self._closed:
                self._filled.wait(self._pace.linger_s)
            batch = self._messages + self._own
            self._messages, self._own = [], []
            self._pace.came(len(batch))
            self._room.notify_all()
            return batch

    def hurry(self) -> None:
        """Wait for nothing more, once."""
        self._pace.hurry()
        with self._lock:
            self._filled.notify()

    def close(self) -> None:
        """Take nothing more in."""
        with self._lock:
            self._closed = True
            self._room.notify_all()

    @property
    def _count(self) -> int:
        return len(self._messages) + len(self._own)

    def _put(self, to: list[HandedIn], one: HandedIn) -> None:
        if self._closed:
            raise JournalClosed
        to.append(one)
        self._progress.handed_in(1)
        if self._count in (1, self._pace.eager):
            self._filled.notify()
