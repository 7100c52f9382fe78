"""Meetings that have left the calendar and of which something is on record: a report, or what was said of
their protocol.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from gateway.domain.meeting import Meeting
from gateway.domain.report.report import Report
from gateway.registry.agenda.meetings import find_meeting, meetings_between
from gateway.registry.agenda.reports import find_record, records_of_gone
from gateway.registry.protocols.spoken_of import find_spoken_of, gone_of_a_span
from gateway.reports.builder import decode_summary
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

MARGIN: Final = timedelta(days=1)
"""So far what a report looked at may be from the time that was planned."""


def meeting_of(report: Report) -> Meeting:
    """As far as its report tells; who organised and hosted it is told by none."""
    return Meeting(
        report.meeting, report.venue, report.room, report.title, report.planned_start,
        report.planned_end, report.expected_people, private=report.private,
    )  # fmt: skip


def meetings_on_record(
    conn: Connection,
    start: datetime,
    end: datetime,
    venue: VenueSlug,
    room: RoomSlug | None = None,
) -> tuple[Meeting, ...]:
    """What overlaps [start, end) in the calendar, and what has left it; in order of their start."""
    found = {one.id: one for one in meetings_between(conn, start, end, venue, room)}
    found |= gone_of_a_span(conn, start, end, venue, room)
    span = to_ns(start - MARGIN), to_ns(end + MARGIN)
    for record in records_of_gone(conn, venue, room, *span):
        meeting = meeting_of(decode_summary(record.summary))
        if meeting.start < end and meeting.end > start:
            found[meeting.id] = meeting
    return tuple(sorted(found.values(), key=lambda one: (one.start, one.room, one.id)))


def find_on_record(conn: Connection, meeting_id: str) -> Meeting | None:
    """A meeting, also one that has left the calendar."""
    meeting = find_meeting(conn, meeting_id)
    if meeting is not None:
        return meeting
    record = find_record(conn, meeting_id)
    if record is not None:
        return meeting_of(decode_summary(record.summary))
    return find_spoken_of(conn, meeting_id)
