"""Up to which moment all that had arrived has been applied.

What has not arrived is silence; what waits in the journal is not. While entries come in without a
pause there is always one that waits, so the question is asked of a moment: was all that had arrived
by then applied?
"""

from collections.abc import Sequence
from datetime import datetime

from gateway.journal.entry import Entry
from gateway.store.interface import Placed, RoomSample
from sensors.wire.instant import from_ns


class Watermark:
    """``at`` is that moment; None until anything is known."""

    def __init__(self) -> None:
        self.at: datetime | None = None
        self._mark: tuple[int, datetime] | None = None

    def mark(self, position: int, now: datetime) -> None:
        """All that has arrived lies at or before ``position``, which may be put too high."""
        if self._mark is None or position <= self._mark[0]:
            self._mark = (position, now)

    def applied(self, position: int, entries: Sequence[tuple[int, Entry]] = ()) -> None:
        """Everything up to ``position`` is applied; ``entries`` are the last of it, in order."""
        arrived = _arrived(entries)
        if arrived is not None:
            self.at = arrived
        if self._mark is not None and position >= self._mark[0]:
            marked = self._mark[1]
            self.at = marked if self.at is None else max(self.at, marked)
            self._mark = None


def _arrived(entries: Sequence[tuple[int, Entry]]) -> datetime | None:
    """When the last of them arrived; samples are the gateway's own and did not."""
    for _, entry in reversed(entries):
        if isinstance(entry, Placed):
            return from_ns(entry.reading.arrived_ns)
        if not isinstance(entry, RoomSample):
            return from_ns(entry.at_ns)
    return None
