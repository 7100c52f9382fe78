"""The configuration as the live side uses it: venues, rooms, limits, where devices hang, meetings."""

import logging
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from gateway.domain.air.tested import UNTESTED, TestedAir, with_tested_volume
from gateway.domain.alerts.contact import Contact
from gateway.domain.alerts.notice import GRACE
from gateway.domain.alerts.silence import Silence
from gateway.domain.meeting import Meeting
from gateway.domain.policy import Policy, chosen_policy
from gateway.domain.presets import HEALTHY_DEFAULT, LEGAL_DEFAULT
from gateway.domain.room import Placement, Room, Venue
from gateway.registry import revision
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.alerts.contacts import all_contacts
from gateway.registry.alerts.push_subscriptions import Hearer, hearers
from gateway.registry.alerts.silences import silences_since
from gateway.registry.devices import all_placements
from gateway.registry.policies import policies_by_slug
from gateway.registry.room_tests import air_by_tests
from gateway.registry.rooms import all_rooms, all_venues
from gateway.registry.sources import all_sources
from sensors.adapters.source import Source
from sensors.time_zone import find_zone, zone_or_utc
from sensors.wire.topic import DeviceKey, RoomKey, VenueSlug

log = logging.getLogger(__name__)

AROUND = timedelta(days=2)
FURTHEST_BACK = timedelta(days=31)
"""Readings that are back-filled from longer ago are judged, but not held against meetings."""


@dataclass(frozen=True, slots=True)
class KnownSpan:
    """From ``start`` up to, not including, ``end``."""

    start: datetime
    end: datetime

    def around(self, at: datetime, earliest: datetime) -> "KnownSpan":
        """It, stretched to hold the meetings about ``at``, but to no earlier than that."""
        start = max(min(self.start, at - AROUND), min(self.start, earliest))
        return KnownSpan(start, max(self.end, at + AROUND))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The meetings of one room by their start, and the moments at which something about them changes."""

    meetings: tuple[Meeting, ...] = ()
    moments: tuple[datetime, ...] = ()

    def on_at(self, at: datetime) -> tuple[Meeting, ...]:
        return tuple(m for m in self._begun_by(at) if m.is_on(at))

    def overlapping(self, start: datetime, end: datetime) -> tuple[Meeting, ...]:
        """The meetings that have a moment in common with [start, end]."""
        return tuple(m for m in self._begun_by(end) if m.end > start)

    def next_moment(self, at: datetime) -> datetime | None:
        """The first moment after ``at`` at which a meeting starts, has its grace behind it or ends."""
        i = bisect_right(self.moments, at)
        return self.moments[i] if i < len(self.moments) else None

    def _begun_by(self, at: datetime) -> tuple[Meeting, ...]:
        return self.meetings[: bisect_right(self.meetings, at, key=lambda m: m.start)]


NO_MEETINGS = Calendar()


def calendars(meetings: Iterable[Meeting]) -> dict[RoomKey, Calendar]:
    """A calendar for every room that has meetings."""
    found: dict[RoomKey, list[Meeting]] = {}
    for meeting in meetings:
        found.setdefault((meeting.venue, meeting.room), []).append(meeting)
    made: dict[RoomKey, Calendar] = {}
    for key, its in found.items():
        its.sort(key=lambda m: (m.start, m.id))
        moments = {t for m in its for t in (m.start, m.start + GRACE, m.end)}
        made[key] = Calendar(tuple(its), tuple(sorted(moments)))
    return made


@dataclass(frozen=True, slots=True)
class Configuration:
    """All of it at one ``revision``; meetings are those within ``span``, silences those that were not
    over when it began. Of venues that others look after it has no rooms; ``looked_after`` is None where
    there are no others.
    """

    revision: int
    span: KnownSpan
    venues: Mapping[VenueSlug, Venue] = field(default_factory=dict)
    zones: Mapping[str, ZoneInfo] = field(default_factory=dict)
    rooms: Mapping[RoomKey, Room] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    placements: tuple[Placement, ...] = ()
    calendars: Mapping[RoomKey, Calendar] = field(default_factory=dict)
    contacts: Mapping[str, tuple[Contact, ...]] = field(default_factory=dict)
    hearers: Mapping[VenueSlug, tuple[Hearer, ...]] = field(default_factory=dict)
    silences: tuple[Silence, ...] = ()
    sources: tuple[Source, ...] = ()
    tested: Mapping[RoomKey, TestedAir] = field(default_factory=dict)
    looked_after: frozenset[str] | None = None

    def is_ours(self, venue: VenueSlug) -> bool:
        """Whether the rooms of a venue are judged here."""
        return self.looked_after is None or venue in self.looked_after

    def calendar(self, key: RoomKey) -> Calendar:
        return self.calendars.get(key, NO_MEETINGS)

    def policy(self, room: Room, meeting: Meeting | None) -> Policy:
        """The limits a room is held to: the meeting's, or else its own, or else the default."""
        of_meeting = None if meeting is None else meeting.policy
        return chosen_policy(self.policies, of_meeting, room.policy)

    def legal(self, venue: Venue) -> Policy:
        """The law that the venue's rooms are shown against."""
        return self.policies.get(venue.legal_policy or LEGAL_DEFAULT.slug, LEGAL_DEFAULT)

    def healthy(self, venue: Venue) -> Policy:
        """What is healthy for the venue's rooms."""
        return self.policies.get(venue.healthy_policy or HEALTHY_DEFAULT.slug, HEALTHY_DEFAULT)

    def hanging(self) -> Iterable[tuple[DeviceKey, RoomKey]]:
        """Which device hangs where now."""
        for hung in self.placements:
            if hung.until is None:
                yield (hung.venue, hung.device), (hung.venue, hung.room)

    def hung_ever(self) -> set[DeviceKey]:
        return {(hung.venue, hung.device) for hung in self.placements}


def read_configuration(
    conn: Connection, span: KnownSpan, looked_after: frozenset[str] | None = None
) -> Configuration:
    """The configuration as it stands in the database, of these venues or of all."""

    def is_ours(venue: VenueSlug) -> bool:
        return looked_after is None or venue in looked_after

    venues = {venue.slug: venue for venue in all_venues(conn) if is_ours(venue.slug)}
    tested = air_by_tests(conn)
    return Configuration(
        revision=revision.current(conn),
        span=span,
        venues=venues,
        zones={slug: _zone(venue) for slug, venue in venues.items()},
        rooms={
            (room.venue, room.slug): with_tested_volume(
                room, tested.get((room.venue, room.slug), UNTESTED)
            )
            for room in all_rooms(conn)
            if is_ours(room.venue)
        },
        policies=policies_by_slug(conn),
        placements=tuple(hung for hung in all_placements(conn) if is_ours(hung.venue)),
        calendars=calendars(meetings_between(conn, span.start, span.end)),
        contacts=all_contacts(conn),
        hearers=hearers(conn),
        silences=tuple(silence for _, silence in silences_since(conn, span.start)),
        sources=tuple(made.source for made in all_sources(conn)),
        tested=tested,
        looked_after=looked_after,
    )


def _zone(venue: Venue) -> ZoneInfo:
    if find_zone(venue.timezone) is None:
        log.warning("time zone %r is not known: taken for UTC", venue.timezone)
    return zone_or_utc(venue.timezone)
