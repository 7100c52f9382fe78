"""The journal: every message taken, on disk before the broker is told that it was.

One thread commits, in groups: whatever came in while the last commit ran, or within a few
milliseconds, is one transaction and one fsync, then the acknowledgements follow. Where a commit is to
be rarer than that, to spare the disk, what came may be read before it is safe: it has its number, and
its acknowledgement waits. Where they are to wait for the store, they do so after that. Two cursors stand
in it: *store* (kept here) and *live* (kept in the relational database, told to us); an entry that
both have passed is deleted. The keys of readings are kept longer, so that a reading sent again is
one.
"""

import logging
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from gateway.config import USUAL_JOURNAL, JournalSettings
from gateway.journal.bound import Bound, most_bytes
from gateway.journal.commit_pace import CommitPace
from gateway.journal.deliveries import Delivery
from gateway.journal.entry import Entry
from gateway.journal.file import Commit, JournalFile
from gateway.journal.interface import JournalClosed
from gateway.journal.owed import ALL, Done, HandedIn, Owed
from gateway.journal.progress import Progress
from gateway.journal.queue import EntryQueue
from gateway.journal.reader import JournalError
from gateway.outage import BackOff, Outage
from gateway.store.by_venue.share import Share
from sensors.clock import Clock
from sensors.wire.reading import Kind

SECURE_S = 10.0
BACK_OFF = BackOff(0.5, 5.0)
TAIL = 5_000
"""Half a kilobyte each: what who follows within some seconds reads."""

log = logging.getLogger(__name__)


class Journal:
    """The ``EntryLog`` of the process that commits: ``run`` is the thread, everything else may be called
    from any other.
    """

    def __init__(
        self, path: Path, clock: Clock, *, on_duplicate: Callable[[Kind], None] = lambda _kind: None,
        on_error: Callable[[], None] = lambda: None, on_committed: Callable[[], None] = lambda: None,
        progress: Progress | None = None, tail: int = TAIL,
        settings: JournalSettings = USUAL_JOURNAL,
    ) -> None:  # fmt: skip
        """Open or create the file. ``on_committed`` is called on the committing thread each time that
        there is more to read, ``progress`` shows how far it is; of the newest entries ``tail`` are kept
        in memory for those who read. ``written_ns`` is when the run before wrote last; None: it is new.

        Raises:
            JournalError: it cannot be opened.

        """
        self._file = JournalFile(path, clock)
        self.written_ns = self._file.written_ns
        self._on_duplicate = on_duplicate
        self._on_error = on_error
        self._on_committed = on_committed
        self._progress = progress or Progress()
        self._bound = Bound(most_bytes(settings, path.parent), log)
        self._stands()
        self._committed = threading.Condition()
        self._pace = CommitPace(settings)
        self._queue = EntryQueue(self._pace, self._progress)
        self._gathered: list[HandedIn] = []
        self._safe_id = self._file.last_id
        waits = settings.acknowledge == "stored"
        self._owed = Owed(self._file.store_position if waits else sys.maxsize)
        self._store_position = self._file.store_position
        self._live_position = 0
        self._tail_length = tail
        self._tail: dict[int, Entry] = {}
        self._outage = Outage(
            log, "disk", meanwhile="nothing is acknowledged until it can be written",
            back="the journal is written again",
        )  # fmt: skip

    @property
    def last_id(self) -> int:
        return self._progress.last_id

    @property
    def store_position(self) -> int:
        return self._store_position

    def session(self, first: int) -> int:
        """The session in which the last message came that was there when we began, as of ``Deliveries``."""
        return self._file.session(first)

    @property
    def waiting(self) -> int:
        return self._progress.waiting

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

    @property
    def safe_id(self) -> int:
        return self._safe_id

    @property
    def is_settled(self) -> bool:
        """Whether all that was handed in is safe, and acknowledged."""
        return self.waiting == 0 and self.safe_id == self.last_id and self._owed.is_empty

    def begin_after(self, position: int) -> None:
        self._file.begin_after(position)
        self._stands()
        self._safe_id = self._file.last_id
        self._store_position = max(self._store_position, self._file.store_position)

    def in_flight(self, messages: int) -> None:
        """As of ``CommitPace``."""
        self._pace.in_flight(messages)

    def hurry(self) -> None:
        """Commit what there is without waiting for more."""
        self._queue.hurry()

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
        self._queue.submit(entry, done, delivery, more)

    def append(self, entries: Sequence[Entry]) -> None:
        self._queue.append(entries)

    def move_store(self, position: int, rejected: Sequence[Entry] = ()) -> None:
        self._queue.append(rejected)  # first: the cursor never goes before what it leaves behind
        self._store_position = position

    def move_live(self, position: int) -> None:
        self._live_position = position

    def stored(self, number: int, share: Share = ALL) -> None:
        self._owed.stored(number, share)

    def secure(self, position: int) -> None:
        if self._safe_id >= position:
            return
        self.hurry()
        with self._committed:
            self._committed.wait_for(
                lambda: self._safe_id >= position or self._queue.is_closed, SECURE_S
            )
        if self._safe_id < position:
            no = JournalError("journal: what is judged is not on disk yet")
            raise JournalClosed if self._queue.is_closed else no

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
            return self._committed.wait_for(
                lambda: self.waiting == 0 and self._safe_id == self.last_id, timeout_s
            )

    def run(self, stop: threading.Event) -> None:
        """Commit until ``stop``, then what is left, once; nothing is taken any more."""
        while not stop.is_set():
            self._commit(self._taken(), stop)
        self._queue.close()
        self.hurry()
        self._commit(self._taken(), stop)

    def close(self) -> None:
        """Let go of the file, once nobody reads it any more."""
        self._file.close()

    def _taken(self) -> list[HandedIn]:
        """What came; while we are full the messages among it wait."""
        return self._queue.take(messages=not self._bound.is_full)

    def _stands(self) -> None:
        """Show how far the file is, and how full."""
        self._bound.look(self._file.held_bytes)
        self._progress.stands(self._file.last_id, self._file.trimmed)
        self._progress.holds(
            self._file.held_bytes, self._bound.most_bytes, is_full=self._bound.is_full
        )

    def _commit(self, batch: list[HandedIn], stop: threading.Event) -> None:
        awaited = sum(done is not None for _, _, done in batch)
        is_due = self._pace.is_due(len(batch), awaited) or self._bound.is_full
        commit = self._safely(batch, stop, is_due=is_due)
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
        self._stands()
        self._gathered += batch
        if is_due:
            self._is_safe(last_id)
            self._pace.committed(is_written=commit.is_written)
        self._progress.settled(len(batch))
        with self._committed:
            self._committed.notify_all()
        if batch:
            self._on_committed()

    def _is_safe(self, last_id: int) -> None:
        """All up to there is on disk."""
        self._safe_id = last_id
        self._owed.add(last_id, self._gathered)
        self._gathered = []

    def _safely(
        self, batch: list[HandedIn], stop: threading.Event, *, is_due: bool
    ) -> Commit | None:
        """Number them, and write them where that is due; where the disk refuses, say so once and try again
        until it takes them.
        """
        entries = [entry for entry, _, _ in batch]
        handed_over = [delivery for _, delivery, _ in batch]
        failures = 0
        while True:
            store, live = self._store_position, self._live_position
            try:
                if self._file.is_stale:  # what was numbered went with the transaction
                    gone = self._gathered
                    self._file.take([one[0] for one in gone], [one[1] for one in gone])
                if is_due:
                    commit = self._file.commit(entries, store, live, handed_over)
                else:
                    commit = self._file.take(entries, handed_over)
            except JournalError as error:
                failures += 1
                self._on_error()
                self._outage.begins(str(error))
                if stop.wait(BACK_OFF.wait_s(failures)):
                    return None
                continue
            self._outage.ends()
            return commit
