"""Meetings that left the calendar and of whose protocol something was said: what was said stays."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, select

from gateway.domain.meeting import Meeting
from gateway.registry.tables.protocols import declarations
from gateway.registry.tables.venues import meetings
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

_gone = select(declarations).where(
    ~exists().where(meetings.c.id == declarations.c.meeting)
).order_by(declarations.c.id)  # fmt: skip


def gone_of_a_span(
    conn: Connection,
    start: datetime,
    end: datetime,
    venue: VenueSlug,
    room: RoomSlug | None = None,
) -> dict[str, Meeting]:
    """Those that were to overlap [start, end), by their id, as they were when something was last said of
    them.
    """
    c = declarations.c
    query = _gone.where(c.venue == venue, c.start_ns < to_ns(end), c.end_ns > to_ns(start))
    if room is not None:
        query = query.where(c.room == room)
    return {row.meeting: _meeting(row) for row in conn.execute(query)}


def find_spoken_of(conn: Connection, meeting_id: str) -> Meeting | None:
    """One of them; None where it is in the calendar, or nothing was said of it."""
    rows = conn.execute(_gone.where(declarations.c.meeting == meeting_id)).all()
    return _meeting(rows[-1]) if rows else None


def _meeting(row: Row[tuple[Any, ...]]) -> Meeting:
    """Private, since nobody knows any more whether it was."""
    return Meeting(
        row.meeting, VenueSlug(row.venue), RoomSlug(row.room or ""), "", from_ns(row.start_ns),
        from_ns(row.end_ns), private=True, protocol=row.protocol,
    )  # fmt: skip
