"""What a reading of a calendar changes about the meetings: the calendar leads as long as a meeting
has not begun; from then on it stays on record as it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.calendar.occurrence import Occurrence, meeting_id
from gateway.domain.meeting import Meeting
from sensors.wire.topic import RoomSlug, VenueSlug


@dataclass(frozen=True, slots=True)
class Placed:
    """An occurrence and the slug of its room."""

    occurrence: Occurrence
    room: RoomSlug


@dataclass(frozen=True, slots=True)
class Source:
    """Where meetings come from: ``origin`` makes their ids, ``feed`` is the feed's slug, None for a
    file that was imported once.
    """

    venue: VenueSlug
    origin: str
    feed: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Meetings to put and the ids of those to delete."""

    put: tuple[Meeting, ...]
    delete: tuple[str, ...]


def changes(
    source: Source,
    placed: Iterable[Placed],
    known: Mapping[str, Meeting],
    unread: frozenset[str],
    now: datetime,
) -> Changes:
    """What brings ``known``, the meetings of this source by id, in step with what the calendar has.

    ``known`` holds those that have not begun and every one whose id an occurrence has. Meetings of
    the events in ``unread``, which could not be worked out this time, stay. What a person chose for
    a meeting (limits, activity, host, language) stays with it.
    """
    wanted: dict[str, Meeting] = {}
    for one in placed:
        meeting = _meeting(source, one, known, now)
        if meeting is not None:
            wanted[meeting.id] = meeting
    put = tuple(meeting for key, meeting in wanted.items() if known.get(key) != meeting)
    delete = tuple(
        key
        for key, meeting in known.items()
        if key not in wanted and meeting.start > now and meeting.uid not in unread
    )
    return Changes(put, delete)


def _meeting(
    source: Source, placed: Placed, known: Mapping[str, Meeting], now: datetime
) -> Meeting | None:
    """The meeting of an occurrence; None where it is over, or on record as it began."""
    occurrence = placed.occurrence
    if occurrence.end <= now:
        return None
    key = meeting_id(source.origin, occurrence)
    before = known.get(key)
    if before is not None and before.start <= now:
        if occurrence.start <= now or occurrence.start == before.start:
            return None
        key = meeting_id(source.origin, occurrence, occurrence.start)
        before = known.get(key)
    made = Meeting(
        id=key,
        venue=source.venue,
        room=placed.room,
        title=occurrence.title,
        start=occurrence.start,
        end=occurrence.end,
        expected_people=occurrence.expected_people,
        organiser=occurrence.organiser,
        language=occurrence.language,
        feed=source.feed,
        uid=occurrence.uid,
        recurrence=occurrence.key or None,
        private=occurrence.is_private,
    )
    if before is None:
        return made
    return replace(
        made,
        policy=before.policy,
        protocol=before.protocol,
        activity=before.activity,
        host=before.host,
        language=before.language or made.language,
    )
