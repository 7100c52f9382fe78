"""A range of time cut into equal spans, and what devices measured in them folded into a
``Series``.

Long spans are whole minutes, quarters or hours, so that what was down-sampled to those adds up to them
exactly; what of the range lies before the first whole one and behind the last is read as it came.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final, Literal, NamedTuple

from gateway.store.interface import SOURCES, Measurement, Series, SeriesField
from gateway.store.row import MAX_NS

MAX_POINTS = 10_000
MINUTE_NS: Final = 60_000_000_000
DAY_NS: Final = 86_400_000_000_000
FINEST: Final = 4
"""A span is made of so many minutes, quarters or hours at least: rounding it up to whole ones makes it
a quarter longer at most.
"""

Grain = Literal["minute", "quarter", "hour"]
GRAIN_NS: Final[Mapping[Grain, int]] = {
    "minute": MINUTE_NS,
    "quarter": 15 * MINUTE_NS,
    "hour": 60 * MINUTE_NS,
}
"""What readings are down-sampled to, the finest first; each is made of whole ones of that before."""
_COARSEST: Final = tuple(reversed(list(GRAIN_NS)))


@dataclass(frozen=True, slots=True)
class Spans:
    """``count`` spans of ``span_ns`` from ``start_ns`` on, of a range that begins in the first and
    ends in the last; ``grain`` is what they are whole ones of, None where readings are read one by
    one.
    """

    from_ns: int
    to_ns: int
    start_ns: int
    span_ns: int
    count: int
    grain: Grain | None

    def index(self, at_ns: int) -> int:
        """The number of the span that a moment falls into."""
        return (at_ns - self.start_ns) // self.span_ns


class Stretch(NamedTuple):
    """A part of the range, and what is read of it: rows of a grain, or single ones."""

    grain: Grain | None
    from_ns: int
    to_ns: int


class Part(NamedTuple):
    """What one device measured of one field in one span, ``n`` times; of a room's own samples
    the device is "".
    """

    span: int
    field: SeriesField
    device: str
    n: int
    mean: float
    low: float
    high: float


def cut(from_ns: int, to_ns: int, points: int) -> Spans:
    """At most ``points`` spans, as short as that and whole minutes, quarters and hours allow; none of
    an empty range.

    Raises:
        ValueError: the range is inverted or beyond 64 bits, or ``points`` is not 1 to 10 000.

    """
    if not 1 <= points <= MAX_POINTS:
        raise ValueError(f"points = {points}: expected 1 to {MAX_POINTS}")
    check_range(from_ns, to_ns)
    length_ns = to_ns - from_ns
    span_ns = max(1, -(-length_ns // points))
    start_ns = from_ns
    grain = next((one for one in _COARSEST if FINEST * GRAIN_NS[one] <= span_ns), None)
    if grain is not None:
        grain_ns = GRAIN_NS[grain]
        start_ns = from_ns // grain_ns * grain_ns
        span_ns = -((start_ns - to_ns) // (points * grain_ns)) * grain_ns
    count = -((start_ns - to_ns) // span_ns)
    return Spans(from_ns, to_ns, start_ns, span_ns, count, grain)


def stretches(spans: Spans, done: Collection[int]) -> Iterator[Stretch]:
    """The range in the parts that it is read in, where the days ``done`` are down-sampled."""
    at_ns = spans.from_ns
    if spans.grain is not None:
        grain_ns = GRAIN_NS[spans.grain]
        whole_ns = -(-spans.from_ns // grain_ns) * grain_ns, spans.to_ns // grain_ns * grain_ns
        for first, last in _runs(done):
            from_ns, to_ns = max(whole_ns[0], first * DAY_NS), min(whole_ns[1], last * DAY_NS)
            if from_ns >= to_ns:
                continue
            if at_ns < from_ns:
                yield Stretch(None, at_ns, from_ns)
            yield Stretch(spans.grain, from_ns, to_ns)
            at_ns = to_ns
    if at_ns < spans.to_ns:
        yield Stretch(None, at_ns, spans.to_ns)


def _runs(days: Collection[int]) -> Iterator[tuple[int, int]]:
    """Days that follow one another, from the first to behind the last."""
    first: int | None = None
    last = 0
    for day in sorted(days):
        if first is None or day > last:
            if first is not None:
                yield first, last
            first = day
        last = day + 1
    if first is not None:
        yield first, last


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
    for part in _joined(parts):
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
    at_ns = tuple(spans.start_ns + index * spans.span_ns for index in range(spans.count))
    return Series(at_ns, mean, low, high)


def _joined(parts: Iterable[Part]) -> Iterable[Part]:
    """One part of each device, field and span, of which several stretches may each give some."""
    found: dict[tuple[int, SeriesField, str], Part] = {}
    for part in parts:
        key = part.span, part.field, part.device
        other = found.get(key)
        if other is not None:
            n = other.n + part.n
            mean = (other.mean * other.n + part.mean * part.n) / n
            low, high = min(other.low, part.low), max(other.high, part.high)
            part = part._replace(n=n, mean=mean, low=low, high=high)  # noqa: PLW2901
        found[key] = part
    return found.values()


def _spread(spans: Spans, values: dict[int, float]) -> tuple[float | None, ...]:
    return tuple(values.get(index) for index in range(spans.count))
