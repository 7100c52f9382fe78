"""A silence: what is judged and shown, and not told, for a time and for a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.room_state import Rule
from sensors.wire.topic import RoomSlug, VenueSlug

LONGEST = timedelta(days=90)
"""What is silent for longer is better taken out of the rules."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Of a venue, from ``since`` up to, not including, ``until``; ``room`` and ``rule`` are None
    for all of them. ``ended_at`` is when somebody ended it before its time.
    """

    venue: VenueSlug
    room: RoomSlug | None
    rule: Rule | None
    since: datetime
    until: datetime
    reason: str
    by: str
    ended_at: datetime | None = None
    ended_by: str | None = None

    @property
    def over_at(self) -> datetime:
        return self.until if self.ended_at is None else min(self.until, self.ended_at)

    def is_on(self, at: datetime) -> bool:
        return self.since <= at < self.over_at

    def covers(self, room: RoomSlug, rule: Rule) -> bool:
        """Whether it is about such a flag of its venue."""
        return self.room in (None, room) and self.rule in (None, rule)
