"""What is of concern of a meeting that is about to be kept."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from gateway.domain.booking import Concern, concerns, together
from gateway.domain.meeting import Meeting
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.rooms import find_room
from gateway.registry.tables.venues import rooms


def concerns_of(conn: Connection, meeting: Meeting, before: Meeting | None) -> tuple[Concern, ...]:
    """What somebody should know before it is kept in the same transaction; of two who book a room at the
    same moment the second is told of the first.
    """
    of_room = (rooms.c.venue == meeting.venue) & (rooms.c.slug == meeting.room)
    conn.execute(select(rooms.c.slug).where(of_room).with_for_update())
    room = find_room(conn, meeting.venue, meeting.room)
    others = meetings_between(conn, meeting.start, meeting.end, meeting.venue, meeting.room)
    return concerns(meeting, before, room, others)


def concerns_of_all(
    conn: Connection, meetings: Sequence[Meeting], before: Mapping[str, Meeting]
) -> tuple[Concern, ...]:
    """The same of several that are kept together; ``before`` are those of them that were there, by id."""
    found = (concerns_of(conn, meeting, before.get(meeting.id)) for meeting in meetings)
    return together(found, {meeting.id for meeting in meetings})
