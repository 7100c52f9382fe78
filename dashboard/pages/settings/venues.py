"""The venues with their rooms: what each is like and held to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar, get_args

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.context import locale_at
from dashboard.pages.parts.limits import PolicyGroup, policy_groups
from dashboard.pages.settings.limits import chosen_limits
from dashboard.web.reach import access, sees, within
from dashboard.web.services import services
from dashboard.words.rooms import air_from_choices, kind_words, ventilation_choices
from gateway.domain.access import Need
from gateway.domain.policy import DEFAULT, Policy
from gateway.domain.room import AirFrom, Room, VentilationKind, Venue
from gateway.registry.policies import policies_by_slug
from gateway.registry.rooms import all_rooms, all_venues, find_room, put_room
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("venues", __name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room with the name of the limits it is held to, and its kind in words."""

    room: Room
    limits: str
    kind: str


@dataclass(frozen=True, slots=True)
class VenuePanel:
    """A venue with its rooms, and the limits that these may choose among."""

    venue: Venue
    rooms: tuple[RoomLine, ...]
    groups: tuple[PolicyGroup, ...]


@blueprint.get("/settings/venues")
def venues() -> str:
    locale = locale_at()
    with services().database.read() as conn:
        policies = {slug: one for slug, one in policies_by_slug(conn).items() if sees(one)}
        own = access().venues(Need.SETTINGS)
        found = [venue for venue in all_venues(conn) if own is None or venue.slug in own]
        rooms = within(all_rooms(conn), Need.SETTINGS)
    return render_template(
        "settings/venues.html",
        venues=[_panel(venue, rooms, policies, locale) for venue in found],
        ventilation=ventilation_choices(locale),
        air_from=air_from_choices(locale),
        usual=policy_name(DEFAULT, locale),
    )


@blueprint.post("/settings/venues/<venue>/limits")
def set_limits(venue: VenueSlug) -> ResponseReturnValue:
    """Say what a room is held to where its meeting does not."""
    with services().database.write() as conn:
        found = find_room(conn, venue, RoomSlug(request.form.get("room", "")))
        if found is None:
            abort(404)
        put_room(conn, replace(found, policy=chosen_limits(conn, venue, "policy")))
    return _kept(found)


@blueprint.post("/settings/venues/<venue>/kinds")
def set_kind(venue: VenueSlug) -> ResponseReturnValue:
    """Say what drives the air of a room, and where that comes from."""
    ventilation = _one_of(get_args(VentilationKind), "ventilation")
    air_from = _one_of(get_args(AirFrom), "air_from")
    with services().database.write() as conn:
        found = find_room(conn, venue, RoomSlug(request.form.get("room", "")))
        if found is None:
            abort(404)
        put_room(conn, replace(found, ventilation=ventilation, air_from=air_from))
    return _kept(found)


def _kept(room: Room) -> ResponseReturnValue:
    flash(locale_at(room.venue).gettext("Kept for %(name)s.", name=room.name))
    return redirect(url_for("venues.venues"), 303)


def _one_of(known: tuple[T, ...], field: str) -> T | None:
    """What was chosen in a form; None for what nobody knows."""
    given = request.form.get(field) or None
    if given is not None and given not in known:
        abort(404)
    return given


def _panel(
    venue: Venue, rooms: Iterable[Room], policies: Mapping[str, Policy], locale: PageLocale
) -> VenuePanel:
    its = (room for room in rooms if room.venue == venue.slug)
    lines = (
        RoomLine(room, _limits(room, policies, locale), kind_words(room, locale)) for room in its
    )
    groups = policy_groups((one for one in policies.values() if one.serves(venue.slug)), locale)
    return VenuePanel(venue, tuple(lines), groups)


def _limits(room: Room, policies: Mapping[str, Policy], locale: PageLocale) -> str:
    return policy_name(policies.get(room.policy or DEFAULT.slug, DEFAULT), locale)
