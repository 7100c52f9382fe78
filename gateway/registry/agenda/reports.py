"""What was found of each meeting that is over, and which rooms got readings late."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, case, delete, exists, select, update

from gateway.domain.meeting import Meeting
from gateway.domain.report.outcome import Verdict
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.portions import rows_where_in
from gateway.registry.tables.reports import late_readings, meeting_records
from gateway.registry.tables.venues import meetings
from gateway.registry.upsert import Columns, merge_all, put
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import RoomKey, RoomSlug, VenueSlug


class Revision(msgspec.Struct, frozen=True):
    """A record was made again, at ``at``: late readings came, or the meeting was changed.
    ``changed`` names what came out otherwise, as (what, before, after); empty where only the
    readings differ.
    """

    number: int
    at: datetime
    why: str
    sha256: str
    changed: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """``sha256`` and the window are the report's own; ``basis`` is the digest of what of the
    meeting it was made for. ``mail_due`` is None where no mail is owed any more.
    """

    meeting: str
    venue: VenueSlug
    room: RoomSlug
    people_from_ns: int
    to_ns: int
    computed_at: datetime
    revision: int
    sha256: str
    basis: str
    occupancy: Verdict | None
    ventilation: Verdict | None
    summary: str
    revisions: tuple[Revision, ...] = ()
    mail_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """Readings of a room that came late; ``noted`` tells a later note of the same room from this
    one.
    """

    venue: VenueSlug
    room: RoomSlug
    from_ns: int
    to_ns: int
    noted: int = 0


_decode_revisions = msgspec.json.Decoder(tuple[Revision, ...]).decode


def find_record(conn: Connection, meeting_id: str) -> Record | None:
    query = select(meeting_records).where(meeting_records.c.meeting == meeting_id)
    row = conn.execute(query).one_or_none()
    return None if row is None else _record(row)


def records_of(conn: Connection, meetings: Iterable[str]) -> dict[str, Record]:
    """The records of some meetings, by their ids; not all may have one."""
    query, column = select(meeting_records), meeting_records.c.meeting
    return {row.meeting: _record(row) for row in rows_where_in(conn, query, column, meetings)}


def put_record(conn: Connection, record: Record) -> None:
    """Put a record in the place of an older one of its meeting."""
    row = {
        name: getattr(record, name)
        for name in Record.__dataclass_fields__
        if name not in ("computed_at", "revisions", "mail_due")
    }
    due = record.mail_due
    put(
        conn,
        meeting_records,
        row
        | {
            "computed_ns": to_ns(record.computed_at),
            "revisions": msgspec.json.encode(record.revisions).decode(),
            "mail_due_ns": None if due is None else to_ns(due),
        },
    )


def drop_record(conn: Connection, meeting_id: str) -> None:
    """The meeting was moved to a time that is still to come."""
    conn.execute(delete(meeting_records).where(meeting_records.c.meeting == meeting_id))


def meetings_without_record(
    conn: Connection, since: datetime, until: datetime
) -> tuple[Meeting, ...]:
    """Meetings that ended after ``since``, up to ``until``, and have no record, first ended
    first.
    """
    found = [m for m in meetings_between(conn, since, until) if m.end <= until]
    # A window never ends before its meeting does.
    query = select(meeting_records.c.meeting).where(meeting_records.c.to_ns >= to_ns(since))
    recorded = set(conn.scalars(query)) if found else set()
    return tuple(sorted((m for m in found if m.id not in recorded), key=lambda m: m.end))


def records_since(conn: Connection, since: datetime) -> tuple[Record, ...]:
    """The records of meetings whose window ended since then."""
    query = select(meeting_records).where(meeting_records.c.to_ns >= to_ns(since))
    return tuple(_record(row) for row in conn.execute(query.order_by(meeting_records.c.to_ns)))


def records_within(
    conn: Connection, venues: Collection[VenueSlug], from_ns: int, to_ns: int
) -> Iterator[Record]:
    """The records of venues whose meetings may have begun in a span of time, in no order."""
    c = meeting_records.c
    query = select(meeting_records).where(
        c.venue.in_(venues), c.to_ns >= from_ns, c.people_from_ns < to_ns
    )
    return (_record(row) for row in conn.execute(query))


def records_of_gone(
    conn: Connection, venue: VenueSlug, room: RoomSlug | None, from_ns: int, to_ns: int
) -> Iterator[Record]:
    """The records of a span of time whose meetings have left the calendar, in no order."""
    c = meeting_records.c
    query = select(meeting_records).where(
        c.venue == venue,
        c.to_ns >= from_ns,
        c.people_from_ns < to_ns,
        ~exists().where(meetings.c.id == c.meeting),
    )
    if room is not None:
        query = query.where(c.room == room)
    return (_record(row) for row in conn.execute(query))


def records_touched(conn: Connection, late: Late) -> tuple[Record, ...]:
    """The records that readings of a room in a span of time may change."""
    c = meeting_records.c
    query = select(meeting_records).where(
        c.venue == late.venue,
        c.room == late.room,
        c.to_ns > late.from_ns,
        c.people_from_ns <= late.to_ns,
    )
    return tuple(_record(row) for row in conn.execute(query.order_by(c.to_ns)))


def rooms_recorded(conn: Connection, after_ns: int) -> frozenset[RoomKey]:
    """The rooms with a record whose window ends after then."""
    c = meeting_records.c
    found = select(c.venue, c.room).where(c.to_ns > after_ns).distinct()
    return frozenset((row.venue, row.room) for row in conn.execute(found))


def mails_due(conn: Connection, now: datetime) -> tuple[Record, ...]:
    """The records whose mail is due."""
    query = select(meeting_records).where(meeting_records.c.mail_due_ns <= to_ns(now))
    due = query.order_by(meeting_records.c.mail_due_ns)
    return tuple(_record(row) for row in conn.execute(due))


def mail_seen_to(conn: Connection, meeting_id: str) -> None:
    """No mail is owed of this record any more."""
    done = update(meeting_records).where(meeting_records.c.meeting == meeting_id)
    conn.execute(done.values(mail_due_ns=None))


def note_late(conn: Connection, found: Iterable[Late]) -> None:
    """Remember that readings of these rooms came late, until ``forget_late``."""
    rows = [
        {
            "venue": one.venue,
            "room": one.room,
            "from_ns": one.from_ns,
            "to_ns": one.to_ns,
            "noted": 1,
        }
        for one in found
    ]
    merge_all(conn, late_readings, rows, _widened)


def _widened(new: Columns) -> Mapping[str, Any]:
    known = late_readings.c
    return {
        "from_ns": case((new.from_ns < known.from_ns, new.from_ns), else_=known.from_ns),
        "to_ns": case((new.to_ns > known.to_ns, new.to_ns), else_=known.to_ns),
        "noted": known.noted + 1,
    }


def all_late(conn: Connection) -> tuple[Late, ...]:
    c = late_readings.c
    return tuple(
        Late(**row._asdict())
        for row in conn.execute(select(late_readings).order_by(c.venue, c.room))
    )


def forget_late(conn: Connection, *late: Late) -> None:
    """The readings were looked at; what was noted since stays."""
    if not late:
        return
    c = late_readings.c
    is_it = (
        c.venue == bindparam("of_venue"),
        c.room == bindparam("of_room"),
        c.noted == bindparam("as_noted"),
    )
    conn.execute(
        delete(late_readings).where(*is_it),
        [{"of_venue": one.venue, "of_room": one.room, "as_noted": one.noted} for one in late],
    )


def _record(row: Row[tuple[Any, ...]]) -> Record:
    stored = row._asdict()
    computed_ns, due_ns = stored.pop("computed_ns"), stored.pop("mail_due_ns")
    revisions = _decode_revisions(stored.pop("revisions"))
    return Record(
        **stored,
        computed_at=from_ns(computed_ns),
        revisions=revisions,
        mail_due=None if due_ns is None else from_ns(due_ns),
    )
