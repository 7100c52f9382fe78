"""A room's history as a Plotly figure: pure, plain data that the browser's plotly.js draws.

Plotly's own package, which knows the name of each part, takes half a second to load: the tests hold
every figure against it, no request waits for it.

The CO2 line with its limit dotted and named at its end, and what is expected after now; meetings as
soft bands with their titles, flags as marks on the time axis; fresh air for each person and people
as small panels below. Direct labels, no legend, faint horizontals.
"""

from typing import Final

from dashboard.chart.apart import level_places
from dashboard.chart.events import bands, mark_names, marks, note_names, notes, titles
from dashboard.chart.flow import flow, flow_axis, flow_level_names, flow_levels
from dashboard.chart.forecast import foresight, now_line, now_name
from dashboard.chart.frame import (
    FONT,
    LATE,
    LOW_PPM,
    PLOT_PX,
    Part,
    label,
    level_line,
    level_name,
    local,
    panels,
    points,
)
from dashboard.chart.history import History, Standard
from dashboard.chart.palette import PALETTES, Palette, Theme
from dashboard.chart.ticks import DAYS, MONTHS, times
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name
from sensors.wire.instant import from_ns, to_ns

REACH_PPM: Final = 1200.0
"""As high as the axis goes at least where CO2 has no limit."""
BAND_SHOWN: Final = 1.25
"""So much higher than what is expected its band is shown: a wide one must not flatten what was
measured."""
MARGIN_PX: Final = 52
"""Left of the axes, for their numbers."""


def figure(history: History, theme: Theme, locale: PageLocale) -> Part:
    """The chart of a room's history, with its times in the venue's own: ``data`` and ``layout`` as
    plotly.js takes them. ``meta`` says what a line is of, for what is added to it later
    (static/chart.js).
    """
    ink = PALETTES[theme]
    return {
        "data": [
            _co2(history, ink, locale),
            _people(history, ink, locale),
            *foresight(history, ink, locale),
            *flow(history, ink, locale),
        ],
        "layout": _layout(history, ink, locale)
        | {
            "shapes": [
                *_limit_lines(history, ink),
                *flow_levels(history, ink),
                *bands(history, ink, locale),
                *marks(history, ink, locale),
                *now_line(history, ink, locale),
                *notes(history, ink, locale),
            ],
            "annotations": [
                *_names(history, ink, locale),
                *_limit_names(history, ink, locale),
                *flow_level_names(history, ink, locale),
                *titles(history, ink, locale),
                *mark_names(history, ink, locale),
                *now_name(history, ink, locale),
                *note_names(history, ink, locale),
            ],
        },
    }


def _co2(history: History, ink: Palette, locale: PageLocale) -> Part:
    shown = points(history, history.series.mean.get("co2_ppm", ()))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "CO₂",
        "meta": "co2_ppm",
        "x": [local(from_ns(point.at_ns), locale) for point in shown],
        "y": [point.value for point in shown],
        "line": {"color": ink.accent, "width": 2},
        "connectgaps": False,
        "hovertemplate": "%{y:,.0f} ppm",
    }


def _people(history: History, ink: Palette, locale: PageLocale) -> Part:
    shown = points(history, history.series.max.get("people", ()))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": locale.gettext("People"),
        "meta": "people",
        "x": [local(from_ns(point.at_ns), locale) for point in shown],
        "y": [point.value for point in shown],
        "yaxis": "y2",
        "line": {"color": ink.ink, "width": 1.5, "shape": "hv"},
        "connectgaps": False,
        "hovertemplate": "%{y:,.0f}",
    }


def _layout(history: History, ink: Palette, locale: PageLocale) -> Part:
    days = history.reach - history.start > DAYS
    quiet = {"showgrid": True, "gridcolor": ink.line, "zeroline": False, "fixedrange": True}
    lies = panels(history)
    third = {} if lies.flow is None else {"domain": lies.flow, **flow_axis(history)}
    return {
        "paper_bgcolor": ink.card,
        "plot_bgcolor": ink.card,
        "font": {"family": FONT, "size": 14, "color": ink.muted},
        "separators": locale.separators,
        "meta": {
            "now": local(history.end, locale),
            "empty": locale.gettext("Nothing was measured here in this time."),
        },
        "dragmode": "zoom",
        "margin": {"l": MARGIN_PX, "r": 8, "t": 30, "b": 32},
        "showlegend": False,
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": ink.card, "bordercolor": ink.line, "font": {"color": ink.ink}},
        "xaxis": {
            "type": "date",  # without a line to tell it by, Plotly would count from 0 to 6
            "range": [local(history.start, locale), local(history.reach, locale)],
            "showgrid": False,
            "linecolor": ink.line,
            **_time_ticks(history, locale, days=days),
            "hoverformat": locale.gettext("%-d-%-m %H:%M") if days else "%H:%M",
            "anchor": "y2",
            "nticks": 8,
        },
        "yaxis": quiet
        | {
            "domain": lies.co2,
            "range": [LOW_PPM, top_ppm(history)],
            "nticks": 5,
            "tickformat": ",d",
        },
        "yaxis2": quiet | {"domain": lies.people, "range": [0, most_people(history)], "nticks": 3},
    } | ({"yaxis3": quiet | third} if third else {})


def _time_ticks(history: History, locale: PageLocale, *, days: bool) -> Part:
    """Over days the same round ones as the still chart has; over hours Plotly's own, which move with
    what is added.
    """
    if not days:
        return {"tickformat": "%H:%M"}
    return {"tickformat": locale.gettext("%-d-%-m")} | _long_ticks(history, locale)


def _long_ticks(history: History, locale: PageLocale) -> Part:
    if history.reach - history.start <= MONTHS:
        return {}
    found = times(history.start, history.reach, locale)
    return {
        "tickvals": [local(at, locale) for at, _ in found],
        "ticktext": [text for _, text in found],
    }


def most_people(history: History) -> float:
    """How far up the panel of people goes."""
    heads = [v for v in history.series.max.get("people", ()) if v is not None]
    return max([4, *heads]) * 1.15


def top_ppm(history: History) -> float:
    """How far up the panel of CO2 goes."""
    known = [ppm for ppm in history.series.max.get("co2_ppm", ()) if ppm is not None]
    levels = [level for level in (history.policy.co2_limit_ppm, *_co2_levels(history)) if level]
    reach = max(levels) * 1.15 if levels else REACH_PPM
    expected = [min(point.high_ppm, BAND_SHOWN * point.ppm) for point in history.expected]
    return max([reach, *(ppm * 1.05 for ppm in known), *(ppm * 1.02 for ppm in expected)])


def _co2_standards(history: History) -> list[Standard]:
    """Those that are not the room's own limit again."""
    own = history.policy.co2_limit_ppm
    return [s for s in history.standards if s.quantity == "co2" and s.level != own]


def _co2_levels(history: History) -> list[float]:
    return [standard.level for standard in _co2_standards(history)]


def _limit_lines(history: History, ink: Palette) -> list[Part]:
    """The line of the limit and of what the room is shown against; none where CO2 has no limit."""
    limit = history.policy.co2_limit_ppm
    own = [] if limit is None else [level_line("limit", "y", limit, ink.act)]
    return own + [level_line("standard", "y", ppm, ink.muted) for ppm in _co2_levels(history)]


def _limit_names(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    limit = history.policy.co2_limit_ppm
    named = (
        [] if limit is None else [("limit", policy_name(history.policy, locale), limit, ink.act)]
    )
    named += [
        ("standard", f"{s.name}: {locale.number(s.level)} ppm", s.level, ink.muted)
        for s in _co2_standards(history)
    ]
    panel = panels(history).co2
    px = (panel[1] - panel[0]) * PLOT_PX / (top_ppm(history) - LOW_PPM)
    places = level_places(
        [(level - LOW_PPM) * px for _, _, level, _ in named],
        [stands_at_end(history, level) for _, _, level, _ in named],
    )
    return [
        level_name(name, text, "y", level, colour, place)
        for (name, text, level, colour), place in zip(named, places, strict=True)
    ]


def stands_at_end(history: History, level: float) -> bool:
    """Whether the name of a level stands at the end of its line, and not at its beginning."""
    crowded = _is_crowded(history, level, LATE, 1)
    return not crowded or _is_crowded(history, level, 0, 1 - LATE)


def _is_crowded(history: History, limit: float, begin: float, end: float) -> bool:
    """Whether a line runs where a name over the limit would stand, in a part of the chart."""
    span = history.reach - history.start
    low_ns = to_ns(history.start + span * begin)
    high_ns = to_ns(history.start + span * end)
    series = zip(history.series.at_ns, history.series.mean.get("co2_ppm", ()), strict=False)
    expected = ((to_ns(point.at), point.ppm) for point in history.expected)
    return any(
        low_ns <= at_ns <= high_ns and ppm is not None and limit <= ppm <= limit * 1.1
        for at_ns, ppm in (*series, *expected)
    )


def _names(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    """What the panels show, above their axes."""
    lies = panels(history)
    named: list[tuple[str, tuple[float, float], Part]] = [
        ("ppm", lies.co2, {"xanchor": "right"}),
        # From the edge on: the word is longer than the margin in some languages.
        (
            locale.gettext("People"),
            lies.people,
            {"xanchor": "left", "xshift": -MARGIN_PX, "yshift": 5},
        ),
    ]
    if lies.flow is not None:
        fresh_air = locale.gettext("Fresh air per person (l/s)")
        named.append((fresh_air, lies.flow, {"xanchor": "left"}))
    return [
        label(name, ink.ink)
        | {
            "xref": "paper",
            "x": 0,
            "yref": "paper",
            "y": panel[1],
            "yanchor": "bottom",
        }
        | beside
        for name, panel, beside in named
    ]
