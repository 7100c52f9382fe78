"""One room: now, what to do, and the last hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, make_response, render_template, request

from dashboard.charts import figure
from dashboard.history import FlagMark, History
from dashboard.i18n import Speech
from dashboard.line import line
from dashboard.pages.board import live
from dashboard.pages.drawing import Drawing, draw
from dashboard.pages.reach import book, now, say_at
from dashboard.palette import theme_named
from dashboard.services import services
from gateway.domain.flag import Flag
from gateway.domain.room_state import RoomState
from gateway.registry.devices import all_devices
from gateway.registry.flags import recent_flags
from gateway.registry.meetings import meetings_between
from gateway.store.interface import Series, StoreError
from sensors.instant import from_ns, to_ns

blueprint = Blueprint("room", __name__)

HOURS = (2, 6, 24, 168)
LONGEST_H = 168
POINTS = 360
ROWS = 24


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table that says what the chart draws; texts, ready to read."""

    time: str
    co2: str
    people: str


@blueprint.get("/rooms/<venue>/<room>")
def room(venue: str, room: str) -> str:
    state, say, at = _state(venue, room), say_at(venue), now()
    hours = _hours()
    history = _history(state, hours)
    with services().database.read() as conn:
        devices = [d for d in all_devices(conn) if (d.venue, d.room) == (venue, room)]
    return render_template(
        "room.html",
        say=say,
        name=state.name,
        venue=venue,
        room=room,
        place=book().venue(venue),
        registered=book().rooms.get((venue, room)),
        policy=book().policy_of(venue, room, at).at(state.outdoor_ppm),
        board=live(venue, room),
        hours=hours,
        choices=HOURS,
        history=history,
        drawing=None if history is None else _drawing(history),
        rows=[] if history is None else _rows(history.series, say),
        devices=devices,
        held=_held(venue, room),
    )


@blueprint.get("/rooms/<venue>/<room>/chart.json")
def chart(venue: str, room: str) -> Response:
    """The Plotly figure of the room's history, in the colours of ``?theme=light`` or ``dark``."""
    history = _history(_state(venue, room), _hours())
    if history is None:
        abort(503)
    theme = theme_named(request.args.get("theme"))
    answer = make_response(figure(history, theme, say_at(venue)).to_json())
    answer.content_type = "application/json"
    return answer


def _state(venue: str, room: str) -> RoomState:
    state = services().board.room(venue, room)
    if state is None:
        abort(404)
    return state


def _hours() -> int:
    asked = request.args.get("hours", default=6, type=int)
    return min(max(asked, 1), LONGEST_H)


def _history(state: RoomState, hours: int) -> History | None:
    """The last hours of a room; None where the store is away."""
    end = now()
    start = end - timedelta(hours=hours)
    venue, room = state.venue, state.room
    try:
        series = services().store.series(
            venue, room, ("co2_ppm", "people"), to_ns(start), to_ns(end), POINTS
        )
    except StoreError:
        return None
    with services().database.read() as conn:
        meetings = [m for m in meetings_between(conn, start, end, venue) if m.room == room]
        flags = [f for f in recent_flags(conn, since=start, venue=venue) if f.room == room]
    policy = book().policy_of(venue, room, end).at(state.outdoor_ppm)
    marks = [_mark(flag, end) for flag in flags if flag.state != "pending"]
    return History(start, end, series, policy, meetings, marks)


def _mark(flag: Flag, at: datetime) -> FlagMark:
    return FlagMark(flag.rule, flag.since, flag.resolved_at or at)


def _drawing(history: History) -> Drawing:
    limit, silence_s = history.policy.co2_limit_ppm, max(history.policy.no_data_s, 600.0)
    points = line(history.series.at_ns, history.series.mean["co2_ppm"], silence_s)
    return draw(points, to_ns(history.start), to_ns(history.end), limit)


def _rows(series: Series, say: Speech) -> list[Row]:
    """About two dozen lines, newest first: the mean of each span, and the most people in it."""
    step = max(1, -(-len(series.at_ns) // ROWS))
    found = []
    for begin in range(0, len(series.at_ns), step):
        co2 = _known(series.mean["co2_ppm"][begin : begin + step])
        people = _known(series.max["people"][begin : begin + step])
        if co2 or people:
            found.append(
                Row(
                    time=say.moment(from_ns(series.at_ns[begin]), now()),
                    co2=say.number(sum(co2) / len(co2)) if co2 else "",
                    people=say.number(max(people)) if people else "",
                )
            )
    return found[::-1]


def _known(values: tuple[float | None, ...]) -> list[float]:
    return [value for value in values if value is not None]


def _held(venue: str, room: str) -> dict[str, int] | None:
    """How many readings the store holds of this room; None where it is away."""
    store = services().store
    try:
        return {
            "air": store.count("air", venue, room),
            "people": store.count("people", venue, room),
        }
    except StoreError:
        return None
