"""The first start: which rooms the venue has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.api.new_slug import free_slug
from dashboard.pages.parts.context import locale_at
from dashboard.pages.parts.form import Form
from dashboard.pages.setup.found import found_venue
from dashboard.web.services import services
from gateway.domain.room import Room
from gateway.registry.rooms import all_rooms, put_room
from gateway.words.locale import PageLocale
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("setup_rooms", __name__)

NAME_LENGTH: Final = 200
MOST_ROWS: Final = 100
LARGEST: Final = 100_000.0
FIELDS: Final = ("name", "seats", "floor_area_m2", "volume_m3")


@dataclass(slots=True)
class Row:
    """A room as it was filled in, and what is wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not any(self.values.values())


@blueprint.get("/setup/rooms/<venue>")
def rooms(venue: VenueSlug) -> str:
    with services().database.read() as conn:
        return _page(conn, venue, [Row()])


@blueprint.post("/setup/rooms/<venue>")
def make(venue: VenueSlug) -> ResponseReturnValue:
    """Make the rooms that are filled in, or show one more row."""
    rows = _rows()
    if "add" in request.form:
        with services().database.read() as conn:
            return _page(conn, venue, [*rows, Row()][:MOST_ROWS])
    locale = locale_at(venue)
    with services().database.write() as conn:
        found_venue(conn, venue)
        filled = [row for row in rows if not row.is_empty]
        known = all_rooms(conn, venue)
        made = _made(venue, filled, known, locale)
        if not filled and not known:
            rows[0].wrong["name"] = locale.gettext("Fill this in.")
        wrong = any(row.wrong for row in rows)
        for room in () if wrong else made:
            put_room(conn, room)
    if wrong:
        with services().database.read() as conn:
            return _page(conn, venue, rows), 422
    return redirect(url_for("setup_sensors.sensors", venue=venue), 303)


def _rows() -> list[Row]:
    columns = [request.form.getlist(name) for name in FIELDS]
    count = min(MOST_ROWS, max(map(len, columns), default=0))
    rows = [
        Row(
            {
                name: column[i].strip() if i < len(column) else ""
                for name, column in zip(FIELDS, columns, strict=True)
            }
        )
        for i in range(count)
    ]
    return rows or [Row()]


def _made(
    venue: VenueSlug, rows: Sequence[Row], known: Sequence[Room], locale: PageLocale
) -> list[Room]:
    """The rooms of the rows; what is wrong with one is in its row."""
    taken, names = {room.slug for room in known}, {room.name for room in known}
    made = []
    for row in rows:
        form = Form(row.values, row.wrong)
        name = form.required("name", NAME_LENGTH, locale)
        if name in names:
            row.wrong["name"] = locale.gettext("There is a room of this name already.")
        slug = RoomSlug(free_slug(name, "room", lambda one: one in taken))
        taken.add(slug)
        names.add(name)
        seats = form.people("seats", locale)
        area, volume = _size(form, "floor_area_m2", locale), _size(form, "volume_m3", locale)
        made.append(Room(venue, slug, name, volume, area, seats))
    return made


def _size(form: Form, name: str, locale: PageLocale) -> float | None:
    """Square or cubic metres, with a point or a comma; or nothing."""
    given = form.text(name)
    if not given:
        return None
    try:
        size = float(given.replace(",", "."))
    except ValueError:
        size = 0.0
    if not 0 < size <= LARGEST:
        form.wrong[name] = locale.gettext("A number above zero.")
        return None
    return size


def _page(conn: Connection, slug: VenueSlug, rows: Sequence[Row]) -> str:
    return render_template(
        "setup_rooms.html",
        venue=found_venue(conn, slug),
        made=all_rooms(conn, slug),
        rows=rows,
        wrong=sum(len(row.wrong) for row in rows),
    )
