"""The first start: which sensor hangs in which room. Those that speak are shown as they speak."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.board.devices_heard import HeardDevice
from dashboard.pages.parts.context import locale_at, now
from dashboard.pages.setup.found import found_venue
from dashboard.pages.setup.sending import sending
from dashboard.web.reach import may_somewhere
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.room import SIMULATED
from gateway.registry.devices import all_devices, find_device, place
from gateway.registry.rooms import all_rooms, find_room
from gateway.words.locale import PageLocale
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

blueprint = Blueprint("setup_sensors", __name__)


@dataclass(frozen=True, slots=True)
class SensorLine:
    """A sensor with what it says now in words (empty: nothing yet), the room it hangs in (empty: none)."""

    slug: str
    says: str
    refused: str
    room: str


@blueprint.get("/setup/sensors/<venue>")
def sensors(venue: VenueSlug) -> str:
    with services().database.read() as conn:
        return _page(conn, venue, "setup_sensors.html")


@blueprint.get("/setup/sensors/<venue>/heard")
def heard(venue: VenueSlug) -> str:
    """The list alone, for the page to bring itself up to date with."""
    with services().database.read() as conn:
        return _page(conn, venue, "_setup_heard.html")


@blueprint.post("/setup/sensors/<venue>/<device>")
def hang(venue: VenueSlug, device: DeviceSlug) -> ResponseReturnValue:
    """Hang a sensor that is heard, or known, in a room."""
    with services().database.write() as conn:
        room = find_room(conn, venue, RoomSlug(request.form.get("room", "")))
        if room is None:
            abort(404)
        spoke = any(one.key == (venue, device) for one in _heard())
        if not spoke and find_device(conn, venue, device) is None:
            abort(404)
        place(conn, venue, device, room.slug, now())
    flash(
        locale_at(venue).gettext("%(device)s now hangs in %(room)s.", device=device, room=room.name)
    )
    return redirect(url_for("setup_sensors.sensors", venue=venue), 303)


def _heard() -> tuple[HeardDevice, ...]:
    ear = services().heard
    return () if ear is None else ear.heard()


def _page(conn: Connection, slug: VenueSlug, template: str) -> str:
    venue, rooms, locale = found_venue(conn, slug), all_rooms(conn, slug), locale_at(slug)
    names = {room.slug: room.name for room in rooms}
    all_heard = _heard()
    speaking = {one.key[1]: one for one in all_heard if one.key[0] == slug}
    known = {one.slug: one.room for one in all_devices(conn, slug)}
    lines = [
        SensorLine(
            device,
            _says(speaking.get(device), locale),
            (speaking[device].refused or "") if device in speaking else "",
            names.get(known.get(device) or RoomSlug(""), ""),
        )
        for device in sorted(known.keys() | speaking.keys())
    ]
    return render_template(
        template,
        venue=venue,
        rooms=rooms,
        lines=lines,
        elsewhere=sorted({one.key[0] for one in all_heard} - {slug, SIMULATED}),
        sending=sending(services().settings, services().directory, slug, services().broker),
        may_simulate=services().simulation is not None and may_somewhere(Need.SYSTEM),
    )


def _says(device: HeardDevice | None, locale: PageLocale) -> str:
    if device is None:
        return ""
    parts = []
    if device.co2_ppm is not None:
        parts.append(f"{locale.number(round(device.co2_ppm))} ppm")
    if device.people is not None:
        parts.append(locale.ngettext("%(number)s person", "%(number)s people", device.people))
    return " · ".join(parts)
