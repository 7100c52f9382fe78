"""A room beside another, or one time of it beside another: the two lines over each other."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import fsum
from typing import Final

from flask import Blueprint, render_template, request

from dashboard.chart.history import History
from dashboard.chart.whole import Whole, whole
from dashboard.pages.history.chart import state_of
from dashboard.pages.history.window import Window, choice
from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.parts.room_history import history_of
from dashboard.web.services import services
from gateway.domain.room_state import RoomState
from gateway.words.locale import DASH, PageLocale
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("compare", __name__)

LENGTHS_H: Final = (24, 168, 720)
USUAL_H: Final = 168
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its name, from when, and what it comes to."""

    name: str
    begins: date
    history: History | None
    mean: str
    highest: str
    people: str


@blueprint.get("/rooms/<venue>/<room>/compare")
def compare(venue: VenueSlug, room: RoomSlug) -> str:
    """``?with=venue/room`` (by default this one), ``hours``, and the days that both begin on, ``from`` and
    ``then`` (by default the newest whole days, and the same or, of one room, those before).
    """
    state, locale, at = state_of(venue, room), locale_at(venue), now()
    hours = request.args.get("hours", USUAL_H, type=int)
    hours = hours if hours in LENGTHS_H else USUAL_H
    length = timedelta(hours=hours)
    other = _other(state)
    begins = _day("from", locale.local(at + _DAY - length).date())
    is_same = (other.venue, other.room) == (venue, room)
    then = _day("then", begins - length if is_same else begins)
    first = _side(state, begins, length, locale)
    second = _side(other, then, length, locale)
    return render_template(
        "compare.html",
        locale=locale,
        venue=venue,
        room=room,
        name=state.name,
        place=registry_view().venue(venue),
        lengths=[(one, choice(one, locale)) for one in LENGTHS_H],
        hours=hours,
        rooms=sorted(registry_view().rooms.values(), key=lambda one: (one.venue, one.name)),
        chosen=(other.venue, other.room),
        first=first,
        second=second,
        whole=_whole(first, second, locale),
    )


def _other(state: RoomState) -> RoomState:
    venue, _, room = request.args.get("with", "").partition("/")
    if not room:
        return state
    if VenueSlug(venue) not in {one.venue for one in registry_view().rooms.values()}:
        return state
    return services().board.room(VenueSlug(venue), RoomSlug(room)) or state


def _day(name: str, usual: date) -> date:
    try:
        chosen = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return usual
    return chosen if 2000 <= chosen.year < 2250 else usual


def _side(state: RoomState, begins: date, length: timedelta, locale: PageLocale) -> Side:
    own = locale_at(state.venue)
    start = datetime.combine(begins, time(), own.zone)
    window = Window(start, start + length, None, is_now=False)
    history = history_of(state, window, locale)
    series = None if history is None else history.series
    co2 = [] if series is None else [v for v in series.mean["co2_ppm"] if v is not None]
    high = [] if series is None else [v for v in series.max["co2_ppm"] if v is not None]
    people = [] if series is None else [v for v in series.max["people"] if v is not None]
    return Side(
        f"{state.name}, {locale.date_and_year(start)}",
        begins,
        history,
        locale.number(fsum(co2) / len(co2)) if co2 else DASH,
        locale.number(max(high)) if high else DASH,
        locale.number(max(people)) if people else DASH,
    )


def _whole(first: Side, second: Side, locale: PageLocale) -> Whole | None:
    if first.history is None or second.history is None:
        return None
    said = locale.gettext(
        "CO₂: %(first)s (line), and %(second)s (dashed)", first=first.name, second=second.name
    )
    ours, theirs = first.history, second.history
    off_ns = to_ns(ours.start) - to_ns(theirs.start)
    series = replace(theirs.series, at_ns=tuple(at + off_ns for at in theirs.series.at_ns))
    plain = replace(ours, meetings=(), flags=(), standards=())
    return whole(plain, locale, said, beside=replace(theirs, series=series))
