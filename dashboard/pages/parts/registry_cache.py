"""The configuration as pages read it: venues, rooms, limits and the meetings around now."""

import logging
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.domain.meeting import Meeting
from gateway.domain.policy import Policy, chosen_policy
from gateway.domain.presets import HEALTHY_DEFAULT, LEGAL_DEFAULT
from gateway.domain.room import Room, Venue
from gateway.outage import Outage
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.database import Database, DatabaseAway
from gateway.registry.policies import policies_by_slug
from gateway.registry.rooms import all_venues, every_room
from sensors.clock import Clock
from sensors.wire.topic import RoomKey, RoomSlug, VenueSlug

logger = logging.getLogger(__name__)

FRESH_S = 2.0
AHEAD = timedelta(hours=24)


@dataclass(frozen=True)
class RegistryView:
    """``edition`` rises with every change: what was made from the same edition is still good.
    ``archived`` are the rooms out of use, which old meetings and alerts still name.
    """

    venues: Mapping[str, Venue]
    rooms: Mapping[RoomKey, Room]
    policies: Mapping[str, Policy]
    meetings: tuple[Meeting, ...]
    edition: int = field(default=0, compare=False)
    archived: Mapping[RoomKey, Room] = field(default_factory=dict)

    def of(self, venues: Collection[VenueSlug] | None) -> "RegistryView":
        """The same with some venues alone; None: with all of them."""
        if venues is None:
            return self
        policies = self.policies.items()
        return replace(
            self,
            venues={slug: venue for slug, venue in self.venues.items() if slug in venues},
            rooms={key: room for key, room in self.rooms.items() if room.venue in venues},
            archived={key: room for key, room in self.archived.items() if room.venue in venues},
            policies={s: p for s, p in policies if _is_for(p, venues)},
            meetings=tuple(meeting for meeting in self.meetings if meeting.venue in venues),
        )

    def venue(self, slug: VenueSlug | None) -> Venue:
        """A venue; one that is not registered gets the usual settings, None gives the first."""
        if slug is None:
            return next(iter(self.venues.values()), Venue(VenueSlug(""), "Luchtig"))
        return self.venues.get(slug) or Venue(slug, slug)

    def room_named(self, venue: VenueSlug, room: RoomSlug) -> Room | None:
        """A room, whether it is in use or not: for its name."""
        return self.rooms.get((venue, room)) or self.archived.get((venue, room))

    def policy_of(self, venue: VenueSlug, room: RoomSlug, at: datetime) -> Policy:
        """The limits a room is held to: its meeting's, else its own, else the default."""
        meeting = next((m for m in self._in_room(venue, room) if m.is_on(at)), None)
        registered = self.rooms.get((venue, room))
        of_meeting = None if meeting is None else meeting.policy
        of_room = None if registered is None else registered.policy
        return chosen_policy(self.policies, of_meeting, of_room)

    def held_against(self, venue: VenueSlug, room: RoomSlug, at: datetime) -> tuple[Policy, ...]:
        """The limits a room is held to, the law and what is healthy there, each once."""
        place = self.venue(venue)
        legal = self.policies.get(place.legal_policy or "", LEGAL_DEFAULT)
        healthy = self.policies.get(place.healthy_policy or "", HEALTHY_DEFAULT)
        found = (self.policy_of(venue, room, at), legal, healthy)
        return tuple({one.slug: one for one in found}.values())

    def following(self, venue: VenueSlug, room: RoomSlug, at: datetime) -> Meeting | None:
        """The next meeting in a room."""
        return next((m for m in self._in_room(venue, room) if m.start > at), None)

    def _in_room(self, venue: VenueSlug, room: RoomSlug) -> list[Meeting]:
        return [m for m in self.meetings if m.venue == venue and m.room == room]


def _is_for(policy: Policy, venues: Collection[VenueSlug]) -> bool:
    if policy.organisation is not None:
        return not set(policy.venues).isdisjoint(venues)
    return policy.venue is None or policy.venue in venues


def read_registry(conn: Connection, at: datetime) -> RegistryView:
    rooms = every_room(conn)
    return RegistryView(
        venues={venue.slug: venue for venue in all_venues(conn)},
        rooms={(room.venue, room.slug): room for room in rooms if not room.archived},
        archived={(room.venue, room.slug): room for room in rooms if room.archived},
        policies=policies_by_slug(conn),
        meetings=meetings_between(conn, at, at + AHEAD),
    )


class RegistryCache:
    """Keeps the book for two seconds of wall time: fifty boards ask for it every second."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._book: RegistryView | None = None
        self._stale_at = 0.0
        self._outage = Outage(
            logger, "database", meanwhile="pages show what it held last", back="read again"
        )

    def registry_view(self) -> RegistryView:
        """The newest book; while the database is away the last one.

        Raises:
            DatabaseAway: the database is away and there is no last one.

        """
        with self._lock:
            if self._book is None or time.monotonic() >= self._stale_at:
                self._stale_at = time.monotonic() + FRESH_S
                self._book = self._renewed(self._book)
            return self._book

    def forget(self) -> None:
        """Look again when somebody asks: it was changed just now, and is to be shown at once."""
        with self._lock:
            self._stale_at = 0.0

    def _renewed(self, last: RegistryView | None) -> RegistryView:
        try:
            with self._database.read() as conn:
                found = read_registry(conn, self._clock.now())
        except DatabaseAway as error:
            if last is None:
                raise
            self._outage.begins(str(error))
            return last
        self._outage.ends()
        if last is None:
            return replace(found, edition=1)
        return last if found == last else replace(found, edition=last.edition + 1)
