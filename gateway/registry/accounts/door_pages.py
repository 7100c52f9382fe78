"""Pages at the doors of rooms, that guests read by a link of their own. The link is signed
(``gateway.links``); what stands here says whether it still shows anything.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from gateway.registry.tables.door_pages import door_pages
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

SEEN_EVERY: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class DoorPage:
    """``by`` made it; ``seen`` is written now and then."""

    number: str
    venue: VenueSlug
    room: RoomSlug
    by: str
    made: datetime
    seen: datetime | None = None


def make_door_page(
    conn: Connection, venue: VenueSlug, room: RoomSlug, by: str, at: datetime
) -> DoorPage:
    """A link for another door.

    Raises IntegrityError where there is no such room.
    """
    made = DoorPage(secrets.token_hex(8), venue, room, by, at)
    row = {"number": made.number, "venue": venue, "room": room, "by": by, "made_ns": to_ns(at)}
    conn.execute(insert(door_pages).values(**row))
    return made


def find_door_page(conn: Connection, number: str) -> DoorPage | None:
    row = conn.execute(select(door_pages).where(door_pages.c.number == number)).one_or_none()
    return None if row is None else _page(row)


def door_pages_of(
    conn: Connection, venues: Collection[VenueSlug] | None = None
) -> tuple[DoorPage, ...]:
    """Of some venues or of all, by venue and room, the newest first."""
    query = select(door_pages)
    if venues is not None:
        query = query.where(door_pages.c.venue.in_(venues))
    c = door_pages.c
    return tuple(map(_page, conn.execute(query.order_by(c.venue, c.room, c.made_ns.desc()))))


def end_door_page(conn: Connection, number: str) -> bool:
    """Show nothing by it any more; whether it was there."""
    return conn.execute(delete(door_pages).where(door_pages.c.number == number)).rowcount > 0


def note_door_pages_seen(conn: Connection, numbers: Collection[str], at: datetime) -> None:
    """Write that they are seen now."""
    one = update(door_pages).where(door_pages.c.number.in_(numbers))
    conn.execute(one.values(seen_ns=to_ns(at)))


def _page(row: Any) -> DoorPage:
    return DoorPage(
        row.number, VenueSlug(row.venue), RoomSlug(row.room), row.by, from_ns(row.made_ns),
        None if row.seen_ns is None else from_ns(row.seen_ns),
    )  # fmt: skip
