"""An iCalendar file put among the meetings once; again is harmless, it updates by event."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.calendars.fetch import MOST_BYTES
from gateway.calendars.protocol import CalendarRequest
from gateway.calendars.subprocess_call import ask
from gateway.calendars.sync import Synced, sync
from gateway.calendars.worker import BEHIND
from gateway.domain.calendar.problem import CalendarProblem, Failure, failure_line
from gateway.domain.calendar.reconcile import Source
from gateway.domain.calendar.room_matching import RoomMatching
from gateway.registry.database import Database
from gateway.registry.rooms import all_rooms, find_venue
from sensors.time_zone import zone_or_utc
from sensors.wire.topic import RoomSlug, VenueSlug

AHEAD: Final = timedelta(days=366)


class NotImported(Exception):
    """Nothing of the file was taken; the message says why."""


@dataclass(frozen=True, slots=True)
class ImportedCalendar:
    """What was put in, and what is wrong with the rest."""

    synced: Synced
    problems: tuple[CalendarProblem, ...]


def import_calendar(
    database: Database, data: bytes, venue_slug: VenueSlug, room: RoomSlug | None, now: datetime
) -> ImportedCalendar:
    """Put the meetings of a file in a venue's calendar, from ``now`` until a year ahead. ``room`` is
    the one they are all in; without one their location says.

    Raises:
        NotImported: the venue or room is not there, or the file cannot be read.

    """
    with database.read() as conn:
        venue = find_venue(conn, venue_slug)
        rooms = tuple(all_rooms(conn, venue_slug))
    if venue is None:
        raise NotImported(f"there is no venue {venue_slug!r}")
    known = [one.slug for one in rooms]
    if room is not None and room not in known:
        raise NotImported(f"there is no room {room!r}: expected one of {', '.join(known)}")
    if len(data) > MOST_BYTES:
        raise NotImported(failure_line(Failure("too_large", f"{MOST_BYTES // 1_000_000} MB")))
    request = CalendarRequest(
        data=data, start=now - BEHIND, end=now + AHEAD, zone=zone_or_utc(venue.timezone).key
    )
    answer = ask(request, threading.Event())
    if answer.calendar is None:
        raise NotImported(failure_line(answer.failure or Failure("not_a_calendar")))
    source = Source(venue_slug, f"import/{venue_slug}", None)
    with database.write() as conn:
        synced = sync(conn, source, RoomMatching(venue, rooms, room), answer.calendar, now)
    return ImportedCalendar(synced, answer.calendar.problems)
