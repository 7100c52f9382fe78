"""The first start: which rooms the venue has."""

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at
from dashboard.pages.parts.room_rows import FIELDS, MOST_ROWS, Row, made_rooms, read_list
from dashboard.pages.setup.found import found_venue
from dashboard.web.services import services
from gateway.registry.rooms import all_rooms, every_room, put_room
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("setup_rooms", __name__)

LIST_LENGTH: Final = 20_000


@blueprint.get("/setup/rooms/<venue>")
def rooms(venue: VenueSlug) -> str:
    with services().database.read() as conn:
        return _page(conn, venue, [Row()])


@blueprint.post("/setup/rooms/<venue>")
def make(venue: VenueSlug) -> ResponseReturnValue:
    """Make the rooms that are filled in, or show one more row."""
    rows = _rows()
    if "add" in request.form or "paste" in request.form:
        pasted = (
            read_list(request.form.get("list", "")[:LIST_LENGTH]) if "paste" in request.form else []
        )
        if pasted:
            rows = [row for row in rows if not row.is_empty]
        with services().database.read() as conn:
            return _page(conn, venue, [*rows, *(pasted or [Row()])][:MOST_ROWS])
    locale = locale_at(venue)
    with services().database.write() as conn:
        found_venue(conn, venue)
        filled = [row for row in rows if not row.is_empty]
        known = every_room(conn, venue)
        made = made_rooms(venue, filled, known, locale)
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


def _page(conn: Connection, slug: VenueSlug, rows: Sequence[Row]) -> str:
    return render_template(
        "setup_rooms.html",
        venue=found_venue(conn, slug),
        made=all_rooms(conn, slug),
        rows=rows,
        wrong=sum(len(row.wrong) for row in rows),
    )
