"""A room's chart by itself: as a Plotly figure, a drawing and a table, of the span that is seen."""

import csv
import io

import msgspec
from flask import Blueprint, Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from dashboard.chart.figure import figure
from dashboard.chart.history import History
from dashboard.chart.palette import PALETTES, theme_named
from dashboard.csv_rows import cell
from dashboard.pages.history.window import Window, asked
from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.parts.room_history import FIELDS, drawing_of, history_of
from dashboard.web.services import services
from gateway.domain.room_state import RoomState
from gateway.words.locale import PageLocale
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("history_chart", __name__)


@blueprint.get("/rooms/<venue>/<room>/chart.json")
def chart(venue: VenueSlug, room: RoomSlug) -> ResponseReturnValue:
    """The Plotly figure of the room's history, in the colours of ``?theme=light`` or ``dark``."""
    locale = locale_at(venue)
    history, _ = _seen(venue, room, locale)
    theme = theme_named(request.args.get("theme"))
    answer = make_response(msgspec.json.encode(figure(history, theme, locale)))
    answer.content_type = "application/json"
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.update(("Cookie", "Accept-Language"))
    answer.add_etag()
    return answer.make_conditional(request)


@blueprint.get("/rooms/<venue>/<room>/chart.svg")
def drawing(venue: VenueSlug, room: RoomSlug) -> Response:
    """The same as a picture, for a document or a mail."""
    locale = locale_at(venue)
    history, window = _seen(venue, room, locale)
    shown = drawing_of(history, window, locale)
    theme = theme_named(request.args.get("theme"))
    title = f"{state_of(venue, room).name} · {window.title(locale)}"
    text = render_template("chart.svg", whole=shown, ink=PALETTES[theme], title=title)
    return _file(text, "image/svg+xml", f"{venue}-{room}.svg")


@blueprint.get("/rooms/<venue>/<room>/chart.csv")
def table(venue: VenueSlug, room: RoomSlug) -> Response:
    """What the chart draws, a line for each of its points."""
    history, _ = _seen(venue, room, locale_at(venue))
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    kinds = ("mean", "min", "max")
    lines.writerow(["from", *(f"{field}_{kind}" for field in FIELDS for kind in kinds)])
    series = history.series
    for index, at_ns in enumerate(series.at_ns):
        values = [getattr(series, kind)[field][index] for field in FIELDS for kind in kinds]
        if any(value is not None for value in values):
            rounded = (None if value is None else round(value, 3) for value in values)
            lines.writerow([to_wire(from_ns(at_ns)), *map(cell, rounded)])
    return _file(text.getvalue(), "text/csv", f"{venue}-{room}.csv")


def state_of(venue: VenueSlug, room: RoomSlug) -> RoomState:
    """Aborts where there is no such room."""
    state = services().board.room(venue, room)
    if state is not None:
        return state
    archived = registry_view().archived.get((venue, room))
    if archived is None:
        abort(404)
    return RoomState(venue, room, to_wire(now()), archived.name, "unknown")


def _seen(venue: VenueSlug, room: RoomSlug, locale: PageLocale) -> tuple[History, Window]:
    window = asked(request.args, now(), locale)
    history = history_of(state_of(venue, room), window, locale)
    if history is None:
        abort(503)
    return history, window


def _file(text: str, kind: str, name: str) -> Response:
    answer = make_response(text)
    answer.content_type = f"{kind}; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
