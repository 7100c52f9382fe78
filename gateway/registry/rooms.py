"""Venues and their rooms."""

from dataclasses import asdict
from datetime import time

from sqlalchemy import Connection, Row, delete, select

from gateway.domain.room import Room, Venue, in_order
from gateway.registry.revision import raise_revision
from gateway.registry.tables.protocols import protocols
from gateway.registry.tables.venues import policies, rooms, venues
from gateway.registry.upsert import put
from sensors.wire.topic import RoomSlug, VenueSlug

_TIMES = ("reset_at", "quiet_from", "quiet_until")


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
    """The rooms of all venues, or of one, by venue and name."""
    query = select(rooms).order_by(rooms.c.venue, rooms.c.name)
    if venue is not None:
        query = query.where(rooms.c.venue == venue)
    found = (Room(**row._asdict()) for row in conn.execute(query))
    return tuple(sorted(found, key=lambda room: (room.venue, in_order(room.name))))


def find_room(conn: Connection, venue: VenueSlug, slug: RoomSlug) -> Room | None:
    query = select(rooms).where(rooms.c.venue == venue, rooms.c.slug == slug)
    row = conn.execute(query).one_or_none()
    return None if row is None else Room(**row._asdict())


def put_room(conn: Connection, room: Room) -> None:
    """Raises IntegrityError where its venue or policy is not there."""
    put(conn, rooms, asdict(room))
    raise_revision(conn)


def delete_room(conn: Connection, venue: VenueSlug, slug: RoomSlug) -> bool:
    """Delete a room with its placements and meetings; whether it was there."""
    raise_revision(conn)
    found = conn.execute(delete(rooms).where(rooms.c.venue == venue, rooms.c.slug == slug))
    return found.rowcount == 1


def _venue(row: Row[tuple[object, ...]]) -> Venue:
    values = row._asdict()
    times = {
        name: None if values[name] is None else time.fromisoformat(values[name]) for name in _TIMES
    }
    return Venue(**values | times)
