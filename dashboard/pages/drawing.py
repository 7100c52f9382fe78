"""Lines as SVG: the shape of a series in a box of 100 by 100, stretched by whoever shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.line import Point

OUTDOOR_PPM = 420.0
"""The lowest that is drawn: indoor air does not go below outdoor air (domain.md)."""
ROOM_ABOVE_PPM = 1000.0
"""Without a limit the drawing reaches at least this high, so that fresh air stays a low line."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """``line`` is an SVG path, ``limit_y`` the height of the limit (None: it has none); both in a
    box of 100 by 100.
    """

    line: str
    limit_y: float | None


def draw(
    points: Sequence[Point],
    from_ns: int,
    to_ns: int,
    limit: float | None,
    floor: float = OUTDOOR_PPM,
) -> Drawing:
    """A line over a span of time, broken where it has no points, with its limit always in sight."""
    reach = ROOM_ABOVE_PPM if limit is None else limit
    known = [point.value for point in points if point.value is not None]
    low = min([floor, *known])
    high = max([reach, *known]) + (reach - low) * 0.12
    steps: list[str] = []
    pen_down = False
    for point in points:
        if point.value is not None:
            x = (point.at_ns - from_ns) / (to_ns - from_ns) * 100
            steps.append(f"{'L' if pen_down else 'M'}{x:.1f} {_y(point.value, low, high)}")
        pen_down = point.value is not None
    return Drawing("".join(steps), None if limit is None else _y(limit, low, high))


def _y(value: float, low: float, high: float) -> float:
    return round(100 - (value - low) / (high - low) * 100, 1)
