"""The journal: every message taken, on disk before the broker is told that it was.

One thread commits, in groups: whatever came in while the last commit ran, or within a few
milliseconds, is one transaction and one fsync, then the acknowledgements follow. Two cursors stand
in it: *store* (kept here) and *live* (kept in the relational database, told to us); an entry that
both have passed is deleted. The keys of readings are kept longer, so that a reading sent again is
one.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from gateway.journal.deliveries import WITH_THE_LAST, Delivery
from gateway.journal.entry import Entry
from gateway.journal.file import Commit, JournalFile
from gateway.journal.interface import JournalClosed
from gateway.journal.progress import Progress
from gateway.journal.reader import JournalError
from gateway.outage import BackOff, Outage
from sensors.clock import Clock
from sensors.wire.reading import Kind

QUEUE = 1_000
"""Mosquitto 2.0 sends on beyond the receive maximum once acknowledgements come together, so this is what
bounds how many messages are neither safe nor acknowledged; ``deliveries.KEPT`` goes by it.
"""
LINGER_S, BUSY_LINGER_S = 0.005, 0.015
FEW = 2
"""Where more came together than these, more is waited for the longer time: each commit costs as much as a
hundred entries.
"""
IDLE_S = 0.25
BACK_OFF = BackOff(0.5, 5.0)
TAIL = 5_000
"""Half a kilobyte each: what who follows within some seconds reads."""

Done = Callable[[], None]
HandedIn = tuple[Entry, Delivery | None, Done | None]

log = logging.getLogger(__name__)


class Journal:
    """The ``EntryLog`` of the process that commits: ``run`` is the thread, everything else may be called
    from any other.
    """

    def __init__(
        self, path: Path, clock: Clock, *, on_duplicate: Callable[[Kind], None] = lambda _kind: None,
        on_error: Callable[[], None] = lambda: None, on_committed: Callable[[], None] = lambda: None,
        progress: Progress | None = None, tail: int = TAIL,
    ) -> None:  # fmt: skip
        """Open or create the file. ``on_committed`` is called on the committing thread each time that
        there is more to read, ``progress`` shows how far it is; of the newest entries ``tail`` are kept
        in memory for those who read.

        Raises:
            JournalError: it cannot be opened.

        """
        self._file = JournalFile(path, clock)
        self._on_duplicate = on_duplicate
        self._on_error = on_error
        self._on_committed = on_committed
        self._progress = progress or Progress()
        self._progress.stands(self._file.last_id, self._file.trimmed)
        self._lock = threading.Lock()
        self._filled = threading.Condition(self._lock)
        self._room = threading.Condition(self._lock)
        self._committed = threading.Condition()
        self._queue: list[HandedIn] = []
        self._closed = False
        self._eager = QUEUE
        self._linger_s = LINGER_S
        self._store_position = self._file.store_position
        self._live_position = 0
        self._tail_length = tail
        self._tail: dict[int, Entry] = {}
        self._outage = Outage(
            log,
            "disk",
            meanwhile="nothing is acknowledged until it can be written",
            back="the journal is written again",
        )

    @property
    def last_id(self) -> int:
        return self._progress.last_id

    @property
    def store_position(self) -> int:
        return self._store_position

    @property
    def session(self) -> int:
        """The broker's session in which the last message came that was there when we began."""
        return self._file.session

    @property
    def waiting(self) -> int:
        return self._progress.waiting

    @property
    def kept(self) -> int:
        return self._progress.kept

    def begin_after(self, position: int) -> None:
        self._file.begin_after(position)
        self._progress.stands(self._file.last_id, self._file.trimmed)
        self._store_position = max(self._store_position, self._file.store_position)

    def commit_at(self, entries: int) -> None:
        """Commit at once when so many wait: more would not come before these are acknowledged."""
        with self._lock:
            self._eager = max(1, min(entries, QUEUE))

    def submit(
        self,
        entry: Entry,
        done: Done | None = None,
        delivery: Delivery | None = None,
        *,
        more: Sequence[Entry] = (),
    ) -> None:
        """Hand an entry in, and what ``more`` came in the same message; ``done`` is called on the
        committing thread once all is safe.

        Waits while the queue is full. A reading that is there already, by its time or by how the
        broker handed it over, is ``done`` as well, and left.

        Raises:
            JournalClosed: the gateway is stopping.

        """
        with self._lock:
            while len(self._queue) >= QUEUE and not self._closed:
                self._room.wait(1.0)
            if not more:
                self._put(entry, done, delivery)
                return
            self._put(entry, None, delivery)
            for another in more:
                last = another is more[-1]
                self._put(another, done if last else None, delivery and WITH_THE_LAST)

    def append(self, entries: Sequence[Entry]) -> None:
        with self._lock:
            for entry in entries:
                self._put(entry, None)

    def move_store(self, position: int, rejected: Sequence[Entry] = ()) -> None:
        with self._lock:
            self._store_position = position
            for entry in rejected:
                self._put(entry, None)

    def move_live(self, position: int) -> None:
        with self._lock:
            self._live_position = position

    def read(self, after: int, limit: int) -> list[tuple[int, Entry]]:
        upto = min(after + limit, self.last_id)
        try:
            return [(i, self._tail[i]) for i in range(after + 1, upto + 1)]
        except KeyError:  # older than what is kept in memory
            return self._file.read(after, upto)

    def wait_beyond(self, position: int, timeout_s: float) -> bool:
        with self._committed:
            return self._committed.wait_for(lambda: self.last_id > position, timeout_s)

    def flush(self, timeout_s: float) -> bool:
        with self._committed:
            return self._committed.wait_for(lambda: self.waiting == 0, timeout_s)

    def run(self, stop: threading.Event) -> None:
        """Commit until ``stop``, then what is left, once; nothing is taken any more."""
        while not stop.is_set():
            self._commit(self._take(), stop)
        with self._lock:
            self._closed = True
            self._room.notify_all()
        self._commit(self._take(), stop)

    def close(self) -> None:
        """Let go of the file, once nobody reads it any more."""
        self._file.close()

    def _put(self, entry: Entry, done: Done | None, delivery: Delivery | None = None) -> None:
        if self._closed:
            raise JournalClosed
        self._queue.append((entry, delivery, done))
        self._progress.handed_in(1)
        if len(self._queue) in (1, self._eager):
            self._filled.notify()

    def _take(self) -> list[HandedIn]:
        with self._lock:
            if not self._queue and not self._closed:
                self._filled.wait(IDLE_S)
            if 0 < len(self._queue) < self._eager and not self._closed:
                self._filled.wait(self._linger_s)
            batch, self._queue = self._queue, []
            self._linger_s = BUSY_LINGER_S if len(batch) > FEW else LINGER_S
            self._room.notify_all()
            return batch

    def _commit(self, batch: list[HandedIn], stop: threading.Event) -> None:
        commit = self._safely(batch, stop)
        if commit is None:  # stopping, and the disk does not take it: the broker sends it again
            return
        for kind in commit.duplicates:
            self._on_duplicate(kind)
        last_id = self._file.last_id
        if self._tail_length:
            self._tail.update(commit.entries)
            oldest = last_id - len(self._tail) + 1  # the first of a dict is slow to find
            for number in range(oldest, last_id - self._tail_length + 1):
                del self._tail[number]
        self._progress.stands(last_id, self._file.trimmed)
        for _, _, done in batch:
            if done is not None:
                done()
        self._progress.settled(len(batch))
        with self._committed:
            self._committed.notify_all()
        if batch:
            self._on_committed()

    def _safely(self, batch: list[HandedIn], stop: threading.Event) -> Commit | None:
        """Write them; where the disk refuses, say so once and try again until it takes them."""
        entries = [entry for entry, _, _ in batch]
        handed_over = [delivery for _, delivery, _ in batch]
        failures = 0
        while True:
            with self._lock:
                store, live = self._store_position, self._live_position
            try:
                commit = self._file.commit(entries, store, live, handed_over)
            except JournalError as error:
                failures += 1
                self._on_error()
                self._outage.begins(str(error))
                if stop.wait(BACK_OFF.wait_s(failures)):
                    return None
                continue
            self._outage.ends()
            return commit
