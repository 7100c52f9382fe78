"""A series as the points of a line: what a slow sensor leaves open is bridged, a silence is not."""

from collections.abc import Sequence
from dataclasses import dataclass

NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Point:
    """``value`` is None where the line breaks off."""

    at_ns: int
    value: float | None


def line(
    at_ns: Sequence[int], values: Sequence[float | None], silence_s: float
) -> tuple[Point, ...]:
    """The spans that hold a reading, with a break wherever two are further apart than
    ``silence_s``.

    Spans are shorter than the time between two readings as often as not: an empty one says nothing.
    Where they are longer than ``silence_s``, only an empty one does.
    """
    span_ns = at_ns[1] - at_ns[0] if len(at_ns) > 1 else 0
    longest_ns = max(silence_s * NS, span_ns * 1.5)
    points: list[Point] = []
    for at, value in zip(at_ns, values, strict=True):
        if value is None:
            continue
        if points and at - points[-1].at_ns > longest_ns:
            points.append(Point(points[-1].at_ns + 1, None))
        points.append(Point(at, value))
    return tuple(points)
