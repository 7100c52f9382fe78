"""A room's history as a Plotly figure: pure, and drawn by the browser.

The CO2 line with its limit dotted and named at its end, meetings as soft bands with their titles,
flags as marks on the time axis, people as steps below. Direct labels, no legend, faint horizontals.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from dashboard.history import FlagMark, History
from dashboard.i18n import Speech
from dashboard.line import Point, line
from dashboard.palette import PALETTES, Palette, Theme
from dashboard.wording import rule_words
from gateway.domain.meeting import Meeting
from sensors.instant import from_ns, to_ns

if TYPE_CHECKING:
    import plotly.graph_objects as go

FONT: Final = "Atkinson Hyperlegible Next, system-ui, sans-serif"
CO2_PANEL: Final = (0.34, 1.0)
SLOWEST_SENSOR_S: Final = 600.0
PEOPLE_PANEL: Final = (0.0, 0.22)
FLAG_BAND: Final = (0.275, 0.295)
LATE: Final = 0.75
"""From this part of the chart on, a label grows to the left."""
REACH_PPM: Final = 1200.0
"""As high as the axis goes at least where CO2 has no limit."""
LETTERS: Final = 95
"""About as many as fit beside each other over a chart of usual width."""
FEWEST_LETTERS: Final = 6
DAYS: Final = timedelta(hours=36)
"""Longer than this, the time axis shows days."""


def figure(history: History, theme: Theme, say: Speech) -> "go.Figure":
    """The chart of a room's history, with its times in the venue's own."""
    import plotly.graph_objects as go  # noqa: PLC0415 - half a second, only where a chart is asked for

    ink = PALETTES[theme]
    return go.Figure(
        data=[_co2(history, ink, say), _people(history, ink, say)],
        layout=_layout(history, ink, say)
        | {
            "shapes": _limit_lines(history, ink)
            + [_band(m, history, ink, say) for m in history.meetings]
            + [_mark(f, history, ink, say) for f in history.flags],
            "annotations": [
                *_names(ink, say),
                *_limit_names(history, ink, say),
                *_titles(history, ink, say),
                *_mark_names(history, ink, say),
            ],
        },
    )


def _co2(history: History, ink: Palette, say: Speech) -> dict[str, object]:
    points = _points(history, history.series.mean.get("co2_ppm", ()))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "CO₂",
        "x": [_local(from_ns(point.at_ns), say) for point in points],
        "y": [point.value for point in points],
        "line": {"color": ink.accent, "width": 2},
        "connectgaps": False,
        "hovertemplate": "%{y:,.0f} ppm",
    }


def _people(history: History, ink: Palette, say: Speech) -> dict[str, object]:
    points = _points(history, history.series.max.get("people", ()))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": say.gettext("People"),
        "x": [_local(from_ns(point.at_ns), say) for point in points],
        "y": [point.value for point in points],
        "yaxis": "y2",
        "line": {"color": ink.ink, "width": 1.5, "shape": "hv"},
        "connectgaps": False,
        "hovertemplate": "%{y:,.0f}",
    }


def _points(history: History, values: Sequence[float | None]) -> tuple[Point, ...]:
    silence_s = max(history.policy.no_data_s, SLOWEST_SENSOR_S)
    return line(history.series.at_ns, values, silence_s) if values else ()


def _layout(history: History, ink: Palette, say: Speech) -> dict[str, object]:
    known = [v for v in history.series.max.get("co2_ppm", ()) if v is not None]
    limit_ppm = history.policy.co2_limit_ppm
    reach = REACH_PPM if limit_ppm is None else limit_ppm * 1.15
    top = max([reach, *(v * 1.05 for v in known)])
    heads = [v for v in history.series.max.get("people", ()) if v is not None]
    days = history.end - history.start > DAYS
    quiet = {"showgrid": True, "gridcolor": ink.line, "zeroline": False, "fixedrange": True}
    return {
        "template": "none",
        "paper_bgcolor": ink.card,
        "plot_bgcolor": ink.card,
        "font": {"family": FONT, "size": 14, "color": ink.muted},
        "separators": ",." if say.language == "nl" else ".,",
        "margin": {"l": 52, "r": 8, "t": 30, "b": 32},
        "showlegend": False,
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": ink.card, "bordercolor": ink.line, "font": {"color": ink.ink}},
        "xaxis": {
            "range": [_local(history.start, say), _local(history.end, say)],
            "showgrid": False,
            "linecolor": ink.line,
            "tickformat": "%-d-%-m" if days else "%H:%M",
            "hoverformat": "%-d-%-m %H:%M" if days else "%H:%M",
            "anchor": "y2",
            "fixedrange": True,
            "nticks": 8,
        },
        "yaxis": quiet
        | {"domain": CO2_PANEL, "range": [350, top], "nticks": 5, "tickformat": ",d"},
        "yaxis2": quiet
        | {"domain": PEOPLE_PANEL, "range": [0, max([4, *heads]) * 1.15], "nticks": 3},
    }


def _limit_lines(history: History, ink: Palette) -> list[dict[str, object]]:
    """The line of the limit; none where CO2 has no limit."""
    limit = history.policy.co2_limit_ppm
    if limit is None:
        return []
    return [
        {
            "name": "limit",
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "yref": "y",
            "y0": limit,
            "y1": limit,
            "line": {"color": ink.act, "width": 1.5, "dash": "dot"},
        }
    ]


def _limit_names(history: History, ink: Palette, say: Speech) -> list[dict[str, object]]:
    policy = history.policy
    limit = policy.co2_limit_ppm
    if limit is None:
        return []
    left = _is_crowded(history, limit, LATE, 1) and not _is_crowded(history, limit, 0, 1 - LATE)
    return [
        _label(policy.name_nl if say.language == "nl" else policy.name_en, ink.act)
        | {
            "name": "limit",
            "xref": "paper",
            "x": 0 if left else 1,
            "xanchor": "left" if left else "right",
            "yref": "y",
            "y": limit,
            "yanchor": "bottom",
        }
    ]


def _is_crowded(history: History, limit: float, begin: float, end: float) -> bool:
    """Whether the CO2 line runs where a name over the limit would stand, in a part of the chart."""
    span = history.end - history.start
    low_ns = to_ns(history.start + span * begin)
    high_ns = to_ns(history.start + span * end)
    readings = zip(history.series.at_ns, history.series.mean.get("co2_ppm", ()), strict=False)
    return any(
        low_ns <= at_ns <= high_ns and ppm is not None and limit <= ppm <= limit * 1.1
        for at_ns, ppm in readings
    )


def _band(meeting: Meeting, history: History, ink: Palette, say: Speech) -> dict[str, object]:
    start, end = _within(meeting.start, meeting.end, history)
    return {
        "name": "meeting",
        "type": "rect",
        "layer": "below",
        "xref": "x",
        "x0": _local(start, say),
        "x1": _local(end, say),
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "fillcolor": ink.accent_wash,
        "line": {"width": 0},
    }


def _titles(history: History, ink: Palette, say: Speech) -> list[dict[str, object]]:
    """The titles over their bands: cut short before the next one, left out where nothing would fit."""
    span = history.end - history.start
    meetings = sorted(history.meetings, key=lambda meeting: meeting.start)
    found = []
    for index, meeting in enumerate(meetings):
        start, end = _within(meeting.start, meeting.end, history)
        late = start > history.start + span * LATE
        before = meetings[index - 1].end if index else history.start
        after = meetings[index + 1].start if index + 1 < len(meetings) else history.end
        letters = int(((end - before) if late else (after - start)) / span * LETTERS)
        if letters < FEWEST_LETTERS:
            continue
        whole = len(meeting.title) <= letters
        text = meeting.title if whole else meeting.title[: letters - 1].rstrip() + "…"
        found.append(
            _label(text, ink.muted)
            | {
                "name": "meeting",
                "xref": "x",
                "x": _local(end if late else start, say),
                "xanchor": "right" if late else "left",
                "yref": "paper",
                "y": 1,
                "yanchor": "bottom",
            }
        )
    return found


def _mark(flag: FlagMark, history: History, ink: Palette, say: Speech) -> dict[str, object]:
    start, end = _within(flag.since, flag.until, history)
    low, high = FLAG_BAND
    return {
        "name": "flag",
        "type": "rect",
        "xref": "x",
        "x0": _local(start, say),
        "x1": _local(end, say),
        "yref": "paper",
        "y0": low,
        "y1": high,
        "fillcolor": ink.muted if flag.rule == "no_data" else ink.act,
        "line": {"width": 0},
    }


def _mark_names(history: History, ink: Palette, say: Speech) -> list[dict[str, object]]:
    """The names of the marks, each once where several stand close together."""
    span = history.end - history.start
    found: list[dict[str, object]] = []
    free_from = history.start
    for flag in sorted(history.flags, key=lambda flag: flag.since):
        start, _ = _within(flag.since, flag.until, history)
        if start < free_from:
            continue
        free_from = start + span * 0.2
        late = start > history.start + span * LATE
        colour = ink.muted if flag.rule == "no_data" else ink.act
        found.append(
            _label(rule_words(flag.rule, say), colour)
            | {
                "name": "flag",
                "xref": "x",
                "x": _local(start, say),
                "xanchor": "right" if late else "left",
                "yref": "paper",
                "y": FLAG_BAND[0],
                "yanchor": "top",
            }
        )
    return found


def _names(ink: Palette, say: Speech) -> list[dict[str, object]]:
    """What the two panels show, above their axes."""
    return [
        _label(name, ink.ink)
        | {
            "xref": "paper",
            "x": 0,
            "xanchor": "right",
            "yref": "paper",
            "y": y,
            "yanchor": "bottom",
        }
        for name, y in (("ppm", CO2_PANEL[1]), (say.gettext("People"), PEOPLE_PANEL[1]))
    ]


def _label(text: str, colour: str) -> dict[str, object]:
    # Plotly reads a few tags in texts: a title is only ever text.
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": safe, "showarrow": False, "font": {"size": 13, "color": colour}}


def _within(since: datetime, until: datetime, history: History) -> tuple[datetime, datetime]:
    return max(since, history.start), min(until, history.end)


def _local(at: datetime, say: Speech) -> str:
    """Plotly shows times as they are written: the venue's own, without a zone."""
    return say.local(at).replace(tzinfo=None).isoformat(timespec="seconds")
