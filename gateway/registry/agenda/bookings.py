"""What is of concern of a meeting that is about to be kept."""

from sqlalchemy import Connection, select

from gateway.domain.booking import Concern, concerns
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
