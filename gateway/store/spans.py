"""A range of time cut into equal spans, and what devices measured in them folded into a
``Series``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum
from typing import NamedTuple

from gateway.store.interface import SOURCES, Measurement, Series, SeriesField
from gateway.store.row import MAX_NS

MAX_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Spans:
    """``count`` spans of ``span_ns`` from ``from_ns`` on; the last one ends at ``to_ns``."""

    from_ns: int
    to_ns: int
    span_ns: int
    count: int

    def index(self, at_ns: int) -> int:
        """The number of the span that a moment of the range falls into."""
        return (at_ns - self.from_ns) // self.span_ns


class Part(NamedTuple):
    """What one device measured of one field in one span."""

    span: int
    field: SeriesField
    mean: float
    low: float
    high: float


def cut(from_ns: int, to_ns: int, points: int) -> Spans:
    """At most ``points`` spans, as short as that allows; none of an empty range.

    Raises:
        ValueError: the range is inverted or beyond 64 bits, or ``points`` is not 1 to 10 000.

    """
    if not 1 <= points <= MAX_POINTS:
        raise ValueError(f"points = {points}: expected 1 to {MAX_POINTS}")
    check_range(from_ns, to_ns)
    length_ns = to_ns - from_ns
    span_ns = max(1, -(-length_ns // points))
    return Spans(from_ns, to_ns, span_ns, -(-length_ns // span_ns))


def check_range(from_ns: int, to_ns: int) -> None:
    """Raise ValueError where a range is inverted or beyond 64 bits."""
    if not -MAX_NS <= from_ns <= to_ns <= MAX_NS:
        raise ValueError(f"a range from {from_ns} to {to_ns} ns: expected from before to")


def by_source(fields: Sequence[SeriesField]) -> list[tuple[Measurement, list[SeriesField]]]:
    """The fields sorted by the measurement that holds them; one that holds none is left out.

    Raises:
        ValueError: a field is none of ours.

    """
    held: dict[Measurement, list[SeriesField]] = {}
    for field in dict.fromkeys(fields):
        if field not in SOURCES:
            raise ValueError(f"field {field!r}: expected {', '.join(SOURCES)}")
        held.setdefault(SOURCES[field], []).append(field)
    return sorted(held.items())


def fold(spans: Spans, fields: Sequence[SeriesField], parts: Iterable[Part]) -> Series:
    """The series of ``fields`` in which the devices of a span count alike."""
    found: dict[SeriesField, dict[int, list[Part]]] = {field: {} for field in fields}
    for part in parts:
        found[part.field].setdefault(part.span, []).append(part)
    mean: dict[SeriesField, tuple[float | None, ...]] = {}
    low: dict[SeriesField, tuple[float | None, ...]] = {}
    high: dict[SeriesField, tuple[float | None, ...]] = {}
    for field, by_index in found.items():
        mean[field] = _spread(
            spans, {k: fsum(p.mean for p in v) / len(v) for k, v in by_index.items()}
        )
        low[field] = _spread(spans, {k: min(p.low for p in v) for k, v in by_index.items()})
        high[field] = _spread(spans, {k: max(p.high for p in v) for k, v in by_index.items()})
    at_ns = tuple(spans.from_ns + index * spans.span_ns for index in range(spans.count))
    return Series(at_ns, mean, low, high)


def _spread(spans: Spans, values: dict[int, float]) -> tuple[float | None, ...]:
    return tuple(values.get(index) for index in range(spans.count))
