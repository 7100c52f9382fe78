"""The ground of a room's chart: where its panels lie, and how words and times are put on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dashboard.chart.apart import Place
from dashboard.chart.history import History
from dashboard.chart.polyline import Point, line
from gateway.words.locale import PageLocale

FONT: Final = "Atkinson Hyperlegible Next, system-ui, sans-serif"
LATE: Final = 0.75
"""From this part of the chart on, a label grows to the left."""
SLOWEST_SENSOR_S: Final = 600.0
LOW_PPM: Final = 350.0
"""Where the axis of CO2 begins: below the air outdoors."""
PLOT_PX: Final = 440.0
"""How high the panels are together, at least; names are kept apart by this."""

Part = dict[str, object]
"""A shape, a note or a line of a Plotly figure, or all of one."""


@dataclass(frozen=True, slots=True)
class Panels:
    """From where to where each lies, from the bottom (0) to the top (1); ``flow`` is None where
    there is nothing to show in it.
    """

    co2: tuple[float, float]
    flags: tuple[float, float]
    flow: tuple[float, float] | None
    people: tuple[float, float]


WITH_FLOW: Final = Panels((0.55, 1.0), (0.52, 0.535), (0.21, 0.4), (0.0, 0.12))
WITHOUT_FLOW: Final = Panels((0.34, 1.0), (0.275, 0.295), None, (0.0, 0.22))


def panels(history: History) -> Panels:
    return WITH_FLOW if history.knows_flow else WITHOUT_FLOW


def points(history: History, values: Sequence[float | None]) -> tuple[Point, ...]:
    """A series as a line that breaks where the room was silent."""
    silence_s = max(history.policy.no_data_s, SLOWEST_SENSOR_S)
    return line(history.series.at_ns, values, silence_s) if values else ()


def label(text: str, colour: str) -> Part:
    # Plotly reads a few tags in texts: a title is only ever text.
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": safe, "showarrow": False, "font": {"size": 13, "color": colour}}


def level_line(name: str, axis: str, level: float, colour: str) -> Part:
    """A dotted line across the whole chart."""
    return {
        "name": name,
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": axis,
        "y0": level,
        "y1": level,
        "line": {"color": colour, "width": 1.5, "dash": "dot"},
    }


def level_name(name: str, text: str, axis: str, level: float, colour: str, place: Place) -> Part:
    """What the line is, where there is place for it."""
    return label(text, colour) | {
        "name": name,
        "xref": "paper",
        "x": 1 if place.at_end else 0,
        "xanchor": "right" if place.at_end else "left",
        "yref": axis,
        "y": level,
        "yanchor": "bottom" if place.above else "top",
    }


def faint(colour: str) -> str:
    """A colour as a wash through which everything is still seen."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


def within(since: datetime, until: datetime, history: History) -> tuple[datetime, datetime]:
    return max(since, history.start), min(until, history.reach)


def local(at: datetime, locale: PageLocale) -> str:
    """Plotly shows times as they are written: the venue's own, without a zone."""
    return locale.local(at).replace(tzinfo=None).isoformat(timespec="seconds")
