"""Venues and their rooms."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, time
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, select, update

from gateway.domain.room import Room, Venue, in_order
from gateway.registry.revision import raise_revision
from gateway.registry.tables.protocols import protocols
from gateway.registry.tables.venues import policies, rooms, venues
from gateway.registry.upsert import put
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

_TIMES = ("reset_at", "quiet_from", "quiet_until")
_LAST: Final = 1 << 30
"""Where a room comes that was given no place."""


def all_venues(conn: Connection) -> tuple[Venue, ...]:
    return tuple(_venue(row) for row in conn.execute(select(venues).order_by(venues.c.slug)))


def find_venue(conn: Connection, slug: VenueSlug) -> Venue | None:
    row = conn.execute(select(venues).where(venues.c.slug == slug)).one_or_none()
    return None if row is None else _venue(row)


def put_venue(conn: Connection, venue: Venue) -> None:
    """Raises IntegrityError where a policy it names is not there."""
    row = asdict(venue)
    times = {name: None if row[name] is None else row[name].isoformat("minutes") for name in _TIMES}
    put(conn, venues, row | times)
    raise_revision(conn)


def delete_venue(conn: Connection, slug: VenueSlug) -> bool:
    """Delete a venue with its rooms, placements, meetings, policies and protocols; whether it was there."""
    raise_revision(conn)
    was_there = conn.execute(delete(venues).where(venues.c.slug == slug)).rowcount == 1
    conn.execute(delete(policies).where(policies.c.venue == slug))
    conn.execute(delete(protocols).where(protocols.c.venue == slug))
    return was_there


def all_rooms(conn: Connection, venue: VenueSlug | None = None) -> tuple[Room, ...]:
    """The rooms in use of all venues, or of one: by venue, in the order that was given them, by name."""
    return tuple(room for room in every_room(conn, venue) if not room.archived)


def every_room(conn: Connection, venue: VenueSlug | None = None) -> tuple[Room, ...]:
    """The same with those that are archived."""
    query = select(rooms)
    if venue is not None:
        query = query.where(rooms.c.venue == venue)
    return tuple(sorted(map(_room, conn.execute(query)), key=_place))


def find_room(conn: Connection, venue: VenueSlug, slug: RoomSlug) -> Room | None:
    """A room, also one that is archived."""
    query = select(rooms).where(rooms.c.venue == venue, rooms.c.slug == slug)
    row = conn.execute(query).one_or_none()
    return None if row is None else _room(row)


def put_room(conn: Connection, room: Room) -> None:
    """Put what is said of a room; its place among the others and whether it is archived stay as they
    are. Raises IntegrityError where its venue or policy is not there.
    """
    row = asdict(room)
    del row["position"], row["archived"]
    put(conn, rooms, row)
    raise_revision(conn)


def order_rooms(conn: Connection, venue: VenueSlug, slugs: Sequence[RoomSlug]) -> None:
    """Give rooms of a venue their places, in this order."""
    for position, slug in enumerate(slugs):
        which = (rooms.c.venue == venue) & (rooms.c.slug == slug)
        conn.execute(update(rooms).where(which).values(position=position))
    raise_revision(conn)


def archive_room(conn: Connection, venue: VenueSlug, slug: RoomSlug, at: datetime | None) -> None:
    """Put a room out of use from ``at`` on; None: in use again. What was measured in it stays."""
    archived_ns = None if at is None else to_ns(at)
    which = (rooms.c.venue == venue) & (rooms.c.slug == slug)
    conn.execute(update(rooms).where(which).values(archived_ns=archived_ns))
    raise_revision(conn)


def delete_room(conn: Connection, venue: VenueSlug, slug: RoomSlug) -> bool:
    """Delete a room with its placements and meetings; whether it was there."""
    raise_revision(conn)
    found = conn.execute(delete(rooms).where(rooms.c.venue == venue, rooms.c.slug == slug))
    return found.rowcount == 1


def _room(row: Row[Any]) -> Room:
    values = row._asdict()
    archived = values.pop("archived_ns") is not None
    return Room(**values, archived=archived)


def _place(room: Room) -> tuple[Any, ...]:
    position = _LAST if room.position is None else room.position
    return room.venue, position, in_order(room.name)


def _venue(row: Row[tuple[object, ...]]) -> Venue:
    values = row._asdict()
    times = {
        name: None if values[name] is None else time.fromisoformat(values[name]) for name in _TIMES
    }
    return Venue(**values | times)
