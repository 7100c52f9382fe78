"""Readings that reach the store well after their own time, noted so that reports are looked at
again.

What counts is when the store has them, not when they arrived: a store that was away for an hour is
as late as a device that was.
"""

import math
import time
from collections.abc import Callable, Sequence

from gateway.registry.agenda.reports import Late, note_late
from gateway.registry.database import Database, DatabaseAway
from gateway.store.interface import Placed, RoomSample, StoreUnavailable
from sensors.clock import Clock
from sensors.wire.topic import RoomKey

LATE_S = 300.0
"""On the one clock. A record is made this much after its window, so that what is in time is in
it."""
TOGETHER_S = 2.0
"""Of wall time: what is late in a backlog of many rooms is noted so often, and not a batch at a time."""

Spans = dict[RoomKey, list[int]]
"""Of each room the first and the last moment."""


class LateReadings:
    """Told of every batch that was written, before the journal forgets it."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        together_s: float = 0.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """What comes within ``together_s`` of the note before is noted together."""
        self._database = database
        self._clock = clock
        self._together_s = together_s
        self._monotonic = monotonic
        self._noted_at = -math.inf
        self._found: Spans = {}

    def written(self, rows: Sequence[Placed | RoomSample]) -> bool:
        """Take in what came late; no rows: no more come for now. Whether any of it is still to be
        noted, so that the journal may not forget it yet.

        Raises:
            StoreUnavailable: they could not be noted; the same batch is to be given again.

        """
        self._gather(rows)
        if not self._found:
            return False
        now_s = self._monotonic()
        if rows and now_s - self._noted_at < self._together_s:
            return True
        rooms = sorted(self._found.items())
        try:
            with self._database.write() as conn:
                note_late(conn, [Late(*room, first, last) for room, (first, last) in rooms])
        except DatabaseAway as error:
            raise StoreUnavailable(f"late readings cannot be noted: {error}") from error
        self._found.clear()
        self._noted_at = now_s
        return False

    def _gather(self, rows: Sequence[Placed | RoomSample]) -> None:
        late_before_ns = self._clock.now_ns() - round(LATE_S * 1e9)
        found = self._found
        for row in rows:
            if isinstance(row, Placed):
                venue, at_ns = row.reading.venue, row.reading.at_ns
            else:
                venue, at_ns = row.venue, row.at_ns
            if at_ns >= late_before_ns:
                continue
            span = found.get((venue, row.room))
            if span is None:
                found[venue, row.room] = [at_ns, at_ns]
            elif at_ns > span[1]:
                span[1] = at_ns
            elif at_ns < span[0]:
                span[0] = at_ns
