"""A room's past and what is expected of it, gathered for its charts, their still drawings and a
table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dashboard.chart.history import Expected, FlagMark, History, Note, Standard
from dashboard.chart.whole import Whole, whole
from dashboard.pages.history.window import Window
from dashboard.pages.parts.context import now, registry_view
from dashboard.web.services import services
from dashboard.words.annotations import annotation_words
from gateway.domain.alerts.flag import Flag
from gateway.domain.annotation import Annotation
from gateway.domain.room_state import ForecastView, RoomState
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.alerts.flags import recent_flags
from gateway.registry.annotations import annotations_between
from gateway.store.interface import Series, SeriesField, StoreError
from gateway.words.locale import PageLocale
from sensors.wire.instant import from_ns, from_wire, to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

Noted = tuple[tuple[int, Annotation], ...]

POINTS: Final = 360
ROWS: Final = 24
FORESEEN_H: Final = 24
"""Over a longer time, what comes is too small to see."""
MEETINGS_SEEN: Final = timedelta(days=16)
FLAGS_SEEN: Final = timedelta(days=100)
"""Likewise what was."""
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


def history_of(state: RoomState, window: Window, locale: PageLocale) -> History | None:
    """What a room was in a window; None where the store is away. What is too small to see in a longer
    one is left out.
    """
    start, end = window.start, window.end
    venue, room = state.venue, state.room
    try:
        series = services().store.series(venue, room, FIELDS, to_ns(start), to_ns(end), POINTS)
    except StoreError:
        return None
    noted = noted_in(venue, room, window) if window.length <= FLAGS_SEEN else ()
    with services().database.read() as conn:
        sees_meetings, sees_flags = window.length <= MEETINGS_SEEN, window.length <= FLAGS_SEEN
        meetings = meetings_between(conn, start, end, venue, room) if sees_meetings else ()
        flags = recent_flags(conn, since=start, venue=venue, room=room) if sees_flags else ()
    marks = [_mark(flag, end) for flag in flags if flag.state != "pending" and flag.since < end]
    is_short = window.is_now and window.length <= timedelta(hours=FORESEEN_H)
    foreseen = state.forecast if is_short and state.level != "unknown" else None
    return History(
        start,
        end,
        series,
        registry_view().policy_of(venue, room, end).at(state.outdoor_ppm),
        meetings,
        marks,
        () if foreseen is None else _expected(foreseen, end),
        _standards(state, locale),
        [Note(annotation_words(one, locale), one.since, one.until) for _, one in noted],
    )


def noted_in(venue: VenueSlug, room: RoomSlug, window: Window) -> Noted:
    """What was noted in a window, with the numbers, the newest first."""
    with services().database.read() as conn:
        return annotations_between(conn, window.start, window.end, venue, room)


def drawing_of(history: History, window: Window, locale: PageLocale) -> Whole:
    """The chart whole, with what it is said to be."""
    said = window.about(locale)
    limit = history.policy.co2_limit_ppm
    if limit is not None:
        said += locale.gettext("; the dotted line is %(limit)s ppm", limit=locale.number(limit))
    if history.expected:
        said += locale.gettext(", and what is expected after that")
    return whole(history, locale, said)


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
    return FlagMark(flag.rule, flag.since, min(flag.resolved_at or at, at))


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
