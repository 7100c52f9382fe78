"""The sensors: those that hang nowhere yet, where the others hang, and what was refused."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at, now
from dashboard.pages.settings.changing import changing, told
from dashboard.pages.settings.devices.device import faults_of
from dashboard.pages.settings.devices.health import low_battery
from dashboard.web.reach import access, within
from dashboard.web.services import services
from dashboard.words.codes import refusal_words
from gateway.domain.access import Need
from gateway.domain.refused_message import RefusedMessage
from gateway.domain.room import Room
from gateway.registry.devices import Device, all_devices, find_device, place
from gateway.registry.live import quarantine
from gateway.registry.rooms import all_rooms, all_venues, find_room
from gateway.words.locale import PageLocale
from sensors.wire.instant import from_ns
from sensors.wire.topic import DeviceSlug, RoomKey, RoomSlug, VenueSlug

blueprint = Blueprint("sensors", __name__)

REFUSED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class SensorLine:
    """A sensor with its room and venue by name (empty: it is new; nobody set that venue up), when it was
    heard last, and what is wrong with it, in words.
    """

    device: Device
    room: str
    venue: str
    seen: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A refused message, in words."""

    time: str
    topic: str
    reason: str
    detail: str


@blueprint.get("/settings/sensors")
def sensors() -> str:
    locale = locale_at()
    with services().database.read() as conn:
        rooms = within(all_rooms(conn), Need.SETTINGS)
        lines = _lines(conn, rooms)
        own = access().venues(Need.SETTINGS)
        venues = [venue for venue in all_venues(conn) if own is None or venue.slug in own]
        refused = quarantine.recent(conn, REFUSED_SHOWN, own)
        by_reason = quarantine.by_reason(conn, own)
    return render_template(
        "settings/sensors.html",
        venues=venues,
        rooms=rooms,
        new=[line for line in lines if line.device.room is None],
        placed=[line for line in lines if line.device.room is not None],
        by_reason=[(refusal_words(reason, locale), count) for reason, count in by_reason.items()],
        refused=[_refused_line(one, locale) for one in refused],
    )


@blueprint.post("/settings/devices/<venue>/<device>/room")
def adopt(venue: VenueSlug, device: DeviceSlug) -> ResponseReturnValue:
    """Hang a known device in a room of its venue."""
    room = RoomSlug(request.form.get("room", ""))
    locale = locale_at()
    with changing() as conn:
        found, known = find_room(conn, venue, room), find_device(conn, venue, device)
        if found is None or found.archived or known is None:
            abort(404)
        place(conn, venue, device, room, now())
    words = locale.gettext("%(device)s now hangs in %(room)s.", device=known.name, room=found.name)
    told(words, locale)
    if request.form.get("from") == "device":
        return redirect(url_for("device.device", venue=venue, device=device), 303)
    return redirect(url_for("sensors.sensors"), 303)


def _lines(conn: Connection, rooms: Iterable[Room]) -> list[SensorLine]:
    names: dict[RoomKey, str] = {(room.venue, room.slug): room.name for room in rooms}
    venues = {venue.slug: venue.name for venue in all_venues(conn)}
    lines = []
    for device in within(all_devices(conn), Need.SETTINGS):
        locale = locale_at(device.venue)
        seen = "" if device.last_seen is None else locale.moment(device.last_seen, now())
        room = device.room or RoomSlug("")
        name = names.get((device.venue, room), room)
        wrong = (*faults_of(device, locale), low_battery(device, locale))
        faults = tuple(filter(None, wrong))
        lines.append(SensorLine(device, name, venues.get(device.venue, ""), seen, faults))
    return lines


def _refused_line(one: RefusedMessage, locale: PageLocale) -> RefusedLine:
    time = locale.moment(from_ns(one.at_ns), now())
    return RefusedLine(time, one.topic, refusal_words(one.reason, locale), one.detail)
