"""Pages at the doors of rooms and their links."""

import msgspec
from sqlalchemy import Connection

from dashboard.api.fields import Instant, RoomRef, VenueRef
from dashboard.api.paging import Paging
from dashboard.api.route import Route
from dashboard.web.identity.auth import current_user
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import access, demand, may
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.links import Links
from gateway.registry.accounts import door_pages as registry
from gateway.registry.accounts.door_pages import DoorPage
from gateway.registry.rooms import find_room
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug, VenueSlug


class DoorBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    venue: VenueRef
    room: RoomRef


class DoorAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``link`` is what guests read, ``by`` who made it; ``seen`` is written every five minutes."""

    id: str
    venue: VenueSlug
    room: RoomSlug
    by: str
    made: Instant
    seen: Instant | None
    link: str


class Doors(msgspec.Struct, frozen=True):
    doors: tuple[DoorAnswer, ...]


class DoorsQuery(msgspec.Struct, frozen=True):
    venue: VenueRef | None = None


def get_doors(services: Services, query: DoorsQuery) -> Doors:
    with services.database.read() as conn:
        found = registry.door_pages_of(conn, access().venues(Need.ROLES))
    return Doors(tuple(_answer(services, one) for one in found if query.venue in (None, one.venue)))


def get_door(services: Services, door: str) -> DoorAnswer:
    with services.database.read() as conn:
        return _answer(services, _found(conn, door))


def make_door(services: Services, body: DoorBody) -> DoorAnswer:
    demand(Need.ROLES, body.venue)
    visitor = current_user()
    by = "-" if visitor is None else visitor.name
    with services.database.write() as conn:
        if find_room(conn, body.venue, body.room) is None:
            mistake = Mistake("/room", f"there is no room {body.venue}/{body.room}")
            raise Problem(422, mistake.message, [mistake])
        now = services.clock.now()
        made = registry.make_door_page(conn, body.venue, body.room, by, now)
    return _answer(services, made)


def end_door(services: Services, door: str) -> None:
    with services.database.write() as conn:
        registry.end_door_page(conn, _found(conn, door).number)


def _found(conn: Connection, number: str) -> DoorPage:
    """One that goes on, of a venue whose doors the visitor sees to."""
    found = registry.find_door_page(conn, number)
    if found is None or not may(Need.ROLES, found.venue):
        raise Problem(404, f"there is no page at a door {number!r}")
    return found


def _answer(services: Services, door: DoorPage) -> DoorAnswer:
    links = Links(services.secret, services.settings.public_url)
    return DoorAnswer(
        id=door.number,
        venue=door.venue,
        room=door.room,
        by=door.by,
        made=to_wire(door.made),
        seen=None if door.seen is None else to_wire(door.seen),
        link=links.door(door.number, door.venue, door.room),
    )


ROUTES = (
    Route(
        "GET",
        "/doors",
        get_doors,
        "pages at the doors of rooms",
        Doors,
        query=DoorsQuery,
        paging=Paging("doors", lambda door: (door.id,), tuple[str]),
    ),
    Route("GET", "/doors/{door}", get_door, "one of them", DoorAnswer, problems=(404,)),
    Route(
        "POST",
        "/doors",
        make_door,
        "make a page for the door of a room",
        DoorAnswer,
        body=DoorBody,
        problems=(404,),
        made_at=lambda made: f"/doors/{made.id}",
        secret=True,
    ),
    Route("DELETE", "/doors/{door}", end_door, "take its link back", problems=(404,)),
)
