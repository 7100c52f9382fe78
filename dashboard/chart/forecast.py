"""What is expected, on a room's chart: the path of the CO2 after now, and its uncertainty as a
wash.
"""

from dashboard.chart.frame import Part, faint, label, local, panels
from dashboard.chart.history import History
from dashboard.chart.palette import Palette
from gateway.words.locale import PageLocale


def foresight(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    """The wash and the path; nothing where nothing is foreseen."""
    if not history.expected:
        return []
    times = [local(point.at, locale) for point in history.expected]
    highs = [point.high_ppm for point in history.expected]
    lows = [point.low_ppm for point in history.expected]
    wash: Part = {
        "type": "scatter",
        "mode": "lines",
        "name": "band",
        "meta": "ahead_band",
        "x": [*times, *reversed(times)],
        "y": [*highs, *reversed(lows)],
        "fill": "toself",
        "fillcolor": faint(ink.accent),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }
    path: Part = {
        "type": "scatter",
        "mode": "lines",
        "name": locale.gettext("CO₂, expected"),
        "meta": "ahead",
        "x": times,
        "y": [point.ppm for point in history.expected],
        "customdata": [list(pair) for pair in zip(lows, highs, strict=True)],
        "line": {"color": ink.accent, "width": 2, "dash": "4px,4px"},
        "hovertemplate": "%{y:,.0f} ppm (%{customdata[0]:,.0f}–%{customdata[1]:,.0f})",
    }
    return [wash, path]


def now_line(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    """Where what was measured ends and what is expected begins."""
    if not history.expected:
        return []
    at = local(history.end, locale)
    return [
        {
            "name": "now",
            "type": "line",
            "xref": "x",
            "x0": at,
            "x1": at,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"color": ink.muted, "width": 1},
        }
    ]


def now_name(history: History, ink: Palette, locale: PageLocale) -> list[Part]:
    if not history.expected:
        return []
    return [
        label(locale.gettext("now"), ink.muted)
        | {
            "name": "now",
            "xref": "x",
            "x": local(history.end, locale),
            "xanchor": "left",
            "yref": "paper",
            "y": panels(history).co2[0],
            "yanchor": "bottom",
        }
    ]
