"""When people were really there: a meeting starts early, late, runs over, or nobody comes.

People count as the meeting while at least a quarter are in of the most that were in within its
planned time: who sets out the chairs is no meeting yet. A pause of a quarter of an hour ends
nothing.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import Literal

import msgspec

from gateway.domain.report.curve import Curve, highest, lasting_ns, spells, within
from sensors.wire.instant import from_ns, to_ns

EARLIEST = timedelta(minutes=60)
"""So long before its planned time a meeting may have begun."""
LATEST = timedelta(minutes=120)
"""So long after its planned time it may go on."""
PAUSE = timedelta(minutes=15)
"""So long, or shorter, a pause ends no meeting: coffee."""
SHARE = 0.25
"""Of the most that were in within its planned time: with so many in a meeting goes on."""
COUNTED = 0.25
"""Of the planned time at least this part must have a count, or the counts say nothing."""
WORTH_SAYING = timedelta(minutes=5)
"""A meeting that begins or ends so much beside its plan is said to."""


class Presence(msgspec.Struct, frozen=True):
    """From when to when people were there. ``basis`` is ``counted``; ``partly`` where the planned
    time stands in for an edge that was not counted; ``planned`` where nobody counted and ``nobody``
    where the counters saw none, both with the planned time.
    """

    start: datetime
    end: datetime
    basis: Literal["counted", "partly", "planned", "nobody"]


def find_presence(count: Curve, start: datetime, end: datetime) -> Presence:
    """When people were there for a meeting that was planned from ``start`` to ``end``.

    Where the count is not known at the edge of a visit, the planned time stands in for it: a
    counter that fell silent sent nobody home.
    """
    start_ns, end_ns = to_ns(start), to_ns(end)
    planned = within(count, start_ns, end_ns)
    if lasting_ns(planned) < COUNTED * (end_ns - start_ns):
        return Presence(start, end, "planned")
    most = highest(planned)
    if most is None or most.value < 1:
        return Presence(start, end, "nobody")
    least = max(1, ceil(most.value * SHARE))
    visits = [
        (from_, to)
        for from_, to in spells(count, lambda people: people >= least, _ns(PAUSE))
        if to > start_ns and from_ < end_ns
    ]
    first_ns, last_ns = visits[0][0], visits[-1][1]
    is_late = first_ns > start_ns and not any(s.to_ns == first_ns for s in count)
    is_early = last_ns < end_ns and not any(s.from_ns == last_ns for s in count)
    return Presence(
        start if is_late else from_ns(first_ns),
        end if is_early else from_ns(last_ns),
        "partly" if is_late or is_early else "counted",
    )


def worth_saying(length: timedelta) -> timedelta | None:
    """By how much a meeting was early or late, where that is worth saying."""
    return length if length >= WORTH_SAYING else None


def settled_at(presence: Presence, end: datetime) -> datetime:
    """From when nothing that is measured in time changes the report any more."""
    return end if presence.basis == "planned" else max(end, presence.end + PAUSE)


def _ns(length: timedelta) -> int:
    return round(length.total_seconds()) * 1_000_000_000
