"""A meeting: a room, a time and somebody who answers for it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.air.generation import Activity
from sensors.wire.topic import RoomSlug, VenueSlug


@dataclass(frozen=True, slots=True)
class Meeting:
    """``organiser`` and ``host`` are e-mail addresses, ``language`` what they are written in (None:
    the venue's); the meeting lasts from ``start`` up to, not including, ``end``. By their
    ``activity`` people give off CO2, None for the usual one. ``uid`` is its event in a calendar and
    ``recurrence`` when that event's rule had put it, None for one that does not recur. Of a
    ``private`` one others see that the room is taken, and nothing more. ``protocol`` is what it is
    held under, None for its room's. ``series`` is what the occurrences of one that repeats have in
    common, ``repeats`` its rule (``calendar.repeat``).
    """

    id: str
    venue: VenueSlug
    room: RoomSlug
    title: str
    start: datetime
    end: datetime
    expected_people: int | None = None
    organiser: str | None = None
    policy: str | None = None
    activity: Activity | None = None
    host: str | None = None
    language: str | None = None
    feed: str | None = None
    uid: str | None = None
    recurrence: str | None = None
    private: bool = False
    protocol: str | None = None
    series: str | None = None
    repeats: str | None = None

    @property
    def public_title(self) -> str | None:
        """Its title as everybody may see it; None where it is private."""
        return None if self.private else self.title

    def is_on(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def says_the_same(self, other: "Meeting") -> bool:
        """Whether two differ in nothing but what a person may choose for a meeting of a
        calendar.
        """
        chosen = replace(
            other,
            policy=self.policy,
            protocol=self.protocol,
            activity=self.activity,
            host=self.host,
            language=self.language,
        )
        return chosen == self


def overlapping(meetings: Iterable[Meeting]) -> dict[str, tuple[Meeting, ...]]:
    """By its id, what shares a meeting's room for part of its time; those alone are left out."""
    found: dict[str, tuple[Meeting, ...]] = {}
    ordered = sorted(meetings, key=lambda m: (m.venue, m.room, m.start))
    for number, first in enumerate(ordered):
        for second in ordered[number + 1 :]:
            if (second.venue, second.room) != (
                first.venue,
                first.room,
            ) or second.start >= first.end:
                break
            found[first.id] = (*found.get(first.id, ()), second)
            found[second.id] = (*found.get(second.id, ()), first)
    return found
