"""Changing the rooms of a venue, and the venue itself: in the rows of their page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from typing import Final, cast, get_args

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at, now
from dashboard.pages.parts.form import Form
from dashboard.pages.parts.room_rows import NAME_LENGTH, Row, made_rooms, read_list, size
from dashboard.pages.settings.changing import changing, told
from dashboard.pages.settings.venues import Filled, page
from gateway.domain.room import AirFrom, Room, VentilationKind, Venue
from gateway.registry.devices import devices_in, take_down
from gateway.registry.policies import policies_for
from gateway.registry.rooms import (
    all_rooms,
    archive_room,
    every_room,
    find_room,
    find_venue,
    order_rooms,
    put_room,
    put_venue,
)
from gateway.words.locale import LANGUAGES, PageLocale
from sensors.time_zone import find_zone
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("rooms", __name__)

LIST_LENGTH: Final = 20_000


@blueprint.post("/settings/venues/<venue>")
def change_venue(venue: VenueSlug) -> ResponseReturnValue:
    """Say what a venue is called, where it is and when its days begin."""
    form, locale = Form(request.form), locale_at(venue)
    with changing() as conn:
        found = _venue(conn, venue)
        changed = _read_venue(found, form, locale)
        if not form.wrong:
            put_venue(conn, changed)
    if form.wrong:
        return page(Filled(venue, None, form)), 422
    return _kept(changed.name, locale, f"venue-{venue}")


@blueprint.post("/settings/venues/<venue>/rooms")
def add_rooms(venue: VenueSlug) -> ResponseReturnValue:
    """Make the room that is filled in, or those of a list; a room of a list that is there already is
    brought up to date.
    """
    form, locale = Form(request.form), locale_at(venue)
    pasted = request.form.get("list", "")[:LIST_LENGTH]
    rows = read_list(pasted) if pasted.strip() else [Row(request.form)]
    with changing() as conn:
        _venue(conn, venue)
        known = every_room(conn, venue)
        made = made_rooms(venue, rows, known, locale, renews=bool(pasted.strip()))
        _gather(rows, form, locale, is_list=bool(pasted.strip()))
        for room in () if form.wrong else made:
            put_room(conn, room)
    if form.wrong:
        return page(Filled(venue, "", form)), 422
    told(
        locale.ngettext("%(number)s room is kept.", "%(number)s rooms are kept.", len(made)), locale
    )
    return redirect(url_for("venues.venues", _anchor=f"venue-{venue}"), 303)


@blueprint.post("/settings/venues/<venue>/rooms/<room>")
def change_room(venue: VenueSlug, room: RoomSlug) -> ResponseReturnValue:
    """Keep what is filled in of a room, give it another place, put it out of use or back."""
    form, locale = Form(request.form), locale_at(venue)
    with changing() as conn:
        found = find_room(conn, venue, room)
        if found is None:
            abort(404)
        match request.form.get("do", ""):
            case "up" | "down" as way:
                _move(conn, found, -1 if way == "up" else 1)
                said = locale.gettext("%(name)s has another place.", name=found.name)
            case "archive":
                for device in devices_in(conn, venue, room):
                    take_down(conn, venue, device.slug, now())
                archive_room(conn, venue, room, now())
                said = locale.gettext("%(name)s is archived: its history stays.", name=found.name)
            case "restore":
                archive_room(conn, venue, room, None)
                said = locale.gettext("%(name)s is in use again.", name=found.name)
            case _:
                changed = _read_room(conn, found, form, locale)
                if not form.wrong:
                    put_room(conn, changed)
                said = locale.gettext("Kept for %(name)s.", name=changed.name)
    if form.wrong:
        return page(Filled(venue, room, form)), 422
    told(said, locale)
    return redirect(url_for("venues.venues", _anchor=f"room-{venue}-{room}"), 303)


def _kept(name: str, locale: PageLocale, anchor: str) -> ResponseReturnValue:
    told(locale.gettext("Kept for %(name)s.", name=name), locale)
    return redirect(url_for("venues.venues", _anchor=anchor), 303)


def _venue(conn: Connection, slug: VenueSlug) -> Venue:
    found = find_venue(conn, slug)
    if found is None:
        abort(404)
    return found


def _gather(rows: Sequence[Row], form: Form, locale: PageLocale, *, is_list: bool) -> None:
    """What is wrong with the rows: of a list with the number of the line, beside the list."""
    if not is_list:
        form.wrong.update(rows[0].wrong)
        return
    wrong = [(number, one) for number, row in enumerate(rows, 1) for one in row.wrong.values()]
    if wrong:
        form.wrong["list"] = " ".join(
            locale.gettext("Room %(number)s: %(mistake)s", number=number, mistake=one)
            for number, one in wrong[:5]
        )
    elif not rows:
        form.wrong["list"] = locale.gettext("Fill this in.")


def _move(conn: Connection, room: Room, by: int) -> None:
    slugs = [one.slug for one in all_rooms(conn, room.venue)]
    if room.slug not in slugs:
        abort(404)
    at = slugs.index(room.slug)
    slugs.insert(min(max(at + by, 0), len(slugs) - 1), slugs.pop(at))
    order_rooms(conn, room.venue, slugs)


def _read_room(conn: Connection, room: Room, form: Form, locale: PageLocale) -> Room:
    names = {one.name for one in all_rooms(conn, room.venue) if one.slug != room.slug}
    name = form.required("name", NAME_LENGTH, locale)
    if name in names:
        form.wrong["name"] = locale.gettext("There is a room of this name already.")
    policies = {slug: slug for slug in policies_for(conn, room.venue)}
    ventilation = form.chosen(
        "ventilation", {one: one for one in get_args(VentilationKind)}, locale
    )
    air_from = form.chosen("air_from", {one: one for one in get_args(AirFrom)}, locale)
    return replace(
        room,
        name=name,
        seats=form.people("seats", locale) or None,
        floor_area_m2=size(form, "floor_area_m2", locale),
        volume_m3=size(form, "volume_m3", locale),
        design_flow_lps=size(form, "design_flow_lps", locale),
        policy=form.chosen("policy", policies, locale),
        ventilation=cast("VentilationKind | None", ventilation),
        air_from=cast("AirFrom | None", air_from),
    )


def _read_venue(venue: Venue, form: Form, locale: PageLocale) -> Venue:
    name = form.required("name", NAME_LENGTH, locale)
    language = form.chosen("language", {code: code for code in LANGUAGES}, locale)
    zone = form.text("timezone")
    if find_zone(zone) is None:
        form.wrong["timezone"] = locale.gettext("This is not there any more. Choose again.")
    try:
        reset_at = time.fromisoformat(form.text("reset_at"))
    except ValueError:
        reset_at = venue.reset_at
        form.wrong["reset_at"] = locale.gettext("Give a time, like 04:00.")
    return replace(
        venue,
        name=name,
        language=language or venue.language,
        timezone=zone,
        reset_at=reset_at.replace(second=0, microsecond=0, tzinfo=None),
        trust_hints=bool(form.text("trust_hints")),
    )
