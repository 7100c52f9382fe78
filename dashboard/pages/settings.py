"""Rooms, devices and what was refused; a new device is given its room here."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.reach import book, now, say_at
from dashboard.services import services
from dashboard.wording import refusal_words
from gateway.registry import quarantine
from gateway.registry.devices import Device, all_devices, place
from gateway.registry.rooms import find_room
from sensors.instant import from_ns

blueprint = Blueprint("settings", __name__)

REFUSED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A device with its room by name (empty: it is new) and when it was heard last, in words."""

    device: Device
    room: str
    seen: str


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A refused message, in words."""

    time: str
    topic: str
    reason: str
    detail: str


@blueprint.get("/settings")
def settings() -> str:
    say = say_at()
    with services().database.read() as conn:
        devices = all_devices(conn)
        refused = quarantine.recent(conn, REFUSED_SHOWN)
        by_reason = quarantine.by_reason(conn)
    lines = [_device_line(device) for device in devices]
    return render_template(
        "settings.html",
        venues=book().venues.values(),
        rooms=book().rooms.values(),
        policies=book().policies,
        new=[line for line in lines if line.device.room is None],
        placed=[line for line in lines if line.device.room is not None],
        by_reason=[(refusal_words(reason, say), count) for reason, count in by_reason.items()],
        refused=[
            RefusedLine(
                say.moment(from_ns(r.at_ns), now()), r.topic, refusal_words(r.reason, say), r.detail
            )
            for r in refused
        ],
    )


@blueprint.post("/settings/devices/<venue>/<device>/room")
def adopt(venue: str, device: str) -> ResponseReturnValue:
    """Hang a known device in a room of its venue."""
    room = request.form.get("room", "")
    with services().database.write() as conn:
        known = any((d.venue, d.slug) == (venue, device) for d in all_devices(conn))
        found = find_room(conn, venue, room)
        if not known or found is None:
            abort(404)
        place(conn, venue, device, room, now())
    flash(say_at().gettext("%(device)s now hangs in %(room)s.", device=device, room=found.name))
    return redirect(url_for("settings.settings"), 303)


def _device_line(device: Device) -> DeviceLine:
    room = book().rooms.get((device.venue, device.room or ""))
    say = say_at(device.venue)
    seen = "" if device.last_seen is None else say.moment(device.last_seen, now())
    name = (device.room or "") if room is None else room.name
    return DeviceLine(device, name, seen)
