"""What was read of a calendar, put among the meetings."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final

from sqlalchemy import Connection

from gateway.calendars.protocol import Calendar
from gateway.domain.calendar.feed import UnplacedEvent
from gateway.domain.calendar.occurrence import Occurrence, meeting_id
from gateway.domain.calendar.reconcile import Placed, Source, changes
from gateway.domain.calendar.room_matching import RoomMatching, Unplaced
from gateway.registry.meetings import change_meetings, find_meetings, meetings_of
from sensors.wire.topic import RoomSlug

MOST_UNPLACED: Final = 200


@dataclass(frozen=True, slots=True)
class Synced:
    """How many meetings the calendar has, how many of them changed or went, and those without a
    room.
    """

    meetings: int
    put: int
    deleted: int
    unplaced: tuple[UnplacedEvent, ...]


def sync(
    conn: Connection, source: Source, matching: RoomMatching, calendar: Calendar, now: datetime
) -> Synced:
    """Bring the meetings of a source in step with what was read, in the transaction of ``conn``."""
    placed, unplaced = _placed(calendar.occurrences, matching)
    ids = {meeting_id(source.origin, one.occurrence) for one in placed}
    ids |= {meeting_id(source.origin, one.occurrence, one.occurrence.start) for one in placed}
    mine = chain(meetings_of(conn, source.feed, calendar.uids, now), find_meetings(conn, ids))
    known = {meeting.id: meeting for meeting in mine}
    found = changes(source, placed, known, calendar.unread, now)
    change_meetings(conn, found.put, found.delete)
    return Synced(len(placed), len(found.put), len(found.delete), _by_event(unplaced, now))


def _placed(
    occurrences: Iterable[Occurrence], matching: RoomMatching
) -> tuple[list[Placed], list[Unplaced]]:
    placed: list[Placed] = []
    unplaced: list[Unplaced] = []
    for occurrence in occurrences:
        room = matching.room_of(occurrence)
        if isinstance(room, Unplaced):
            unplaced.append(room)
        else:
            placed.append(Placed(occurrence, RoomSlug(room)))
    return placed, unplaced


def _by_event(unplaced: Iterable[Unplaced], now: datetime) -> tuple[UnplacedEvent, ...]:
    """One line for each event, whichever number of times it recurs, by its next time."""
    grouped: dict[tuple[str, str, str], list[Unplaced]] = defaultdict(list)
    for one in unplaced:
        if one.occurrence.end > now:
            key = (one.occurrence.uid, one.occurrence.location, one.reason)
            grouped[key].append(one)
    found = [
        UnplacedEvent(
            title="" if group[0].occurrence.is_private else group[0].occurrence.title,
            location=group[0].occurrence.location,
            reason=group[0].reason,
            start=min(one.occurrence.start for one in group),
            meetings=len(group),
        )
        for group in grouped.values()
    ]
    return tuple(sorted(found, key=lambda event: event.start)[:MOST_UNPLACED])
