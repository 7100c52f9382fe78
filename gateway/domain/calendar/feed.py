"""A calendar that is kept in step with, and how that goes."""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.calendar.problem import Failure
from gateway.domain.calendar.room_matching import FeedRule, Reason
from sensors.wire.topic import RoomSlug, VenueSlug


@dataclass(frozen=True, slots=True)
class Feed:
    """``url`` may hold what lets anybody read the calendar: it is shown to nobody. ``room`` is the
    one that all its meetings are in, None where the meeting says. ``asked`` counts the times that a
    person wanted it read at once.
    """

    slug: str
    venue: VenueSlug
    name: str
    url: str
    room: RoomSlug | None = None
    every_s: float = 900.0
    rules: tuple[FeedRule, ...] = ()
    asked: int = 0

    def __repr__(self) -> str:
        return f"Feed({self.slug})"


@dataclass(frozen=True, slots=True)
class FeedState:
    """How the reading of a feed goes. ``answered`` is the ``asked`` of its last attempt; ``setup``
    stands for the rooms and rules that its meetings were placed by at ``read_at``; ``etag``,
    ``last_modified`` and ``digest`` are of what was read then. ``failures`` counts those in a row.
    """

    answered: int = -1
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    setup: str | None = None
    read_at: datetime | None = None
    tried_at: datetime | None = None
    ok_at: datetime | None = None
    failure: Failure | None = None
    failing_since: datetime | None = None
    failures: int = 0
    meetings: int = 0


@dataclass(frozen=True, slots=True)
class UnplacedEvent:
    """Meetings that were given no room: ``meetings`` of one event, the first of them at
    ``start``. ``title`` is empty of private ones.
    """

    title: str
    location: str
    reason: Reason
    start: datetime
    meetings: int
