"""Which protocol a meeting is held under, and what was said of its items.

A meeting keeps the version that held when it began: it is written down once it has begun, by whoever
comes first, and stays whatever is changed since.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select

from gateway.domain.meeting import Meeting
from gateway.domain.protocol.protocol import Protocol, chosen_slug, version_at
from gateway.domain.protocol.templates import BY_SLUG, MEASURED_ONLY
from gateway.domain.protocol.verdict import Declaration
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.portions import rows_where_in
from gateway.registry.protocols.kept import (
    decode_protocol,
    encode_protocol,
    find_protocol,
    versions_of,
)
from gateway.registry.tables.protocols import declarations, meeting_protocols
from gateway.registry.tables.venues import rooms, venues
from gateway.registry.upsert import put
from sensors.wire.instant import from_ns, to_ns

NOTE_LENGTH = 500


def protocol_of(conn: Connection, meeting: Meeting, now: datetime) -> Protocol:
    """What a meeting is held under: as it began, or as it would begin now."""
    return protocols_of(conn, (meeting,), now)[meeting.id]


def protocols_of(
    conn: Connection, found: Iterable[Meeting], now: datetime
) -> Mapping[str, Protocol]:
    """The same of many, by the meeting's id."""
    asked = tuple(found)
    kept = _kept(conn, asked)
    return {one.id: kept.get(one.id) or _chosen(conn, one, min(now, one.start)) for one in asked}


def begun_under(conn: Connection, starts: Mapping[str, datetime]) -> Mapping[str, Protocol]:
    """What meetings began under, by their id and planned start; those that nothing was written down of
    are left out.
    """
    rows = rows_where_in(conn, select(meeting_protocols), meeting_protocols.c.meeting, starts)
    return {
        row.meeting: decode_protocol(row.protocol, row.version, row.body)
        for row in rows
        if row.began_ns >= to_ns(starts[row.meeting])
    }


def keep_begun(conn: Connection, since: datetime, now: datetime) -> int:
    """Write down what the meetings began under that are on, or were since; how many that are new."""
    begun = [one for one in meetings_between(conn, since, now) if one.start <= now]
    kept = _kept(conn, begun)
    new = [one for one in begun if one.id not in kept]
    for meeting in new:
        begin_under(conn, meeting, _chosen(conn, meeting, meeting.start))
    return len(new)


def begin_under(conn: Connection, meeting: Meeting, protocol: Protocol) -> None:
    """Write down what a meeting began under."""
    row = {"meeting": meeting.id, "began_ns": to_ns(meeting.start)}
    held = {"protocol": protocol.slug, "version": protocol.version}
    put(conn, meeting_protocols, row | held | {"body": encode_protocol(protocol)})


def declare(conn: Connection, meeting: Meeting, said: Declaration) -> None:
    """Keep what somebody said of an item, beside what was said before."""
    declare_all(conn, meeting, protocol_of(conn, meeting, said.at), (said,))


def declare_all(
    conn: Connection, meeting: Meeting, protocol: Protocol, said: Iterable[Declaration]
) -> None:
    """Keep all that was said of a meeting that is held under a protocol."""
    of_meeting = {
        "venue": meeting.venue, "meeting": meeting.id, "room": meeting.room,
        "start_ns": to_ns(meeting.start), "end_ns": to_ns(meeting.end), "protocol": protocol.slug,
    }  # fmt: skip
    rows = [
        of_meeting
        | {
            "item": one.item, "declared": one.declared, "note": one.note[:NOTE_LENGTH],
            "by": one.by, "at_ns": to_ns(one.at),
        }
        for one in said
    ]  # fmt: skip
    if rows:
        conn.execute(insert(declarations), rows)


def declarations_of(
    conn: Connection, meeting_ids: Iterable[str]
) -> Mapping[str, tuple[Declaration, ...]]:
    """What was said, the oldest first, by meeting; those of which nothing was are left out."""
    query = select(declarations).order_by(declarations.c.at_ns, declarations.c.id)
    found: dict[str, tuple[Declaration, ...]] = {}
    for row in rows_where_in(conn, query, declarations.c.meeting, meeting_ids):
        said = Declaration(row.item, row.declared, row.by, from_ns(row.at_ns), row.note)
        found[row.meeting] = (*found.get(row.meeting, ()), said)
    return found


def _kept(conn: Connection, asked: Iterable[Meeting]) -> dict[str, Protocol]:
    """As they began; of one that was put off since, nothing is."""
    return dict(begun_under(conn, {one.id: one.start for one in asked}))


def _chosen(conn: Connection, meeting: Meeting, at: datetime) -> Protocol:
    """As it held at a moment. What was chosen and is no more falls to what is measured alone."""
    in_room = (rooms.c.venue == meeting.venue) & (rooms.c.slug == meeting.room)
    of_room = conn.scalar(select(rooms.c.protocol).where(in_room))
    of_venue = conn.scalar(select(venues.c.protocol).where(venues.c.slug == meeting.venue))
    slug = chosen_slug(meeting.protocol, of_room, of_venue)
    if slug is None or slug in BY_SLUG:
        return MEASURED_ONLY if slug is None else BY_SLUG[slug]
    if find_protocol(conn, slug) is None:
        return MEASURED_ONLY
    return version_at(versions_of(conn, slug), at) or MEASURED_ONLY
