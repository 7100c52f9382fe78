"""A meeting: a room, a time and somebody who answers for it."""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.air.generation import Activity


@dataclass(frozen=True, slots=True)
class Meeting:
    """``organiser`` and ``host`` are e-mail addresses, ``language`` what they are written in (None: the
    venue's); the meeting lasts from ``start`` up to, not including, ``end``. By their ``activity``
    people give off CO2, None for the usual one.
    """

    id: str
    venue: str
    room: str
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

    def is_on(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def says_the_same(self, other: "Meeting") -> bool:
        """Whether two differ in nothing but what a person may choose for a meeting of a calendar."""
        chosen = replace(
            other,
            policy=self.policy,
            activity=self.activity,
            host=self.host,
            language=self.language,
        )
        return chosen == self
