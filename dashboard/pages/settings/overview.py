"""Rooms with their limits, devices and what was refused; a new device is given its room here, and a
venue and its rooms their limits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar, get_args

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.contacts_panel import Filled, contacts_panels
from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.parts.limits import LEGAL_KINDS, PolicyGroup, policy_groups
from dashboard.pages.settings.channels import channel_lines
from dashboard.pages.settings.store import refused_lines
from dashboard.web.reach import access, may_somewhere, sees, within
from dashboard.web.services import services
from dashboard.words.codes import refusal_words
from dashboard.words.rooms import air_from_choices, kind_words, ventilation_choices
from gateway.domain.access import Need
from gateway.domain.policy import DEFAULT, Policy
from gateway.domain.presets import HEALTHY_DEFAULT, LEGAL_DEFAULT
from gateway.domain.room import AirFrom, Room, VentilationKind, Venue
from gateway.registry.devices import Device, all_devices, find_device, place
from gateway.registry.live import quarantine
from gateway.registry.policies import policies_by_slug, policies_for
from gateway.registry.rooms import (
    all_rooms,
    all_venues,
    find_room,
    find_venue,
    put_room,
    put_venue,
)
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name
from sensors.wire.instant import from_ns
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

blueprint = Blueprint("settings", __name__)

T = TypeVar("T")
REFUSED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A device with its room by name (empty: it is new) and when it was heard last, in words."""

    device: Device
    room: str
    seen: str


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room with the name of the limits it is held to, and its kind in words."""

    room: Room
    limits: str
    kind: str


@dataclass(frozen=True, slots=True)
class VenuePanel:
    """A venue with its rooms, the names of what they are shown against, and the limits that it may
    choose.
    """

    venue: Venue
    rooms: tuple[RoomLine, ...]
    legal: str
    healthy: str
    groups: tuple[PolicyGroup, ...]


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A refused message, in words."""

    time: str
    topic: str
    reason: str
    detail: str


@blueprint.get("/settings")
def settings() -> str:
    return page()


def page(filled: Filled = None) -> str:
    """The page, with a form of who is told as it was filled in."""
    locale = locale_at()
    with services().database.read() as conn:
        devices = within(all_devices(conn), Need.SETTINGS)
        policies = {s: one for s, one in policies_by_slug(conn).items() if sees(one)}
        own = access().venues(Need.SETTINGS)
        venues = [venue for venue in all_venues(conn) if own is None or venue.slug in own]
        rooms = within(all_rooms(conn), Need.SETTINGS)
        refused = quarantine.recent(conn, REFUSED_SHOWN, own)
        by_reason = quarantine.by_reason(conn, own)
        contacts = contacts_panels(conn, venues, filled)
        channels = channel_lines(conn, locale)
        store_refuses = refused_lines(conn, locale)
        runs_house = may_somewhere(Need.SYSTEM)
    lines = [_device_line(device) for device in devices]
    return render_template(
        "settings.html",
        venues=[_venue_panel(venue, rooms, policies, locale) for venue in venues],
        rooms=rooms,
        contacts=contacts,
        groups=policy_groups(policies.values(), locale),
        legal_kinds=LEGAL_KINDS,
        ventilation=ventilation_choices(locale),
        air_from=air_from_choices(locale),
        defaults={
            "room": policy_name(DEFAULT, locale),
            "legal": policy_name(LEGAL_DEFAULT, locale),
            "healthy": policy_name(HEALTHY_DEFAULT, locale),
        },
        new=[line for line in lines if line.device.room is None],
        placed=[line for line in lines if line.device.room is not None],
        channels=channels if runs_house else [],
        store_refuses=store_refuses if runs_house else [],
        runs_house=runs_house,
        by_reason=[(refusal_words(reason, locale), count) for reason, count in by_reason.items()],
        refused=[
            RefusedLine(
                locale.moment(from_ns(r.at_ns), now()),
                r.topic,
                refusal_words(r.reason, locale),
                r.detail,
            )
            for r in refused
        ],
    )


@blueprint.post("/settings/devices/<venue>/<device>/room")
def adopt(venue: VenueSlug, device: DeviceSlug) -> ResponseReturnValue:
    """Hang a known device in a room of its venue."""
    room = RoomSlug(request.form.get("room", ""))
    with services().database.write() as conn:
        found = find_room(conn, venue, room)
        if found is None or find_device(conn, venue, device) is None:
            abort(404)
        place(conn, venue, device, room, now())
    flash(locale_at().gettext("%(device)s now hangs in %(room)s.", device=device, room=found.name))
    return redirect(url_for("settings.settings"), 303)


@blueprint.post("/settings/venues/<venue>/standards")
def set_standards(venue: VenueSlug) -> ResponseReturnValue:
    """Say what the rooms of a venue are shown against."""
    with services().database.write() as conn:
        found = find_venue(conn, venue)
        if found is None:
            abort(404)
        legal, healthy = _chosen(conn, venue, "legal"), _chosen(conn, venue, "healthy")
        put_venue(conn, replace(found, legal_policy=legal, healthy_policy=healthy))
    flash(locale_at(venue).gettext("Kept for %(name)s.", name=found.name))
    return redirect(url_for("settings.settings"), 303)


@blueprint.post("/settings/venues/<venue>/limits")
def set_limits(venue: VenueSlug) -> ResponseReturnValue:
    """Say what a room is held to where its meeting does not."""
    with services().database.write() as conn:
        found = find_room(conn, venue, RoomSlug(request.form.get("room", "")))
        if found is None:
            abort(404)
        put_room(conn, replace(found, policy=_chosen(conn, venue, "policy")))
    flash(locale_at(venue).gettext("Kept for %(name)s.", name=found.name))
    return redirect(url_for("settings.settings"), 303)


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
    flash(locale_at(venue).gettext("Kept for %(name)s.", name=found.name))
    return redirect(url_for("settings.settings"), 303)


def _one_of(known: tuple[T, ...], field: str) -> T | None:
    """What was chosen in a form; None for what nobody knows."""
    given = request.form.get(field) or None
    if given is not None and given not in known:
        abort(404)
    return given


def _chosen(conn: Connection, venue: VenueSlug, field: str) -> str | None:
    """The policy that was chosen in a form; None for the default."""
    slug = request.form.get(field) or None
    if slug is not None and slug not in policies_for(conn, venue):
        abort(404)
    return slug


def _venue_panel(
    venue: Venue, rooms: Iterable[Room], policies: Mapping[str, Policy], locale: PageLocale
) -> VenuePanel:
    def named(slug: str | None, otherwise: Policy) -> str:
        return policy_name(policies.get(slug or otherwise.slug, otherwise), locale)

    its = (room for room in rooms if room.venue == venue.slug)
    return VenuePanel(
        venue,
        tuple(
            RoomLine(room, named(room.policy, DEFAULT), kind_words(room, locale)) for room in its
        ),
        named(venue.legal_policy, LEGAL_DEFAULT),
        named(venue.healthy_policy, HEALTHY_DEFAULT),
        policy_groups((one for one in policies.values() if one.serves(venue.slug)), locale),
    )


def _device_line(device: Device) -> DeviceLine:
    room = registry_view().rooms.get((device.venue, RoomSlug(device.room or "")))
    locale = locale_at(device.venue)
    seen = "" if device.last_seen is None else locale.moment(device.last_seen, now())
    name = (device.room or "") if room is None else room.name
    return DeviceLine(device, name, seen)
