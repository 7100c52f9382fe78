"""When a room is free."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from gateway.domain.meeting import Meeting


def free_from(
    meetings: Iterable[Meeting], at: datetime, length: timedelta, last: datetime
) -> datetime | None:
    """From when on, not before ``at`` and not after ``last``, the room of these meetings is free for so
    long; None: not then.
    """
    start = at
    for meeting in sorted(meetings, key=lambda one: one.start):
        if meeting.start >= start + length:
            break
        start = max(start, meeting.end)
    return start if start <= last else None
