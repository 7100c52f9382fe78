"""Fresh air for each person, on a room's chart: a small panel with its interval as a wash."""

from typing import Final

from dashboard.chart.apart import level_places
from dashboard.chart.frame import (
    LATE,
    PLOT_PX,
    Part,
    faint,
    level_line,
    level_name,
    local,
    panels,
    points,
)
from dashboard.chart.history import History, Standard
from dashboard.chart.palette import Palette
from dashboard.chart.polyline import Point
from gateway.words.locale import PageLocale
from sensors.wire.instant import from_ns, to_ns

REACH_LPS: Final = 12.0
"""As high as the panel goes at least: what is healthy is in sight."""
HIGHEST_LPS: Final = 40.0
"""And at most: with hardly anybody in, fresh air for each is a number without meaning."""
AXIS: Final = "y3"


def flow(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    """The wash of the interval and the line; nothing where the flow was never known."""
    if not history.knows_flow:
        return []
    mean = points(history, history.series.mean["per_person_lps"])
    low = points(history, history.series.min.get("per_person_low_lps", ()))
    high = points(history, history.series.max.get("per_person_high_lps", ()))
    line: Part = {
        "type": "scatter",
        "mode": "lines",
        "name": locale.gettext("Fresh air per person"),
        "meta": "per_person_lps",
        "x": [local(from_ns(point.at_ns), locale) for point in mean],
        "y": [point.value for point in mean],
        "yaxis": AXIS,
        "line": {"color": ink.accent, "width": 2},
        "connectgaps": False,
        "hovertemplate": "%{y:,.1f} l/s",
    }
    return [_wash(low, high, ink, locale), line]


def flow_levels(history: History, ink: Palette) -> list[Part]:
    return [
        level_line("flow", AXIS, standard.level, _colour(standard, history, ink))
        for standard in _standards(history)
    ]


def flow_level_names(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    standards, panel = _standards(history), panels(history).flow
    if panel is None:
        return []
    px = (panel[1] - panel[0]) * PLOT_PX / flow_top(history)
    at_end = _is_known(history, 0, 1 - LATE)
    places = level_places([s.level * px for s in standards], [at_end] * len(standards))
    return [
        level_name(
            "flow",
            f"{standard.name}: {locale.figure(standard.level)} l/s",
            AXIS,
            standard.level,
            _colour(standard, history, ink),
            place,
        )
        for standard, place in zip(standards, places, strict=True)
    ]


def flow_axis(history: History) -> Part:
    return {"range": [0, flow_top(history)], "nticks": 3}


def flow_top(history: History) -> float:
    """How far up the panel goes."""
    known = [v for v in history.series.mean.get("per_person_lps", ()) if v is not None]
    levels = [standard.level * 1.4 for standard in _standards(history)]
    return min(max([REACH_LPS, *levels, *(v * 1.1 for v in known)]), HIGHEST_LPS)


def _wash(
    low: tuple[Point, ...], high: tuple[Point, ...], ink: Palette, locale: PageLocale
) -> Part:
    """One closed shape for each stretch in which the flow was known."""
    lows = {point.at_ns: point.value for point in low}
    x: list[str | None] = []
    y: list[float | None] = []
    stretch: list[tuple[str, float, float]] = []
    for point in (*high, Point(0, None)):
        bottom = lows.get(point.at_ns)
        if point.value is not None and bottom is not None:
            stretch.append((local(from_ns(point.at_ns), locale), bottom, point.value))
        elif stretch:
            x += [at for at, _, _ in stretch] + [at for at, _, _ in reversed(stretch)] + [None]
            y += [top for _, _, top in stretch] + [b for _, b, _ in reversed(stretch)] + [None]
            stretch = []
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "band",
        "x": x,
        "y": y,
        "yaxis": AXIS,
        "fill": "toself",
        "fillcolor": faint(ink.accent),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _is_known(history: History, begin: float, end: float) -> bool:
    """Whether the flow was known in a part of the chart."""
    span = history.reach - history.start
    low_ns, high_ns = to_ns(history.start + span * begin), to_ns(history.start + span * end)
    known = zip(history.series.at_ns, history.series.mean["per_person_lps"], strict=True)
    return any(low_ns <= at_ns <= high_ns and lps is not None for at_ns, lps in known)


def _standards(history: History) -> list[Standard]:
    if not history.knows_flow:
        return []
    return [standard for standard in history.standards if standard.quantity == "ventilation"]


def _colour(standard: Standard, history: History, ink: Palette) -> str:
    """What the room is held to speaks louder than what it is shown against."""
    return ink.act if standard.level == history.policy.min_flow_lps else ink.muted
