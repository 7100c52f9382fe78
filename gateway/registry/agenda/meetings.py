"""Meetings, and what each kept of the flags that overlapped it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, select

from gateway.domain.meeting import Meeting
from gateway.domain.meeting_flag import MeetingFlag
from gateway.registry.portions import portions, rows_where_in
from gateway.registry.revision import raise_revision
from gateway.registry.tables.flags import meeting_flags
from gateway.registry.tables.venues import meetings
from gateway.registry.upsert import put, put_all
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

__all__ = (
    "MeetingFlag",
    "change_meetings",
    "delete_meeting",
    "find_meeting",
    "find_meetings",
    "flags_of_meetings",
    "kept_of_flags",
    "meetings_between",
    "meetings_in_series",
    "meetings_of",
    "put_meeting",
    "put_meeting_flag",
    "put_meeting_flags",
)


def meetings_between(
    conn: Connection,
    start: datetime,
    end: datetime,
    venue: VenueSlug | None = None,
    room: RoomSlug | None = None,
) -> tuple[Meeting, ...]:
    """The meetings that overlap [start, end), of all venues, of one or of a room there, in order of
    their start.
    """
    query = _by_start().where(meetings.c.start_ns < to_ns(end), meetings.c.end_ns > to_ns(start))
    if venue is not None:
        query = query.where(meetings.c.venue == venue)
    if room is not None:
        query = query.where(meetings.c.room == room)
    return tuple(_meeting(row) for row in conn.execute(query))


def find_meeting(conn: Connection, meeting_id: str) -> Meeting | None:
    row = conn.execute(select(meetings).where(meetings.c.id == meeting_id)).one_or_none()
    return None if row is None else _meeting(row)


def meetings_of(
    conn: Connection, feed: str | None, uids: Collection[str], after: datetime
) -> tuple[Meeting, ...]:
    """The meetings of a feed that begin after a moment; without a feed those of the imported events
    ``uids``.
    """
    query = _by_start().where(meetings.c.start_ns > to_ns(after))
    if feed is not None:
        return tuple(_meeting(row) for row in conn.execute(query.where(meetings.c.feed == feed)))
    mine = query.where(meetings.c.feed.is_(None))
    return tuple(_meeting(row) for row in rows_where_in(conn, mine, meetings.c.uid, uids))


def meetings_in_series(conn: Connection, series: str) -> tuple[Meeting, ...]:
    """The occurrences of one that repeats."""
    found = conn.execute(_by_start().where(meetings.c.series == series))
    return tuple(_meeting(row) for row in found)


def find_meetings(conn: Connection, ids: Collection[str]) -> tuple[Meeting, ...]:
    """Those of these meetings that there are."""
    found = rows_where_in(conn, select(meetings), meetings.c.id, ids)
    return tuple(_meeting(row) for row in found)


def put_meeting(conn: Connection, meeting: Meeting) -> None:
    """Raises IntegrityError where its room or policy is not there, or it ends before it starts."""
    put(conn, meetings, _row(meeting))
    raise_revision(conn)


def change_meetings(conn: Connection, put: Sequence[Meeting], drop: Collection[str]) -> None:
    """Put and delete many at once; like ``put_meeting``. Nothing to change changes nothing."""
    put_all(conn, meetings, [_row(meeting) for meeting in put])
    for some in portions(drop):
        conn.execute(delete(meetings).where(meetings.c.id.in_(some)))
    if put or drop:
        raise_revision(conn)


def delete_meeting(conn: Connection, meeting_id: str) -> bool:
    """Take a meeting out of the calendar; whether it was there. Its flags stay on record."""
    raise_revision(conn)
    return conn.execute(delete(meetings).where(meetings.c.id == meeting_id)).rowcount == 1


def put_meeting_flag(conn: Connection, kept: MeetingFlag) -> None:
    put(conn, meeting_flags, _kept_row(kept))


def put_meeting_flags(conn: Connection, found: Iterable[MeetingFlag]) -> None:
    put_all(conn, meeting_flags, [_kept_row(kept) for kept in found])


def flags_of_meetings(
    conn: Connection, meeting_ids: Iterable[str]
) -> dict[str, tuple[MeetingFlag, ...]]:
    """What each meeting kept, by meeting id; meetings without flags are left out."""
    query = select(meeting_flags).order_by(meeting_flags.c.since_ns)
    found: dict[str, tuple[MeetingFlag, ...]] = {}
    for row in rows_where_in(conn, query, meeting_flags.c.meeting, meeting_ids):
        kept = _kept(row)
        found[kept.meeting] = (*found.get(kept.meeting, ()), kept)
    return found


def kept_of_flags(conn: Connection, flag_ids: Iterable[str]) -> tuple[MeetingFlag, ...]:
    """What meetings kept of these flags, the oldest first."""
    found = rows_where_in(conn, select(meeting_flags), meeting_flags.c.flag, flag_ids)
    return tuple(sorted(map(_kept, found), key=lambda kept: kept.since))


def meetings_of_flags(conn: Connection, flag_ids: Iterable[str]) -> dict[str, str]:
    """The last meeting that each flag overlaps, by flag id; flags of no meeting are left out."""
    of_flags = select(meeting_flags.c.flag, meeting_flags.c.meeting)
    query = of_flags.order_by(meeting_flags.c.since_ns)
    found = rows_where_in(conn, query, meeting_flags.c.flag, flag_ids)
    return {row.flag: row.meeting for row in found}


def _row(meeting: Meeting) -> dict[str, Any]:
    row = asdict(meeting)
    start, end = row.pop("start"), row.pop("end")
    return row | {"start_ns": to_ns(start), "end_ns": to_ns(end)}


def _by_start() -> Select[tuple[Any, ...]]:
    return select(meetings).order_by(meetings.c.start_ns, meetings.c.room)


def _meeting(row: Row[tuple[Any, ...]]) -> Meeting:
    values: dict[str, Any] = row._asdict()
    start_ns, end_ns = values.pop("start_ns"), values.pop("end_ns")
    return Meeting(**values, start=from_ns(start_ns), end=from_ns(end_ns))


def _kept_row(kept: MeetingFlag) -> dict[str, Any]:
    row = asdict(kept)
    since, until = row.pop("since"), row.pop("until")
    times = {"since_ns": to_ns(since), "until_ns": None if until is None else to_ns(until)}
    return row | times


def _kept(row: Row[tuple[Any, ...]]) -> MeetingFlag:
    values: dict[str, Any] = row._asdict()
    since_ns, until_ns = values.pop("since_ns"), values.pop("until_ns")
    until = None if until_ns is None else from_ns(until_ns)
    return MeetingFlag(**values, since=from_ns(since_ns), until=until)
