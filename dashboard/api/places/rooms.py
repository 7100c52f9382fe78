"""Rooms: their state now, their settings, and a count of people set by hand."""

from dataclasses import asdict
from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.api.agenda.protocols import check_protocol
from dashboard.api.fields import (
    AirFromName,
    DesignFlow,
    Metres2,
    Metres3,
    Name,
    RoomRef,
    Seats,
    Slug,
    VentilationName,
    VenueRef,
)
from dashboard.api.new_slug import free_slug
from dashboard.api.paging import Paging
from dashboard.api.route import Route
from dashboard.web.identity.auth import current_user
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import demand, within
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.domain.room import AirFrom, Room, VentilationKind
from gateway.domain.room_state import Level, RoomState
from gateway.registry import rooms as registry
from gateway.registry.live import operator_requests
from gateway.registry.policies import policies_for
from sensors.wire.topic import RoomSlug, VenueSlug


class RoomBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``policy`` is the slug of the limits the room is held to; null for the default.
    ``design_flow_lps`` is the outdoor air that its ventilation was built to supply, litres a
    second. ``ventilation`` says what drives it: a plant that always runs, the clock, the CO2, or
    windows and cracks alone; ``air_from`` whether the air that comes in is from outdoors or from
    inside, from corridors and other rooms. Null where nobody knows. ``protocol`` is what its meetings
    are held under; null for the venue's.
    """

    name: Name
    volume_m3: Metres3 | None = None
    floor_area_m2: Metres2 | None = None
    seats: Seats | None = None
    policy: Slug | None = None
    design_flow_lps: DesignFlow | None = None
    ventilation: VentilationName | None = None
    air_from: AirFromName | None = None
    protocol: Slug | None = None


class NewRoomBody(RoomBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As for ``PUT``, and the venue that the room is in."""

    venue: VenueRef


class RoomSettings(msgspec.Struct, frozen=True, kw_only=True):
    venue: VenueRef
    room: RoomRef
    name: str
    volume_m3: float | None
    floor_area_m2: float | None
    seats: int | None
    policy: str | None
    design_flow_lps: float | None
    ventilation: VentilationKind | None
    air_from: AirFrom | None
    protocol: str | None


class Rooms(msgspec.Struct, frozen=True):
    rooms: tuple[RoomState, ...]


class PeopleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    people: Annotated[int, Meta(ge=0, le=10_000)]


class RoomsQuery(msgspec.Struct, frozen=True, kw_only=True):
    venue: VenueRef | None = None
    room: RoomRef | None = None
    level: Level | None = None


def get_rooms(services: Services, query: RoomsQuery) -> Rooms:
    wanted = msgspec.structs.asdict(query)
    asked = {name: value for name, value in wanted.items() if value is not None}
    rooms = within(services.board.rooms())
    return Rooms(tuple(r for r in rooms if all(getattr(r, n) == v for n, v in asked.items())))


def get_room(services: Services, venue: VenueSlug, room: RoomSlug) -> RoomState:
    state = services.board.room(venue, room)
    if state is None:
        raise no_room(venue, room)
    return state


def get_room_settings(services: Services, venue: VenueSlug, room: RoomSlug) -> RoomSettings:
    with services.database.read() as conn:
        found = registry.find_room(conn, venue, room)
    if found is None:
        raise no_room(venue, room)
    return room_settings(found)


def make_room(services: Services, body: NewRoomBody) -> RoomSettings:
    """A slug is made of its name."""
    values = msgspec.structs.asdict(body)
    venue = values.pop("venue")
    demand(Need.SETTINGS, venue)
    with services.database.write() as conn:
        if registry.find_venue(conn, venue) is None:
            mistake = Mistake("/venue", "expected the slug of a venue")
            raise Problem(422, f"there is no venue {venue!r}", [mistake])
        check_policy(conn, venue, body.policy)
        check_protocol(conn, venue, body.protocol)
        taken = {room.slug for room in registry.every_room(conn, venue)}
        slug = RoomSlug(free_slug(body.name, "room", lambda one: one in taken))
        made = Room(venue, slug, **values)
        registry.put_room(conn, made)
    return room_settings(made)


def put_room(services: Services, venue: VenueSlug, room: RoomSlug, body: RoomBody) -> RoomSettings:
    put = Room(venue, room, **msgspec.structs.asdict(body))
    with services.database.write() as conn:
        if registry.find_venue(conn, venue) is None:
            raise Problem(404, f"there is no venue {venue!r}: put it first")
        check_policy(conn, venue, body.policy)
        check_protocol(conn, venue, body.protocol)
        registry.put_room(conn, put)
    return room_settings(put)


def delete_room(services: Services, venue: VenueSlug, room: RoomSlug) -> None:
    with services.database.write() as conn:
        if not registry.delete_room(conn, venue, room):
            raise no_room(venue, room)


def put_people(services: Services, venue: VenueSlug, room: RoomSlug, body: PeopleBody) -> None:
    visitor = current_user()
    by = "" if visitor is None else visitor.name
    with services.database.write() as conn:
        if registry.find_room(conn, venue, room) is None:
            raise no_room(venue, room)
        operator_requests.ask_people(conn, venue, room, body.people, by, services.clock.now())


def no_room(venue: VenueSlug, room: RoomSlug) -> Problem:
    return Problem(404, f"there is no room {venue}/{room}")


def check_policy(
    conn: Connection, venue: VenueSlug, policy: str | None, pointer: str = "/policy"
) -> None:
    """Make sure that there are limits of this name for a venue; ``pointer`` is where the body names
    them.

    Raises:
        Problem: they do not.

    """
    known = policies_for(conn, venue)
    if policy is not None and policy not in known:
        mistake = Mistake(pointer, f"expected one of {', '.join(known) or 'none yet'}")
        raise Problem(422, f"there is no policy {policy!r}", [mistake])


def room_settings(room: Room) -> RoomSettings:
    values = asdict(room)
    del values["position"], values["archived"]
    return RoomSettings(room=values.pop("slug"), **values)


def _version(conn: Connection, venue: VenueSlug, room: RoomSlug) -> Room | None:
    return registry.find_room(conn, venue, room)


ROUTES = (
    Route(
        "GET",
        "/rooms",
        get_rooms,
        "the state of all rooms now",
        Rooms,
        query=RoomsQuery,
        paging=Paging("rooms", lambda room: (room.venue, room.room), tuple[str, str]),
    ),
    Route(
        "POST",
        "/rooms",
        make_room,
        "make a room",
        RoomSettings,
        body=NewRoomBody,
        made_at=lambda made: f"/rooms/{made.venue}/{made.room}",
    ),
    Route(
        "GET",
        "/rooms/{venue}/{room}",
        get_room,
        "the state of a room now",
        RoomState,
        problems=(404,),
        version=_version,
    ),
    Route(
        "GET",
        "/rooms/{venue}/{room}/settings",
        get_room_settings,
        "a room as it was set",
        RoomSettings,
        problems=(404,),
        version=_version,
    ),
    Route(
        "PUT",
        "/rooms/{venue}/{room}",
        put_room,
        "make or change a room",
        RoomSettings,
        body=RoomBody,
        problems=(404,),
        version=_version,
    ),
    Route(
        "DELETE",
        "/rooms/{venue}/{room}",
        delete_room,
        "delete a room with its meetings; readings stay",
        problems=(404,),
        version=_version,
    ),
    Route(
        "PUT",
        "/rooms/{venue}/{room}/people",
        put_people,
        "say how many people are in; the gateway takes it within a second",
        body=PeopleBody,
        problems=(404,),
    ),
)
