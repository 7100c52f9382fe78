"""Venues, and the rooms of each as they are configured."""

from datetime import time
from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.api.agenda.protocols import check_protocol
from dashboard.api.fields import Language, Name, Slug, VenueRef
from dashboard.api.new_slug import free_slug
from dashboard.api.paging import Paging
from dashboard.api.places.rooms import RoomSettings, check_policy, room_settings
from dashboard.api.route import Route
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import access
from dashboard.web.services import Services
from gateway.domain.room import Venue
from gateway.registry import rooms as registry
from gateway.words.locale import DEFAULT_LANGUAGE
from sensors.time_zone import find_zone
from sensors.wire.topic import VenueSlug

Minutes = Annotated[int, Meta(ge=1, le=1440)]
LocalTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)")]


class VenueBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``reset_at`` is the local time at which door counts start again from nobody. ``legal_policy`` and
    ``healthy_policy`` are the slugs of what its rooms are shown against as law and as healthy; null for
    the defaults. From ``quiet_from`` until ``quiet_until``, local times, nobody is told that anything
    fires. ``escalate_after_min`` is how long an alert waits for an acknowledgement before the next
    escalation contact is told; null for ever. ``protocol`` is what meetings are held under where neither
    they nor their room chose one; null for what is measured alone.
    """

    name: Name
    timezone: str = "Europe/Amsterdam"
    language: Language = DEFAULT_LANGUAGE
    reset_at: LocalTime = "04:00"
    trust_hints: bool = False
    legal_policy: Slug | None = None
    healthy_policy: Slug | None = None
    quiet_from: LocalTime | None = None
    quiet_until: LocalTime | None = None
    escalate_after_min: Minutes | None = None
    protocol: Slug | None = None


class VenueAnswer(msgspec.Struct, frozen=True, kw_only=True):
    venue: VenueRef
    name: str
    timezone: str
    language: str
    reset_at: str
    trust_hints: bool
    legal_policy: str | None
    healthy_policy: str | None
    quiet_from: str | None
    quiet_until: str | None
    escalate_after_min: int | None
    protocol: str | None
    rooms: tuple[RoomSettings, ...] = ()


class Venues(msgspec.Struct, frozen=True):
    venues: tuple[VenueAnswer, ...]


def get_venues(services: Services) -> Venues:
    with services.database.read() as conn:
        venues, rooms = registry.all_venues(conn), registry.all_rooms(conn)
    return Venues(
        tuple(
            _answer(venue, tuple(room_settings(r) for r in rooms if r.venue == venue.slug))
            for venue in venues
            if access().reaches(venue.slug)
        )
    )


def get_venue(services: Services, venue: VenueSlug) -> VenueAnswer:
    with services.database.read() as conn:
        found = registry.find_venue(conn, venue)
        if found is None:
            raise Problem(404, f"there is no venue {venue!r}")
        return _answer(found, tuple(map(room_settings, registry.all_rooms(conn, venue))))


def make_venue(services: Services, body: VenueBody) -> VenueAnswer:
    """A slug is made of its name."""
    _check_zone(body.timezone)
    quiet = _quiet_hours(body)
    with services.database.write() as conn:
        taken = {venue.slug for venue in registry.all_venues(conn)}
        slug = VenueSlug(free_slug(body.name, "venue", lambda one: one in taken))
        return _put(conn, _venue(slug, body, quiet), body)


def put_venue(services: Services, venue: VenueSlug, body: VenueBody) -> VenueAnswer:
    _check_zone(body.timezone)
    put = _venue(venue, body, _quiet_hours(body))
    with services.database.write() as conn:
        return _put(conn, put, body)


def _venue(slug: VenueSlug, body: VenueBody, quiet: tuple[time | None, time | None]) -> Venue:
    return Venue(
        slug,
        body.name,
        body.timezone,
        body.language,
        time.fromisoformat(body.reset_at),
        body.trust_hints,
        body.legal_policy,
        body.healthy_policy,
        *quiet,
        body.escalate_after_min,
        body.protocol,
    )


def _put(conn: Connection, put: Venue, body: VenueBody) -> VenueAnswer:
    check_policy(conn, put.slug, body.legal_policy, "/legal_policy")
    check_policy(conn, put.slug, body.healthy_policy, "/healthy_policy")
    check_protocol(conn, put.slug, body.protocol)
    registry.put_venue(conn, put)
    return _answer(put, tuple(map(room_settings, registry.all_rooms(conn, put.slug))))


def delete_venue(services: Services, venue: VenueSlug) -> None:
    with services.database.write() as conn:
        if not registry.delete_venue(conn, venue):
            raise Problem(404, f"there is no venue {venue!r}")


def _check_zone(name: str) -> None:
    if find_zone(name) is None:
        mistake = Mistake("/timezone", "expected a zone like Europe/Amsterdam")
        raise Problem(422, f"timezone {name!r} is not known", [mistake])


def _quiet_hours(body: VenueBody) -> tuple[time | None, time | None]:
    since, until = body.quiet_from, body.quiet_until
    if since is None and until is None:
        return None, None
    if since is None or until is None or since == until:
        missing = "quiet_from" if since is None else "quiet_until"
        mistake = Mistake(f"/{missing}", "expected two different times, or neither")
        raise Problem(422, "quiet hours have a beginning and an end", [mistake])
    return time.fromisoformat(since), time.fromisoformat(until)


def _shown(local: time | None) -> str | None:
    return None if local is None else local.isoformat("minutes")


def _answer(venue: Venue, rooms: tuple[RoomSettings, ...]) -> VenueAnswer:
    return VenueAnswer(
        venue=venue.slug,
        name=venue.name,
        timezone=venue.timezone,
        language=venue.language,
        reset_at=venue.reset_at.isoformat("minutes"),
        trust_hints=venue.trust_hints,
        legal_policy=venue.legal_policy,
        healthy_policy=venue.healthy_policy,
        quiet_from=_shown(venue.quiet_from),
        quiet_until=_shown(venue.quiet_until),
        escalate_after_min=venue.escalate_after_min,
        protocol=venue.protocol,
        rooms=rooms,
    )


def _version(conn: Connection, venue: VenueSlug) -> Venue | None:
    return registry.find_venue(conn, venue)


ROUTES = (
    Route(
        "GET",
        "/venues",
        get_venues,
        "all venues with their rooms' settings",
        Venues,
        paging=Paging("venues", lambda venue: (venue.venue,), tuple[str]),
    ),
    Route(
        "POST",
        "/venues",
        make_venue,
        "make a venue",
        VenueAnswer,
        body=VenueBody,
        made_at=lambda made: f"/venues/{made.venue}",
    ),
    Route(
        "GET",
        "/venues/{venue}",
        get_venue,
        "one venue with its rooms' settings",
        VenueAnswer,
        problems=(404,),
        version=_version,
    ),
    Route(
        "PUT",
        "/venues/{venue}",
        put_venue,
        "make or change a venue",
        VenueAnswer,
        body=VenueBody,
        version=_version,
    ),
    Route(
        "DELETE",
        "/venues/{venue}",
        delete_venue,
        "delete a venue with its rooms and meetings; readings stay",
        problems=(404,),
        version=_version,
    ),
)
