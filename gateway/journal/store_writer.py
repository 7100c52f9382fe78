"""Journal to store: from the store cursor on, in order, in batches, as long as it takes.

Where the store takes nothing of a kind, what it refuses stays in the journal: the cursor waits before
it and the writer goes on ahead with everything else. What was written ahead is written again only
after a restart, which changes nothing of it. Where there are several stores each has a writer.
"""

import logging
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeGuard

from gateway.journal.classify import refused_whole
from gateway.journal.entry import Entry
from gateway.journal.interface import EntryLog
from gateway.journal.owed import ALL
from gateway.journal.reader import JournalError
from gateway.journal.refusals import USUAL as USUAL_PATIENCE
from gateway.journal.refusals import Fate, Patience, Refusals
from gateway.journal.stores.outages import outages
from gateway.journal.stores.refused_kinds import RefusedKinds
from gateway.journal.stores.second_try import written
from gateway.metrics import STORE_BEHIND, STORE_ERRORS, STORE_WRITTEN, Metrics
from gateway.outage import BackOff, repeat
from gateway.store.by_venue.share import Share
from gateway.store.interface import (
    Measurement,
    Placed,
    Rejected,
    RoomSample,
    Store,
    StoreError,
    StoreMisconfigured,
    StoreUnavailable,
)
from gateway.store.row import kind_of, unfit, venue_of
from sensors.clock import Clock
from sensors.wire.payload import encode_reading
from sensors.wire.topic import device_topic, room_topic

BATCH = 5_000
BACK_OFF = BackOff(0.5, 30.0)
WATCH_S = 0.5
"""How long to wait for a new entry before looking whether we are to stop."""

Row = Placed | RoomSample

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long is waited, of wall time: ``gather_s`` for more to come, as small batches cost a
    server thirty times as much a reading; ``misconfigured_s`` for a person to mend what trying
    again cannot; ``released_s`` between two looks whether somebody gave up what is kept.
    """

    gather_s: float = 0.1
    back_off: BackOff = BACK_OFF
    misconfigured_s: float = 30.0
    released_s: float = 1.0
    patience: Patience = USUAL_PATIENCE

    def least_s(self, error: Exception) -> float:
        """How long to wait at least after a failure."""
        if isinstance(error, StoreMisconfigured):
            return self.misconfigured_s
        if isinstance(error, StoreUnavailable):
            return error.retry_after_s or 0.0
        return 0.0


USUAL: Final = Pace()


class StoreWriter:
    """``run`` is the only thread that writes to the store."""

    def __init__(
        self,
        journal: EntryLog,
        store: Store,
        counters: Metrics,
        clock: Clock,
        on_written: Callable[[Sequence[Row]], bool | None] = lambda _rows: None,
        pace: Pace = USUAL,
        refused: RefusedKinds | None = None,
        share: Share = ALL,
    ) -> None:
        """``on_written`` is told of each batch that the store has, and of none while no more come:
        where it says so the cursor waits, where it raises StoreError the batch is written again. ``refused``
        is told which kinds the store takes nothing of. Only readings of the venues of ``share`` are written.
        """
        self._on_written = on_written
        self._journal = journal
        self._store = store
        self._counters = counters
        self._clock = clock
        self._pace = pace
        self._refused = refused or RefusedKinds(counters)
        self._share = share
        self._position = self._ahead = self._written_upto = journal.store_position
        self._moved_to = self._position
        self._lost: list[Entry] = []
        self._refusals = Refusals(pace.patience)
        # What is owed of entries that were written already, and up to where a kind is judged line
        # by line, since the store is known to take it.
        self._owed: set[Measurement] = set()
        self._sure_upto: dict[Measurement, int] = {}
        self._try_at_s = self._ask_at_s = -math.inf
        self._outage, self._refusing = outages(log, share)
        self._show()

    def run(self, stop: threading.Event) -> None:
        """Write until ``stop``; what is left then is written by the next run of the gateway."""
        last = 0

        def step() -> bool:
            nonlocal last
            last = self.step()
            return last > 0

        def gather(seconds: float) -> None:
            if last < BATCH:
                stop.wait(seconds)
                self._journal.wait_beyond(self._ahead, WATCH_S)

        repeat(
            step, self._pace.gather_s, (StoreError, JournalError), stop,
            outage=self._outage, back_off=self._pace.back_off,
            pause=gather, on_failure=self._failed,
        )  # fmt: skip

    def step(self) -> int:
        """Write the next batch and move the cursor; how many journal entries it took.

        Raises:
            StoreError: the store did not take them, the cursor stays.
            JournalError: they cannot be read.

        """
        self._let_go()
        entries = self._read(self._ahead)
        if not entries:
            if self._moved_to != self._position and not self._on_written(()):
                self._move_cursor()
            self._try_kept()
            return 0
        rows = {
            number: entry
            for number, entry in entries
            if self._is_ours(entry)
            and (number > self._written_upto or kind_of(entry) in self._owed)
        }
        sent = list(rows.values())
        rejected = written(self._store, sent) if rows else ()
        waits = self._on_written(sent)
        again, lost = self._judge(rows, rejected)
        last = entries[-1][0]
        if again:
            self._begin_again(again, max(last, self._written_upto))
        else:
            self._move(last, lost)
            if not waits:
                self._move_cursor()
            self._counters.add(STORE_WRITTEN, by=len(rows) - len(rejected))
        self._show()
        return len(entries)

    def _read(self, after: int) -> list[tuple[int, Entry]]:
        """What is on disk of the next batch."""
        return self._journal.read(after, min(BATCH, self._journal.safe_id - after))

    def _judge(
        self, rows: Mapping[int, Row], rejected: Sequence[Rejected]
    ) -> tuple[list[Measurement], list[Rejected]]:
        """The kinds to be written again, and the refused lines that go to the quarantine.

        Lines that no store takes, and those of a kind that the store is known to take, are not
        judged: they go.
        """
        if not rejected and self._refusals.is_idle:
            return [], []
        now_s = time.monotonic()
        by_row = {id(one.row): one for one in rejected}
        lost: list[Rejected] = []
        refused: dict[Measurement, list[Rejected]] = {}
        taken: Counter[Measurement] = Counter()
        for number, row in rows.items():
            kind, one = kind_of(row), by_row.get(id(row))
            is_sure = number <= self._sure_upto.get(kind, 0)
            if one is None:
                taken[kind] += not is_sure
            elif is_sure or unfit(row) is not None:
                lost.append(one)
            else:
                refused.setdefault(kind, []).append(one)
        again: list[Measurement] = []
        for kind in {*taken, *refused}:
            its = refused.get(kind, [])
            fate = self._refusals.judge(kind, taken[kind], its, now_s)
            if fate is Fate.AGAIN:
                again.append(kind)
            elif fate is Fate.QUARANTINE:
                lost += its
        return again, lost

    def _move(self, last: int, lost: Sequence[Rejected]) -> None:
        """All up to ``last`` is written, but what is kept."""
        self._ahead = last
        self._written_upto = max(self._written_upto, last)
        self._journal.stored(last, self._share)
        refusals = [self._refusal(one) for one in lost]
        if self._refusals.kept:
            self._owed |= self._refusals.kept
            self._journal.append(refusals)
            return
        self._position = last
        self._lost += refusals
        if last >= self._written_upto:
            self._owed.clear()

    def _move_cursor(self) -> None:
        """The journal may forget what was written; what was lost of it joins it."""
        self._journal.move_store(self._position, self._lost)
        self._moved_to, self._lost = self._position, []

    def _begin_again(self, kinds: Collection[Measurement], upto: int) -> None:
        """Write what is kept of these kinds again; what is refused then is at fault itself."""
        for kind in kinds:
            self._sure_upto[kind] = upto
        self._owed |= set(kinds)
        self._ahead = self._position

    def _let_go(self) -> None:
        """Give up what was kept for long enough, or as a person asked."""
        now_s = time.monotonic()
        over = self._refusals.overdue(now_s)
        released: Collection[Measurement] = ()
        if self._refusals.misconfigured and now_s >= self._ask_at_s:
            self._ask_at_s = now_s + self._pace.released_s
            released = self._refused.take_released(self)
            for kind in released:
                log.warning("store: %s is released: what it refuses goes to the quarantine", kind)
        self._refusals.let_go(over)
        self._refusals.let_go(released, released=True)
        if over or released:
            self._begin_again({*over, *released}, self._written_upto)
            self._show()

    def _try_kept(self) -> None:
        """Try what is kept, now and then, while nothing comes that would show that it is taken."""
        now_s = time.monotonic()
        if not self._refusals.kept or now_s < self._try_at_s:
            return
        self._try_at_s = now_s + self._pace.misconfigured_s
        for kind in self._refusals.kept:
            entries = self._read(self._position)
            rows = [
                entry for _, entry in entries if self._is_ours(entry) and kind_of(entry) == kind
            ]
            rejected = self._store.write(rows) if rows else ()
            if self._refusals.is_mended(kind, len(rows) - len(rejected), len(rejected)):
                self._refusals.let_go([kind])
                self._begin_again([kind], self._written_upto)
                self._show()

    def _show(self) -> None:
        """Say what the store refuses, once, and for the dashboard; and how far behind it is."""
        found = self._refusals.misconfigured
        self._refused.show(self, found)
        for kind, outage in self._refusing.items():
            if kind in found:
                outage.begins(found[kind])
            else:
                outage.ends()
        self._show_behind()

    def _show_behind(self) -> None:
        """Of several stores each is told."""
        if self._share != ALL:
            behind = self._journal.last_id - self._position
            self._counters.show(STORE_BEHIND, behind, self._share.label)

    def _is_ours(self, entry: Entry) -> TypeGuard[Row]:
        return isinstance(entry, Row) and venue_of(entry) in self._share

    def _refusal(self, rejected: Rejected) -> Entry:
        row = rejected.row
        if isinstance(row, RoomSample):
            topic, payload = room_topic(row.venue, row.room, "state"), repr(row).encode()
        else:
            reading = row.reading
            topic = device_topic(reading.venue, reading.device, reading.kind)
            payload = encode_reading(reading)
        return refused_whole(topic, payload, self._clock.now_ns(), rejected.refused)

    def _failed(self, error: Exception) -> float:
        self._counters.add(STORE_ERRORS)
        self._show_behind()
        return self._pace.least_s(error)
