"""The chart of a report: CO2 with its limit, flags as marks, people below; pure, in millimetres.

The page draws it as SVG and the PDF as lines of its own, from the same shapes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from dashboard.words.codes import rule_words
from gateway.domain.report.curve import Curve, lasting_ns, mean, within
from gateway.domain.report.report import Report
from gateway.words.locale import PageLocale
from sensors.wire.instant import from_ns, to_ns

HEIGHT = 74.0
LEFT, RIGHT = 12.0, 181.0
CO2_TOP, CO2_BOTTOM = 7.0, 44.0
FLAG_LANES, FLAG_HEIGHT = (46.0, 49.0), 2.0
LETTER = 1.6
"""About as wide as one of a label."""
PEOPLE_TOP, PEOPLE_BOTTOM = 54.0, 67.0
POINTS = 260
OUTDOOR_PPM = 400.0

Ink = Literal["co2", "people", "limit", "faint", "flag", "silence", "band", "quiet", "ink"]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Line:
    points: tuple[tuple[float, float], ...]
    ink: Ink


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    ink: Ink


@dataclass(frozen=True, slots=True)
class Label:
    """``y`` is the line that letters stand on."""

    x: float
    y: float
    text: str
    ink: Ink
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Shapes from behind to the front; ``says`` is what it shows, for who cannot see it."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    dots: tuple[Dot, ...]
    labels: tuple[Label, ...]
    says: str


@dataclass(frozen=True, slots=True)
class _Axes:
    """Time and values to millimetres."""

    from_ns: int
    to_ns: int
    top_ppm: float
    top_people: float

    def x(self, at_ns: int) -> float:
        share = (at_ns - self.from_ns) / (self.to_ns - self.from_ns)
        return round(LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT), 2)

    def ppm(self, value: float) -> float:
        share = (value - OUTDOOR_PPM) / (self.top_ppm - OUTDOOR_PPM)
        return round(CO2_BOTTOM - max(share, -0.05) * (CO2_BOTTOM - CO2_TOP), 2)

    def people(self, value: float) -> float:
        return round(PEOPLE_BOTTOM - value / self.top_people * (PEOPLE_BOTTOM - PEOPLE_TOP), 2)


def draw(report: Report, policy_name: str, locale: PageLocale) -> Chart:
    """The chart of a report; its curves must be there."""
    axes = _axes(report)
    limit = report.co2.limit
    lines = [*_grid(axes, limit)]
    labels = [*_scale(axes, locale), *_hours(axes, locale)]
    if limit is not None:
        y = axes.ppm(limit)
        lines.append(Line(((LEFT, y), (RIGHT, y)), "limit"))
        labels.append(Label(RIGHT, y - 1.0, policy_name, "limit", "end"))
    if report.occupancy.limit is not None and report.occupancy.limit <= axes.top_people:
        y = axes.people(report.occupancy.limit)
        lines.append(Line(((LEFT, y), (RIGHT, y)), "limit"))
        places = locale.gettext("room for %(places)s", places=locale.number(report.occupancy.limit))
        labels.append(Label(RIGHT, y - 1.0, places, "limit", "end"))
    lines += _smooth(report.curves.co2, axes)
    lines += _steps(report.curves.people, axes)
    dots, peak = _peak(report, axes, locale)
    boxes = (_planned(report, axes), *_flags(report, axes))
    start, end = locale.time(report.planned_start), locale.time(report.planned_end)
    planned = locale.gettext("planned %(start)s–%(end)s", start=start, end=end)
    labels += [Label(boxes[0].x, CO2_TOP - 2.0, planned, "quiet"), *peak]
    labels += _flag_names(report, axes, locale)
    says = locale.gettext(
        "CO₂ and people from %(start)s to %(end)s",
        start=locale.time(from_ns(axes.from_ns)),
        end=locale.time(from_ns(axes.to_ns)),
    )
    return Chart(boxes, tuple(lines), dots, tuple(labels), says)


def _axes(report: Report) -> _Axes:
    margin = timedelta(minutes=10)
    start = min(report.planned_start, report.presence.start) - margin
    end = max(report.planned_end, report.presence.end) + margin
    co2 = within(report.curves.co2, to_ns(start), to_ns(end))
    people = within(report.curves.people, to_ns(start), to_ns(end))
    ppm = [s.value for s in co2] + [1000.0, (report.co2.limit or 0.0) * 1.12]
    heads = [s.value for s in people] + [4.0, (report.occupancy.limit or 0.0) * 1.05]
    return _Axes(to_ns(start), to_ns(end), max(ppm) * 1.06, max(heads) * 1.1)


def _grid(axes: _Axes, limit_ppm: float | None) -> Iterable[Line]:
    for value in _round_values(OUTDOOR_PPM, axes.top_ppm, 200.0, 5):
        if value != limit_ppm:
            yield Line(((LEFT, axes.ppm(value)), (RIGHT, axes.ppm(value))), "faint")
    yield Line(((LEFT, PEOPLE_BOTTOM), (RIGHT, PEOPLE_BOTTOM)), "faint")


def _scale(axes: _Axes, locale: PageLocale) -> Iterable[Label]:
    for value in _round_values(OUTDOOR_PPM, axes.top_ppm, 200.0, 5):
        yield Label(LEFT - 1.5, axes.ppm(value) + 1.0, locale.number(value), "quiet", "end")
    yield Label(LEFT - 1.5, CO2_TOP - 2.0, "ppm", "ink", "end")
    for people in _round_values(0.0, axes.top_people, 5.0, 3):
        yield Label(LEFT - 1.5, axes.people(people) + 1.0, locale.number(people), "quiet", "end")
    # From the edge on: the word is longer than the margin in some languages.
    yield Label(0.5, PEOPLE_TOP - 2.5, locale.gettext("People"), "ink")


def _hours(axes: _Axes, locale: PageLocale) -> Iterable[Label]:
    length = from_ns(axes.to_ns) - from_ns(axes.from_ns)
    every = next((m for m in (15, 30, 60, 120, 240) if length / timedelta(minutes=m) <= 9), 720)
    at = _first_whole(locale.local(from_ns(axes.from_ns)), every)
    while axes.x(to_ns(at)) < RIGHT - 4.0:
        yield Label(axes.x(to_ns(at)), HEIGHT - 2.5, locale.time(at), "quiet", "middle")
        at += timedelta(minutes=every)


def _first_whole(at: datetime, every: int) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    passed = (at - midnight) / timedelta(minutes=every)
    return midnight + timedelta(minutes=every) * (int(passed) + 1)


def _round_values(low: float, high: float, step: float, most: int) -> Sequence[float]:
    """A few round values from ``low`` up, further apart where there would be too many."""
    while (high - low) / step > most:
        step *= 2
    return [low + step * n for n in range(int((high - low) / step) + 1)]


def _smooth(curve: Curve, axes: _Axes) -> Iterable[Line]:
    """The mean of each of some 260 spans, broken where nothing is known."""
    span_ns = max(1, (axes.to_ns - axes.from_ns) // POINTS)
    points: list[tuple[float, float]] = []
    for begin_ns in range(axes.from_ns, axes.to_ns, span_ns):
        part = within(curve, begin_ns, begin_ns + span_ns)
        value = mean(part)
        if value is None or lasting_ns(part) * 2 < span_ns:
            if len(points) > 1:
                yield Line(tuple(points), "co2")
            points = []
        else:
            points.append((axes.x(begin_ns + span_ns // 2), axes.ppm(value)))
    if len(points) > 1:
        yield Line(tuple(points), "co2")


def _steps(curve: Curve, axes: _Axes) -> Iterable[Line]:
    points: list[tuple[float, float]] = []
    last_ns = None
    for stretch in within(curve, axes.from_ns, axes.to_ns):
        if stretch.from_ns != last_ns and points:
            yield Line(tuple(points), "people")
            points = []
        y = axes.people(stretch.value)
        points += [(axes.x(stretch.from_ns), y), (axes.x(stretch.to_ns), y)]
        last_ns = stretch.to_ns
    if points:
        yield Line(tuple(points), "people")


def _peak(
    report: Report, axes: _Axes, locale: PageLocale
) -> tuple[tuple[Dot, ...], tuple[Label, ...]]:
    """The highest CO2, marked and named where it went over."""
    co2 = report.co2
    if co2.worst is None or co2.worst_at is None or not co2.minutes_over:
        return (), ()
    x, y = axes.x(to_ns(co2.worst_at)), axes.ppm(co2.worst)
    text = f"{locale.number(co2.worst)} ppm"
    anchor: Anchor = "end" if x > LEFT + 0.8 * (RIGHT - LEFT) else "start"
    return (Dot(x, y),), (
        Label(x + (2.0 if anchor == "start" else -2.0), y - 1.2, text, "flag", anchor),
    )


def _planned(report: Report, axes: _Axes) -> Box:
    x = axes.x(to_ns(report.planned_start))
    width = axes.x(to_ns(report.planned_end)) - x
    return Box(x, CO2_TOP, round(width, 2), PEOPLE_BOTTOM - CO2_TOP, "band")


def _flags(report: Report, axes: _Axes) -> Sequence[Box]:
    """A mark for each flag, below each other where they overlap in time."""
    found: list[Box] = []
    for history in report.flags:
        x = axes.x(to_ns(history.since))
        width = max(0.8, axes.x(to_ns(history.until)) - x)
        ink: Ink = "silence" if history.rule in ("no_data", "sensor_fault") else "flag"
        taken = [box.y for box in found if box.x + box.width > x]
        y = next((lane for lane in FLAG_LANES if lane not in taken), FLAG_LANES[-1])
        found.append(Box(x, y, round(width, 2), FLAG_HEIGHT, ink))
    return found


def _flag_names(report: Report, axes: _Axes, locale: PageLocale) -> Iterable[Label]:
    """Behind each mark what it is, where there is space before the next one of its lane."""
    boxes = _flags(report, axes)
    for index, (history, box) in enumerate(zip(report.flags, boxes, strict=True)):
        x, name = box.x + box.width + 1.5, rule_words(history.rule, locale)
        end = x + LETTER * len(name)
        crowded = any(b.y == box.y and box.x < b.x < end for b in boxes[index + 1 :])
        if end < RIGHT and not crowded:
            ink: Ink = "flag" if box.ink == "flag" else "quiet"
            yield Label(x, round(box.y + FLAG_HEIGHT, 2), name, ink)
