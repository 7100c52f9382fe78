"""Lines as SVG: the shape of a series in a box of 100 by 100, stretched by whoever shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dashboard.chart.polyline import Point

OUTDOOR_PPM = 420.0
"""The lowest that is drawn: indoor air does not go below outdoor air (domain.md)."""
ROOM_ABOVE_PPM = 1000.0
"""So high without a limit, so that fresh air stays a low line."""


class Ahead(NamedTuple):
    """What is expected at a moment, within its band."""

    at_ns: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """``line`` is an SVG path, ``limit_y`` the height of the limit (None: it has none); both in a
    box of 100 by 100. So are ``path`` and ``wash``, what is expected and its band (empty where
    nothing is), and ``now_x``, where they begin.
    """

    line: str
    limit_y: float | None
    path: str = ""
    wash: str = ""
    now_x: float = 100.0


@dataclass(frozen=True, slots=True)
class Frame:
    """What the box shows: from when to when, and from how low to how high."""

    from_ns: int
    to_ns: int
    low: float
    high: float

    def x(self, at_ns: int) -> float:
        return round((at_ns - self.from_ns) / (self.to_ns - self.from_ns) * 100, 1)

    def y(self, value: float) -> float:
        return round(100 - (value - self.low) / (self.high - self.low) * 100, 1)


def draw(
    points: Sequence[Point],
    from_ns: int,
    to_ns: int,
    limit: float | None,
    floor: float = OUTDOOR_PPM,
    reach: float | None = None,
    ahead: Sequence[Ahead] = (),
) -> Drawing:
    """A line over a span of time, broken where it has no points, with its limit always in sight,
    and what is expected after it. The drawing goes up to ``reach`` at least.
    """
    top = max([v for v in (limit, reach) if v is not None], default=ROOM_ABOVE_PPM)
    known = [point.value for point in points if point.value is not None]
    low = min([floor, *known])
    high = max([top, *known, *(point.high for point in ahead)]) + (top - low) * 0.12
    frame = Frame(from_ns, max([to_ns, *(point.at_ns for point in ahead)]), low, high)
    limit_y = None if limit is None else frame.y(limit)
    upper = [(point.at_ns, point.high) for point in ahead]
    lower = [(point.at_ns, max(point.low, low)) for point in reversed(ahead)]
    return Drawing(
        broken(points, frame),
        limit_y,
        stroke(((point.at_ns, point.value) for point in ahead), frame),
        stroke((*upper, *lower), frame) + "Z" if ahead else "",
        frame.x(to_ns),
    )


def broken(points: Sequence[Point], frame: Frame) -> str:
    """A line that breaks off where it has no value."""
    steps: list[str] = []
    pen_down = False
    for point in points:
        if point.value is not None:
            steps.append(f"{'L' if pen_down else 'M'}{frame.x(point.at_ns)} {frame.y(point.value)}")
        pen_down = point.value is not None
    return "".join(steps)


def stroke(places: Iterable[tuple[int, float]], frame: Frame) -> str:
    """One line through all of them."""
    return "".join(
        f"{'L' if i else 'M'}{frame.x(at_ns)} {frame.y(value)}"
        for i, (at_ns, value) in enumerate(places)
    )
