"""Journal to store: from the store cursor on, in order, in batches, as long as it takes."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.journal.classify import refused_whole
from gateway.journal.entry import Entry
from gateway.journal.file import JournalError
from gateway.journal.journal import Journal
from gateway.metrics import STORE_ERRORS, STORE_WRITTEN, Metrics
from gateway.outage import BackOff, Outage, repeat
from gateway.store.interface import (
    Placed,
    Rejected,
    RoomSample,
    Store,
    StoreError,
    StoreMisconfigured,
    StoreUnavailable,
)
from sensors.clock import Clock
from sensors.wire.payload import encode_reading
from sensors.wire.topic import device_topic, room_topic

BATCH = 5_000
BACK_OFF = BackOff(0.5, 30.0)
WATCH_S = 0.5
"""How long to wait for a new entry before looking whether we are to stop."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long is waited, of wall time: ``gather_s`` for more to come, as small batches cost a
    server thirty times as much a reading; ``misconfigured_s`` for a person to mend what trying
    again cannot.
    """

    gather_s: float = 0.1
    back_off: BackOff = BACK_OFF
    misconfigured_s: float = 30.0

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
        journal: Journal,
        store: Store,
        counters: Metrics,
        clock: Clock,
        on_written: Callable[[Sequence[Placed | RoomSample]], None] = lambda _rows: None,
        pace: Pace = USUAL,
    ) -> None:
        """``on_written`` is told of each batch that the store has, before the cursor moves; where
        it raises StoreError the batch is written again.
        """
        self._on_written = on_written
        self._journal = journal
        self._store = store
        self._counters = counters
        self._clock = clock
        self._position = journal.store_position
        self._pace = pace
        self._outage = Outage(
            log,
            "store",
            meanwhile="readings are kept in the journal until it takes them",
            back="takes readings again",
        )

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
                self._journal.wait_beyond(self._position, WATCH_S)

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
        entries = self._journal.read(self._position, BATCH)
        if not entries:
            return 0
        rows = [entry for _, entry in entries if isinstance(entry, Placed | RoomSample)]
        rejected = self._store.write(rows) if rows else ()
        self._on_written(rows)
        self._position = entries[-1][0]
        self._journal.move_store(self._position, [self._refusal(one) for one in rejected])
        if rows:
            self._counters.add(STORE_WRITTEN, by=len(rows) - len(rejected))
        return len(entries)

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
        return self._pace.least_s(error)
