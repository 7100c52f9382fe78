"""A room's chart whole, as a page or a file draws it in SVG: axes, lines, levels and their names.

Everything lies in percent of the plot, from its upper left corner, so that one drawing fits every width
while its words keep their size (templates/_chart.svg). Lines are paths in a box of 100 by 100, one for
each pane.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.chart import ticks
from dashboard.chart.apart import level_places
from dashboard.chart.figure import most_people, stands_at_end, top_ppm
from dashboard.chart.flow import flow_top
from dashboard.chart.frame import (
    LOW_PPM,
    PLOT_PX,
    WITHOUT_FLOW,
    Panels,
    panels,
    points,
)
from dashboard.chart.history import History
from dashboard.chart.polyline import Point
from dashboard.chart.sparkline import Frame, broken, stroke
from dashboard.chart.stretches import Stretch, flags, meetings, notes, place_x
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name
from sensors.wire.instant import to_ns

_Y_TICKS: Final = 5
_FEW_TICKS: Final = 3


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    text: str
    is_odd: bool = False
    """Left out where there is little room."""


@dataclass(frozen=True, slots=True)
class Level:
    y: float
    text: str
    css: str
    at_end: bool
    above: bool


@dataclass(frozen=True, slots=True)
class Line:
    path: str
    css: str


@dataclass(frozen=True, slots=True)
class Pane:
    """``said`` is what a screen reader says of it."""

    name: str
    said: str
    top: float
    height: float
    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True)
class Whole:
    panes: tuple[Pane, ...]
    times: tuple[Tick, ...]
    meetings: tuple[Stretch, ...]
    flags: tuple[Stretch, ...]
    flags_top: float
    flags_height: float
    now_x: float | None
    notes: tuple[Stretch, ...]
    is_empty: bool


def whole(history: History, locale: PageLocale, said: str, beside: History | None = None) -> Whole:
    """The chart of a room's history; ``said`` says what it is in words. The lines of what is
    ``beside`` it are drawn over its own time.
    """
    lies = panels(history) if beside is None else WITHOUT_FLOW
    panes = [_co2(history, lies, locale, said, beside)]
    if lies.flow is not None:
        panes.append(_flow(history, lies.flow, locale))
    panes.append(_people(history, lies, locale, beside))
    marks = ticks.times(history.start, history.reach, locale)
    top, height = _place(lies.flags)
    known = history.series.mean.get("co2_ppm", ()), history.series.mean.get("people", ())
    return Whole(
        tuple(panes),
        tuple(
            Tick(place_x(at, history), text, index % 2 == 1)
            for index, (at, text) in enumerate(marks)
        ),
        tuple(meetings(history, locale)),
        tuple(flags(history, locale)),
        top,
        height,
        place_x(history.end, history) if history.expected else None,
        tuple(notes(history)),
        all(value is None for values in known for value in values),
    )


def _place(panel: tuple[float, float]) -> tuple[float, float]:
    """Where a panel begins from the top, and how high it is."""
    return round((1 - panel[1]) * 100, 2), round((panel[1] - panel[0]) * 100, 2)


@dataclass(frozen=True, slots=True)
class _Scale:
    """A pane's values as heights."""

    panel: tuple[float, float]
    frame: Frame

    def y(self, value: float) -> float:
        top, height = _place(self.panel)
        return round(top + self.frame.y(value) * height / 100, 2)

    def ticks(self, most: int, locale: PageLocale) -> tuple[Tick, ...]:
        found = ticks.levels(self.frame.low, self.frame.high, most)
        return tuple(Tick(self.y(value), locale.number(value)) for value in found)

    def px(self, value: float) -> float:
        """How high over the pane's ground, where the chart is no higher than it ever is."""
        return (100 - self.frame.y(value)) / 100 * (self.panel[1] - self.panel[0]) * PLOT_PX


def _scale(history: History, panel: tuple[float, float], low: float, high: float) -> _Scale:
    return _Scale(panel, Frame(to_ns(history.start), to_ns(history.reach), low, high))


def _co2(
    history: History, lies: Panels, locale: PageLocale, said: str, beside: History | None
) -> Pane:
    both = [history] if beside is None else [history, beside]
    scale = _scale(history, lies.co2, LOW_PPM, max(map(top_ppm, both)))
    frame = scale.frame
    lines: list[Line] = []
    if history.expected:
        upper = [(to_ns(point.at), min(point.high_ppm, frame.high)) for point in history.expected]
        lower = [(to_ns(p.at), max(p.low_ppm, frame.low)) for p in reversed(history.expected)]
        ahead = [(to_ns(point.at), point.ppm) for point in history.expected]
        lines = [
            Line(stroke((*upper, *lower), frame) + "Z", "wash"),
            Line(stroke(ahead, frame), "line ahead"),
        ]
    if beside is not None:
        other = points(beside, _mean(beside, "co2_ppm"))
        lines.append(Line(broken(other, frame), "line other"))
    lines.append(Line(broken(points(history, _mean(history, "co2_ppm")), frame), "line"))
    named: list[tuple[float, str, str]] = []
    limit = history.policy.co2_limit_ppm
    if limit is not None:
        named.append((limit, policy_name(history.policy, locale), "limit"))
    named += [
        (s.level, f"{s.name}: {locale.number(s.level)} ppm", "standard")
        for s in history.standards
        if s.quantity == "co2" and s.level != limit
    ]
    at_end = [stands_at_end(history, level) for level, _, _ in named]
    return Pane(
        "ppm", said, *_place(lies.co2), scale.ticks(_Y_TICKS, locale), tuple(lines),
        _levels(scale, named, at_end),
    )  # fmt: skip


def _flow(history: History, panel: tuple[float, float], locale: PageLocale) -> Pane:
    scale = _scale(history, panel, 0.0, flow_top(history))
    own = history.policy.min_flow_lps
    named = [
        (
            s.level,
            f"{s.name}: {locale.figure(s.level)} l/s",
            "limit" if s.level == own else "standard",
        )
        for s in history.standards
        if s.quantity == "ventilation"
    ]
    asked = max((level for level, _, _ in named), default=None)
    said = locale.gettext("Fresh air per person")
    if asked is not None:
        said = locale.gettext(
            "Fresh air per person; the dotted line is %(limit)s l/s", limit=locale.figure(asked)
        )
    lines = (
        *(Line(path, "interval") for path in _intervals(history, scale.frame)),
        Line(broken(points(history, _mean(history, "per_person_lps")), scale.frame), "line"),
    )
    return Pane(
        locale.gettext("Fresh air per person (l/s)"), said, *_place(panel),
        scale.ticks(_FEW_TICKS, locale), lines, _levels(scale, named, [True] * len(named)),
    )  # fmt: skip


def _people(history: History, lies: Panels, locale: PageLocale, beside: History | None) -> Pane:
    both = [history] if beside is None else [beside, history]
    scale = _scale(history, lies.people, 0.0, max(map(most_people, both)))
    paths = [_steps(points(one, one.series.max.get("people", ())), scale.frame) for one in both]
    lines = tuple(
        Line(path, "people other" if one is beside else "people")
        for one, path in zip(both, paths, strict=True)
    )
    people = locale.gettext("People")
    return Pane(
        people, people, *_place(lies.people), scale.ticks(_FEW_TICKS, locale), lines
    )  # fmt: skip


def _levels(
    scale: _Scale, named: Sequence[tuple[float, str, str]], at_end: Sequence[bool]
) -> tuple[Level, ...]:
    places = level_places([scale.px(level) for level, _, _ in named], at_end)
    return tuple(
        Level(scale.y(level), text, css, place.at_end, place.above)
        for (level, text, css), place in zip(named, places, strict=True)
        if scale.frame.low <= level <= scale.frame.high
    )


def _intervals(history: History, frame: Frame) -> list[str]:
    """One closed shape for each stretch in which the flow was known."""
    low = dict(
        zip(history.series.at_ns, history.series.min.get("per_person_low_lps", ()), strict=False)
    )
    found: list[str] = []
    stretch: list[tuple[int, float, float]] = []
    high = points(history, history.series.max.get("per_person_high_lps", ()))
    for point in (*high, Point(0, None)):
        bottom = low.get(point.at_ns)
        if point.value is not None and bottom is not None:
            stretch.append((point.at_ns, bottom, point.value))
        elif stretch:
            upper = [(at, min(top, frame.high)) for at, _, top in stretch]
            lower = [(at, min(least, frame.high)) for at, least, _ in reversed(stretch)]
            found.append(stroke((*upper, *lower), frame) + "Z")
            stretch = []
    return found


def _steps(line: Sequence[Point], frame: Frame) -> str:
    """A count holds until there is another."""
    held: list[Point] = []
    for point in line:
        if held and held[-1].value is not None and point.value is not None:
            held.append(Point(point.at_ns, held[-1].value))
        held.append(point)
    return broken(held, frame)


def _mean(history: History, field: str) -> tuple[float | None, ...]:
    return history.series.mean.get(field, ())
