"""Flags and their history. The gateway alone writes them; one row is one breach, from pending
on.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update

from gateway.domain.alerts.flag import Flag
from gateway.domain.room_state import AlertChange, FlagState, Rule
from gateway.registry.portions import portions, rows_where_in
from gateway.registry.tables.flags import flag_history, flags
from gateway.registry.upsert import put, put_all
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import RoomKey, RoomSlug, VenueSlug

__all__ = (
    "CHANGES_AT_ONCE",
    "Change",
    "Flag",
    "Publication",
    "changes_of",
    "drop_flags",
    "find_flag",
    "mark_published",
    "open_flags",
    "open_flags_in",
    "put_changes",
    "put_flag",
    "put_flags",
    "recent_flags",
    "unpublished_changes",
)

CHANGES_AT_ONCE = 100
"""So many changes are read, and on their way to the broker, at a time."""

_MOMENTS = {
    "since": "since_ns",
    "fired_at": "fired_ns",
    "resolved_at": "resolved_ns",
    "clearing_since": "clearing_since_ns",
    "acknowledged_at": "acknowledged_ns",
    "silenced_until": "silenced_until_ns",
}
_PLAIN = (
    "id",
    "venue",
    "room",
    "rule",
    "state",
    "value",
    "peak",
    "limit",
    "acknowledged_by",
    "acknowledged_note",
)


@dataclass(frozen=True, slots=True)
class Change:
    """A flag came into a state. ``id`` is None until it is stored; ``meeting`` is the one going
    on.
    """

    id: int | None
    flag: str
    at: datetime
    state: FlagState
    value: float | None
    meeting: str | None


@dataclass(frozen=True, slots=True)
class Publication:
    """A change of a flag that MQTT has not heard of yet."""

    history_id: int
    venue: VenueSlug
    room: RoomSlug
    change: AlertChange


def open_flags(conn: Connection) -> tuple[Flag, ...]:
    """The flags that are pending or firing, oldest first."""
    query = select(flags).where(flags.c.state != "resolved").order_by(flags.c.since_ns)
    return tuple(_flag(row) for row in conn.execute(query))


def open_flags_in(conn: Connection, rooms: Iterable[RoomKey]) -> tuple[Flag, ...]:
    """The flags of these rooms that are pending or firing, in no order; where nothing is open, little is
    read, however many there were.
    """
    by_venue: dict[VenueSlug, list[RoomSlug]] = {}
    for venue, room in rooms:
        by_venue.setdefault(venue, []).append(room)
    opened = select(flags).where(flags.c.state.in_(("pending", "firing")))
    return tuple(
        _flag(row)
        for venue, its in by_venue.items()
        for row in rows_where_in(conn, opened.where(flags.c.venue == venue), flags.c.room, its)
    )


def recent_flags(
    conn: Connection,
    *,
    since: datetime,
    venue: VenueSlug | None = None,
    venues: Collection[VenueSlug] | None = None,
    room: RoomSlug | None = None,
    rule: Rule | None = None,
    state: FlagState | None = None,
    after: tuple[int, str] | None = None,
    limit: int = 200,
) -> tuple[Flag, ...]:
    """The flags that are open or were at some time after ``since``, of all venues, rooms, rules and
    states, of some (``venues``) or of one, newest first; ``after`` is since when (ns) and by which id the
    last one is known that was told before.
    """
    query = select(flags).where(
        flags.c.resolved_ns.is_(None) | (flags.c.resolved_ns >= to_ns(since))
    )
    asked = {"venue": venue, "room": room, "rule": rule, "state": state}
    for name, wanted in asked.items():
        if wanted is not None:
            query = query.where(flags.c[name] == wanted)
    if venues is not None:
        query = query.where(flags.c.venue.in_(venues))
    if after is not None:
        since_ns, flag_id = after
        same = and_(flags.c.since_ns == since_ns, flags.c.id > flag_id)
        query = query.where(or_(flags.c.since_ns < since_ns, same))
    newest_first = query.order_by(flags.c.since_ns.desc(), flags.c.id).limit(limit)
    return tuple(_flag(row) for row in conn.execute(newest_first))


def find_flag(conn: Connection, flag_id: str) -> Flag | None:
    row = conn.execute(select(flags).where(flags.c.id == flag_id)).one_or_none()
    return None if row is None else _flag(row)


def put_flag(conn: Connection, flag: Flag) -> None:
    put(conn, flags, _row(flag))


def put_flags(conn: Connection, found: Iterable[Flag]) -> None:
    put_all(conn, flags, [_row(flag) for flag in found])


def drop_flags(conn: Connection, flag_ids: Iterable[str]) -> None:
    """Delete pending flags that passed without firing, and that they were ever pending."""
    for flag_id in flag_ids:
        conn.execute(delete(flag_history).where(flag_history.c.flag == flag_id))
        conn.execute(delete(flags).where(flags.c.id == flag_id))


def put_changes(conn: Connection, changes: Iterable[Change]) -> None:
    """Add changes to the history, still to be published."""
    rows = [
        {
            "flag": change.flag,
            "at_ns": to_ns(change.at),
            "state": change.state,
            "value": change.value,
            "meeting": change.meeting,
            "published": False,
        }
        for change in changes
    ]
    if rows:
        conn.execute(insert(flag_history), rows)


def changes_of(conn: Connection, flag_id: str) -> tuple[Change, ...]:
    """The history of one flag, oldest first."""
    query = select(flag_history).where(flag_history.c.flag == flag_id)
    return tuple(_change(row) for row in conn.execute(query.order_by(flag_history.c.id)))


def unpublished_changes(
    conn: Connection, limit: int = CHANGES_AT_ONCE, venues: frozenset[str] | None = None
) -> tuple[tuple[Flag, Change], ...]:
    """The oldest changes that MQTT has not heard of, in order, each with its flag as it is now; of these
    venues or of all.
    """
    ours = select(flags.c.id)
    if venues is not None:
        ours = ours.where(flags.c.venue.in_(sorted(venues)))
    there = flag_history.c.flag.in_(ours)
    query = select(flag_history).where(flag_history.c.published.is_(False), there)
    oldest = query.order_by(flag_history.c.id).limit(limit)
    changes = tuple(_change(row) for row in conn.execute(oldest))
    rows = rows_where_in(conn, select(flags), flags.c.id, (change.flag for change in changes))
    found = {row.id: _flag(row) for row in rows}
    return tuple((found[change.flag], change) for change in changes)


def mark_published(conn: Connection, change_ids: Iterable[int]) -> None:
    done = update(flag_history).values(published=True)
    for some in portions(change_ids):
        conn.execute(done.where(flag_history.c.id.in_(some)))


def _row(flag: Flag) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(flag, name) for name in _PLAIN}
    for name, column in _MOMENTS.items():
        at: datetime | None = getattr(flag, name)
        row[column] = None if at is None else to_ns(at)
    return row


def _flag(row: Row[tuple[Any, ...]]) -> Flag:
    stored: dict[str, Any] = row._asdict()
    values = {name: stored[name] for name in _PLAIN}
    for name, column in _MOMENTS.items():
        values[name] = None if stored[column] is None else from_ns(stored[column])
    return Flag(**values)


def _change(row: Row[tuple[Any, ...]]) -> Change:
    return Change(row.id, row.flag, from_ns(row.at_ns), row.state, row.value, row.meeting)
