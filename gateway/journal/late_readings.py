"""Readings that reach the store well after their own time, noted so that reports are looked at
again.

What counts is when the store has them, not when they arrived: a store that was away for an hour is
as late as a device that was.
"""

from collections.abc import Sequence

from gateway.registry.database import Database, DatabaseAway
from gateway.registry.reports import Late, note_late
from gateway.store.interface import Placed, RoomSample, StoreUnavailable
from sensors.clock import Clock
from sensors.wire.topic import RoomKey

LATE_S = 300.0
"""On the one clock. A record is made this much after its window, so that what is in time is in
it."""


class LateReadings:
    """Told of every batch that was written, before the journal forgets it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def written(self, rows: Sequence[Placed | RoomSample]) -> None:
        """Note the rooms of what came late.

        Raises:
            StoreUnavailable: it could not be noted; the same batch is to be given again.

        """
        late_before_ns = self._clock.now_ns() - round(LATE_S * 1e9)
        found: dict[RoomKey, list[int]] = {}
        for row in rows:
            room, at_ns = _place(row)
            if at_ns < late_before_ns:
                found.setdefault(room, []).append(at_ns)
        if not found:
            return
        try:
            with self._database.write() as conn:
                note_late(
                    conn,
                    [Late(*room, min(times), max(times)) for room, times in sorted(found.items())],
                )
        except DatabaseAway as error:
            raise StoreUnavailable(f"late readings cannot be noted: {error}") from error


def _place(row: Placed | RoomSample) -> tuple[RoomKey, int]:
    if isinstance(row, Placed):
        return (row.reading.venue, row.room), row.reading.at_ns
    return (row.venue, row.room), row.at_ns
