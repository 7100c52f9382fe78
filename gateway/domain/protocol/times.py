"""When the items of a protocol are due, and when saying one is late."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from gateway.domain.protocol.protocol import Item, Protocol, When

BEFORE: Final = timedelta(minutes=30)
"""So long before a meeting its preparations are due, and its host is told of them."""
SETTLING: Final = timedelta(minutes=15)
"""What is due at the start may be said until so long after it: people are still coming in."""
TIDYING: Final = timedelta(hours=1)
"""What is due at the end may be said until so long after it."""

Standing = Literal["later", "due", "overdue"]


@dataclass(frozen=True, slots=True)
class Due:
    """An item is due from ``since`` on, and late after ``until``."""

    since: datetime
    until: datetime

    def is_late(self, at: datetime) -> bool:
        return at > self.until

    def standing(self, now: datetime) -> Standing:
        """Of one that nobody said anything of."""
        if now < self.since:
            return "later"
        return "overdue" if self.is_late(now) else "due"


def due(when: When, start: datetime, end: datetime) -> Due:
    """When an item is due in a meeting. No calendar knows when a meeting breaks: it is asked for from
    the middle on, and is late when the meeting is over.
    """
    if when == "before":
        return Due(start - BEFORE, start)
    if when == "start":
        return Due(start, start + SETTLING)
    if when == "break":
        return Due(start + (end - start) / 2, end)
    return Due(end, end + TIDYING)


def waiting(
    protocol: Protocol, start: datetime, end: datetime, spoken: Container[str], now: datetime
) -> tuple[Item, ...]:
    """The items of a meeting that somebody is asked for by now; of those in ``spoken`` something was said
    already.
    """
    return tuple(
        item
        for item in protocol.declared
        if item.id not in spoken and due(item.when, start, end).standing(now) != "later"
    )
