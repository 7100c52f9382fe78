"""Journal to store: from the store cursor on, in order, in batches, as long as it takes."""

import logging
import random
import threading
from collections.abc import Callable, Sequence

from gateway.journal.classify import refused_whole
from gateway.journal.entry import Entry
from gateway.journal.file import JournalError
from gateway.journal.journal import Journal
from gateway.metrics import STORE_ERRORS, STORE_WRITTEN, Metrics
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
GATHER_S = 0.1  # small batches cost a server thirty times as much a reading
BACK_OFF_S = (0.5, 30.0)
MISCONFIGURED_S = 30.0

log = logging.getLogger(__name__)


class StoreWriter:
    """``run`` is the only thread that writes to the store."""

    def __init__(
        self,
        journal: Journal,
        store: Store,
        counters: Metrics,
        clock: Clock,
        on_written: Callable[[Sequence[Placed | RoomSample]], None] = lambda _rows: None,
    ) -> None:
        """``on_written`` is told of each batch that the store has, before the cursor moves; where it
        raises StoreError the batch is written again.
        """
        self._on_written = on_written
        self._journal = journal
        self._store = store
        self._counters = counters
        self._clock = clock
        self._position = journal.store_position
        self._said = ""

    def run(self, stop: threading.Event) -> None:
        """Write until ``stop``; what is left then is written by the next run of the gateway."""
        back_off_s = BACK_OFF_S[0]
        while not stop.is_set():
            try:
                written = self.step()
            except (StoreError, JournalError) as error:
                self._counters.add(STORE_ERRORS)
                self._say(str(error))
                stop.wait(_pause_s(error, back_off_s))
                back_off_s = min(2 * back_off_s, BACK_OFF_S[1])
                continue
            back_off_s = BACK_OFF_S[0]
            if written:
                self._mended()
            if written < BATCH:
                stop.wait(GATHER_S)
                self._journal.wait_beyond(self._position, 0.5)

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

    def _say(self, message: str) -> None:
        if message != self._said:
            self._said = message
            log.warning("store: %s; readings are kept in the journal until it takes them", message)

    def _mended(self) -> None:
        if self._said:
            self._said = ""
            log.warning("store: takes readings again")


def _pause_s(error: Exception, back_off_s: float) -> float:
    if isinstance(error, StoreMisconfigured):
        return MISCONFIGURED_S
    if isinstance(error, StoreUnavailable) and error.retry_after_s is not None:
        return max(error.retry_after_s, back_off_s)
    return back_off_s * random.uniform(0.5, 1.0)  # noqa: S311 - spreads clients, no secret
