"""The people counters: what each room counts now, what its doors told, and how far they drift; a count can
be set by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.context import locale_at, now
from dashboard.pages.parts.form import Form
from dashboard.web.identity.auth import current_user
from dashboard.web.reach import access
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.door import Door
from gateway.domain.people import RoomPeople
from gateway.domain.room import Room, Venue
from gateway.registry.devices import Device, all_devices
from gateway.registry.live.live_state import all_people
from gateway.registry.live.operator_requests import ask_people
from gateway.registry.rooms import all_rooms, all_venues, find_room
from gateway.words.faults import fault_words
from gateway.words.locale import DASH, PageLocale
from sensors.wire.topic import DeviceKey, DeviceSlug, RoomKey, RoomSlug, VenueSlug

blueprint = Blueprint("counters", __name__)


@dataclass(frozen=True, slots=True)
class DoorLine:
    """A counter at a door, in words: its totals, and how many it brought in or took out since the count
    began.
    """

    device: DeviceSlug
    name: str
    came: str
    went: str
    net: str
    seen: str


@dataclass(frozen=True, slots=True)
class CountLine:
    """The count of a room, in words. ``odd`` says what of it cannot be."""

    room: Room
    people: str
    begun: str
    doors: tuple[DoorLine, ...]
    odd: tuple[str, ...]
    form: Form


@dataclass(frozen=True, slots=True)
class CountersPanel:
    venue: Venue
    lines: tuple[CountLine, ...]


@blueprint.get("/settings/counters")
def counters() -> str:
    return _page()


@blueprint.post("/settings/counters/<venue>/<room>")
def set_people(venue: VenueSlug, room: RoomSlug) -> ResponseReturnValue:
    """Say how many are in a room now; the doors count on from there."""
    form, locale, visitor = Form(request.form), locale_at(venue), current_user()
    people = form.people("people", locale)
    if people is None and not form.wrong:
        form.wrong["people"] = locale.gettext("Fill this in.")
    with services().database.write() as conn:
        found = find_room(conn, venue, room)
        if found is None or found.archived:
            abort(404)
        if people is not None and not form.wrong:
            by = "" if visitor is None else visitor.name
            ask_people(conn, venue, room, people, by, now())
    if form.wrong or people is None:
        return _page((venue, room), form), 422
    words = locale.ngettext(
        "%(room)s: %(number)s person is in. The gateway takes it over within a second.",
        "%(room)s: %(number)s people are in. The gateway takes it over within a second.",
        people,
        room=found.name,
    )
    flash(words)
    return redirect(url_for("counters.counters", _anchor=f"count-{venue}-{room}"), 303)


def _page(filled: RoomKey | None = None, form: Form | None = None) -> str:
    with services().database.read() as conn:
        own = access().venues(Need.SETTINGS)
        venues = [venue for venue in all_venues(conn) if own is None or venue.slug in own]
        counts = all_people(conn)
        devices = {(one.venue, one.slug): one for one in all_devices(conn)}
        rooms = all_rooms(conn)
    panels = []
    for venue in venues:
        its = (room for room in rooms if room.venue == venue.slug)
        lines = [
            _line(room, counts.get((room.venue, room.slug)), devices, locale_at(venue.slug), given)
            for room in its
            for given in [form if (room.venue, room.slug) == filled else None]
        ]
        lines.sort(key=lambda line: not line.doors)
        panels.append(CountersPanel(venue, tuple(lines)))
    return render_template("settings/counters.html", panels=panels)


def _line(
    room: Room,
    count: RoomPeople | None,
    devices: Mapping[DeviceKey, Device],
    locale: PageLocale,
    form: Form | None,
) -> CountLine:
    state = services().board.room(room.venue, room.slug)
    people = None if state is None else state.people
    doors = () if count is None else tuple(count.doors.items())
    begun = ""
    if count is not None and count.set_people is not None:
        begun = locale.gettext(
            "set to %(people)s at %(time)s",
            people=locale.number(count.set_people),
            time=locale.moment(count.reset_at, now()),
        )
    return CountLine(
        room,
        DASH if people is None else locale.number(people),
        begun,
        tuple(_door_line(room, slug, door, devices, locale) for slug, door in doors),
        tuple(_odd(room, count, locale)),
        form or Form({}),
    )


def _door_line(
    room: Room,
    slug: DeviceSlug,
    door: Door,
    devices: Mapping[DeviceKey, Device],
    locale: PageLocale,
) -> DoorLine:
    known = devices.get((room.venue, slug))
    return DoorLine(
        slug,
        slug if known is None else known.name,
        locale.number(door.in_total),
        locale.number(door.out_total),
        f"{door.net:+d}".replace("-", "−") if door.net else "0",
        locale.moment(door.at, now()),
    )


def _odd(room: Room, count: RoomPeople | None, locale: PageLocale) -> list[str]:
    """What of a count cannot be, and so shows how far the doors are off."""
    found = []
    if count is not None and count.lowest < 0:
        found.append(
            locale.ngettext(
                "By the doors there was %(number)s person fewer than nobody: they miss who comes in.",
                "By the doors there were %(number)s people fewer than nobody: they miss who comes in.",
                -count.lowest,
            )
        )
    state = services().board.room(room.venue, room.slug)
    for flag in () if state is None else state.flags:
        told = (one for one in flag.evidence if one.get("code") == "door_drift")
        found += [fault_words(one, locale) for one in told]
    return found
