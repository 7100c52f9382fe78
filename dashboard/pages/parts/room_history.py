"""A room's past and what is expected of it, gathered for its charts, their still drawings and a
table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dashboard.chart.flow import REACH_LPS
from dashboard.chart.history import Expected, FlagMark, History, Standard
from dashboard.chart.polyline import line
from dashboard.chart.sparkline import Ahead, Drawing, draw
from dashboard.pages.parts.context import now, registry_view
from dashboard.web.services import services
from gateway.domain.alerts.flag import Flag
from gateway.domain.room_state import ForecastView, RoomState
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.alerts.flags import recent_flags
from gateway.store.interface import Series, SeriesField, StoreError
from gateway.words.locale import PageLocale
from sensors.wire.instant import from_ns, from_wire, to_ns

POINTS: Final = 360
ROWS: Final = 24
FORESEEN_H: Final = 24
"""Over a longer time, what comes is too small to see."""
FIELDS: Final[tuple[SeriesField, ...]] = (
    "co2_ppm",
    "people",
    "per_person_lps",
    "per_person_low_lps",
    "per_person_high_lps",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table that says what the chart draws; texts, ready to read."""

    time: str
    co2: str
    people: str
    per_person: str


def history_of(state: RoomState, hours: int, locale: PageLocale) -> History | None:
    """The last hours of a room; None where the store is away."""
    end = now()
    start = end - timedelta(hours=hours)
    venue, room = state.venue, state.room
    try:
        series = services().store.series(venue, room, FIELDS, to_ns(start), to_ns(end), POINTS)
    except StoreError:
        return None
    with services().database.read() as conn:
        meetings = meetings_between(conn, start, end, venue, room)
        flags = recent_flags(conn, since=start, venue=venue, room=room)
    marks = [_mark(flag, end) for flag in flags if flag.state != "pending"]
    foreseen = state.forecast if hours <= FORESEEN_H and state.level != "unknown" else None
    return History(
        start,
        end,
        series,
        registry_view().policy_of(venue, room, end).at(state.outdoor_ppm),
        meetings,
        marks,
        () if foreseen is None else _expected(foreseen, end),
        _standards(state, locale),
    )


def still_co2(history: History) -> Drawing:
    limit, silence_s = history.policy.co2_limit_ppm, max(history.policy.no_data_s, 600.0)
    points = line(history.series.at_ns, history.series.mean["co2_ppm"], silence_s)
    ahead = [Ahead(to_ns(p.at), p.ppm, p.low_ppm, p.high_ppm) for p in history.expected]
    return draw(points, to_ns(history.start), to_ns(history.end), limit, ahead=ahead)


def still_flow(history: History) -> Drawing | None:
    """Fresh air for each person, with the most that is asked; None where it was never known."""
    if not history.knows_flow:
        return None
    silence_s = max(history.policy.no_data_s, 600.0)
    points = line(history.series.at_ns, history.series.mean["per_person_lps"], silence_s)
    end_ns = to_ns(history.reach)
    limit = asked_lps(history)
    return draw(points, to_ns(history.start), end_ns, limit, floor=0.0, reach=REACH_LPS)


def asked_lps(history: History) -> float | None:
    """The most fresh air for each person that the room is shown against."""
    return max((s.level for s in history.standards if s.quantity == "ventilation"), default=None)


def still_marks(history: History) -> list[tuple[float, float]]:
    """From where to where on the time axis of the still drawing a limit was broken."""
    whole = history.reach - history.start
    return [
        (
            round(max((mark.since - history.start) / whole, 0.0) * 100, 1),
            round((mark.until - history.start) / whole * 100, 1),
        )
        for mark in history.flags
    ]


def rows_of(series: Series, locale: PageLocale) -> list[Row]:
    """About two dozen lines, newest first: the mean of each span, and the most people in it."""
    step = max(1, -(-len(series.at_ns) // ROWS))
    found = []
    for begin in range(0, len(series.at_ns), step):
        co2 = _known(series.mean["co2_ppm"][begin : begin + step])
        people = _known(series.max["people"][begin : begin + step])
        each = _known(series.mean["per_person_lps"][begin : begin + step])
        if co2 or people:
            found.append(
                Row(
                    time=locale.moment(from_ns(series.at_ns[begin]), now()),
                    co2=locale.number(sum(co2) / len(co2)) if co2 else "",
                    people=locale.number(max(people)) if people else "",
                    per_person=locale.figure(sum(each) / len(each)) if each else "",
                )
            )
    return found[::-1]


def _known(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _mark(flag: Flag, at: datetime) -> FlagMark:
    return FlagMark(flag.rule, flag.since, flag.resolved_at or at)


def _expected(forecast: ForecastView, end: datetime) -> tuple[Expected, ...]:
    """What of the path is still to come."""
    at = from_wire(forecast.at)
    found = (
        Expected(at + timedelta(minutes=minutes), ppm, low_ppm, high_ppm)
        for minutes, ppm, low_ppm, high_ppm in forecast.path
    )
    return tuple(point for point in found if point.at >= end)


def _standards(state: RoomState, locale: PageLocale) -> tuple[Standard, ...]:
    """The levels of the law and of what is healthy; one line where they are the same."""
    if state.compliance is None:
        return ()
    named = (
        (locale.gettext("law"), state.compliance.legal),
        (locale.gettext("healthy"), state.compliance.healthy),
    )
    found: dict[tuple[str, float], list[str]] = {}
    for name, its in named:
        if its.limit is not None and its.rule in ("co2", "ventilation"):
            found.setdefault((its.rule, its.limit), []).append(name)
    return tuple(
        Standard("co2" if rule == "co2" else "ventilation", level, ", ".join(names))
        for (rule, level), names in found.items()
    )
