"""What was read of a calendar, put among the meetings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final

from sqlalchemy import Connection

from gateway.calendars.protocol import Calendar
from gateway.domain.calendar.feed import UnplacedEvent
from gateway.domain.calendar.occurrence import Occurrence, Statement, meeting_id
from gateway.domain.calendar.reconcile import Changes, Placed, Source, changes
from gateway.domain.calendar.room_matching import RoomMatching, Unplaced
from gateway.domain.calendar.scheduling import ANSWERS, Done, imported
from gateway.domain.meeting import Meeting
from gateway.registry.agenda.event_versions import put_versions, versions_of
from gateway.registry.agenda.meetings import change_meetings, find_meetings, meetings_of
from sensors.wire.topic import RoomSlug

MOST_UNPLACED: Final = 200


@dataclass(frozen=True, slots=True)
class Synced:
    """How many meetings the calendar has, how many of them changed or went, and those without a
    room. ``done`` is what came of each event of a file that was imported.
    """

    meetings: int
    put: int
    deleted: int
    unplaced: tuple[UnplacedEvent, ...]
    done: tuple[Done, ...] = ()


def sync(
    conn: Connection, source: Source, matching: RoomMatching, calendar: Calendar, now: datetime
) -> Synced:
    """Bring the meetings of a source in step with what was read, in the transaction of ``conn``."""
    placed, unplaced = _placed(calendar.occurrences, matching)
    ids = {meeting_id(source.origin, one.occurrence) for one in placed}
    ids |= {meeting_id(source.origin, one.occurrence, one.occurrence.start) for one in placed}
    mine = chain(meetings_of(conn, source.feed, calendar.uids, now), find_meetings(conn, ids))
    known = {meeting.id: meeting for meeting in mine if meeting.venue == source.venue}
    done: tuple[Done, ...] = ()
    if source.feed is None:
        found, done = _import(conn, source, placed, known, calendar, now)
    else:
        kept = calendar.unread | _only_answered(calendar.statements)
        found = changes(source, placed, known, kept, now)
    change_meetings(conn, found.put, found.delete)
    counts = len(placed), len(found.put), len(found.delete)
    return Synced(*counts, _by_event(unplaced, now), done)


def _import(
    conn: Connection,
    source: Source,
    placed: Sequence[Placed],
    known: Mapping[str, Meeting],
    calendar: Calendar,
    now: datetime,
) -> tuple[Changes, tuple[Done, ...]]:
    """What the messages of a file change. An event that is read, but of which nothing was said that
    touches the time it is read for, has no meetings there any more.
    """
    statements = [one for one in calendar.statements if one.uid not in calendar.unread]
    said = {one.uid for one in statements}
    elsewhere = calendar.uids - calendar.unread - said
    gone = tuple(m.id for m in known.values() if m.uid in elsewhere and m.start > now)
    versions = versions_of(conn, source.venue, said)
    found = imported(source, placed, known, statements, versions, now)
    put_versions(conn, source.venue, found.versions, now)
    return Changes(found.changes.put, (*found.changes.delete, *gone)), found.done


def _only_answered(statements: Iterable[Statement]) -> frozenset[str]:
    """The events of which nothing is said but what changes nothing."""
    heard = {one.uid for one in statements if one.method not in ANSWERS}
    return frozenset(one.uid for one in statements) - heard


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
