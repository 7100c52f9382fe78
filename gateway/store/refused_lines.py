"""Which lines of a refused write are at fault, found in as few further writes as the server's words
allow. Pure.

InfluxDB judges by a line's measurement, its fields and its time, so lines that are alike in those are
put together: a batch that is refused for one reason is told apart in a few writes, whatever the order
in which its lines came.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gateway.store.influx_answer import Clues
from gateway.store.interface import STORED, Placed, RoomSample
from gateway.store.row import kind_of

Line = tuple[Placed | RoomSample, str]

MAX_WRITES = 1_000
"""So many writes of one batch are enough: a second or two. Whoever is behind it waits no longer."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Lines that are ``refused`` for good, and those to be written ``again``, a batch at a time."""

    refused: Sequence[Line] = ()
    again: Sequence[Sequence[Line]] = field(default_factory=tuple)


def halves(batch: Sequence[Line]) -> Sorted:
    """A batch that is too large in two, in the order it has; a line that is too large alone goes."""
    if len(batch) == 1:
        return Sorted(batch)
    middle = len(batch) // 2
    return Sorted(again=[batch[:middle], batch[middle:]])


def sort_out(batch: Sequence[Line], found: Clues, writes: int) -> Sorted:
    """What to make of a batch that was refused, after so many ``writes``.

    Beyond ``MAX_WRITES`` the lines that a partial write left in doubt are refused together: the
    server has stored those that were sound.
    """
    if len(batch) == 1 or len(batch) in (found.dropped, len(found.numbers)):
        return Sorted(batch)
    if writes >= MAX_WRITES and found.is_partial:
        return Sorted(batch)
    outside, inside = _parted(batch, lambda line: _is_outside(line, found))
    if outside and len(outside) <= (found.dropped or len(batch)):
        return Sorted(outside, [inside] if inside else [])
    suspects, others = _parted(batch, _suspected(batch, found))
    if suspects and others:
        return Sorted(again=[others, suspects])
    ordered = sorted(batch, key=_moment if found.is_retention or suspects else _likeness)
    middle = len(ordered) // 2
    return Sorted(again=[ordered[:middle], ordered[middle:]])


def _parted(
    batch: Sequence[Line], is_at_fault: Callable[[Line], bool]
) -> tuple[list[Line], list[Line]]:
    at_fault: list[Line] = []
    others: list[Line] = []
    for line in batch:
        (at_fault if is_at_fault(line) else others).append(line)
    return at_fault, others


def _is_outside(line: Line, found: Clues) -> bool:
    at_ns = _moment(line)
    return (found.lower_ns is not None and at_ns < found.lower_ns) or (
        found.upper_ns is not None and at_ns > found.upper_ns
    )


def _suspected(batch: Sequence[Line], found: Clues) -> Callable[[Line], bool]:
    """What says of a line that it holds the field in conflict, or is one that the server named."""
    if found.conflict is not None:
        measurement, name = found.conflict
        return lambda line: kind_of(line[0]) == measurement and f"{name}=" in line[1]
    named = {id(batch[number - 1]) for number in found.numbers if 0 < number <= len(batch)}
    return lambda line: id(line) in named


def _moment(line: Line) -> int:
    row = line[0]
    return row.at_ns if isinstance(row, RoomSample) else row.reading.at_ns


def _likeness(line: Line) -> tuple[str, tuple[bool, ...], str, int]:
    row = line[0]
    kind = kind_of(row)
    of = row if isinstance(row, RoomSample) else row.reading
    device = "" if isinstance(row, RoomSample) else row.reading.device
    known = tuple(getattr(of, named.name) is None for named in STORED[kind])
    return kind, known, device, of.at_ns
