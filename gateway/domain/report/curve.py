"""A value over time as stretches in which it stays the same: what a report measures minutes on.

A reading holds until the next one, or until it is too old to say anything. So a reading more, with
the value that held already, changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import pairwise
from math import fsum
from typing import NamedTuple

MINUTE_NS = 60_000_000_000


class Stretch(NamedTuple):
    """``value`` held from ``from_ns`` up to, not including, ``to_ns``."""

    from_ns: int
    to_ns: int
    value: float

    @property
    def length_ns(self) -> int:
        return self.to_ns - self.from_ns


Curve = tuple[Stretch, ...]
"""Stretches in order of time that do not overlap; where there is none nothing is known."""

Test = Callable[[float], bool]


def joined(stretches: Iterable[Stretch]) -> Curve:
    """Stretches in order as a curve: those of no length left out, neighbours of one value made
    one.
    """
    found: list[Stretch] = []
    for stretch in stretches:
        if stretch.to_ns <= stretch.from_ns:
            continue
        if found and found[-1].to_ns == stretch.from_ns and found[-1].value == stretch.value:
            found[-1] = Stretch(found[-1].from_ns, stretch.to_ns, stretch.value)
        else:
            found.append(stretch)
    return tuple(found)


def held(points: Iterable[tuple[int, float]], hold_ns: int, end_ns: int) -> Curve:
    """Readings (when, value) in any order, each held for ``hold_ns`` at most and not beyond
    ``end_ns``.
    """
    ordered = sorted(points)
    ends = [at_ns for at_ns, _ in ordered[1:]] + [end_ns]
    return joined(
        Stretch(at_ns, min(next_ns, at_ns + hold_ns, end_ns), value)
        for (at_ns, value), next_ns in zip(ordered, ends, strict=False)
    )


def mean_of(curves: Sequence[Curve]) -> Curve:
    """The mean, at each moment, of the curves that know something then."""
    if len(curves) == 1:
        return curves[0]
    begins = ((s.from_ns, 1, i, s.value) for i, curve in enumerate(curves) for s in curve)
    ends = ((s.to_ns, 0, i, s.value) for i, curve in enumerate(curves) for s in curve)
    return joined(_swept(merge(sorted(begins), sorted(ends))))


def _swept(edges: Iterable[tuple[int, int, int, float]]) -> Iterator[Stretch]:
    now: dict[int, float] = {}
    since_ns = 0
    for at_ns, is_begin, index, value in edges:
        if now:
            yield Stretch(since_ns, at_ns, fsum(now.values()) / len(now))
        since_ns = at_ns
        if is_begin:
            now[index] = value
        else:
            del now[index]


def within(curve: Curve, from_ns: int, to_ns: int) -> Curve:
    """The part of a curve that lies in a span of time."""
    return joined(
        Stretch(max(s.from_ns, from_ns), min(s.to_ns, to_ns), s.value)
        for s in curve
        if s.to_ns > from_ns and s.from_ns < to_ns
    )


def lasting_ns(curve: Curve, test: Test | None = None) -> int:
    """For how long anything is known, or for how long ``test`` holds."""
    return sum(s.length_ns for s in curve if test is None or test(s.value))


def mean(curve: Curve) -> float | None:
    """The mean over the time in which anything is known; None without any."""
    length_ns = lasting_ns(curve)
    if not length_ns:
        return None
    return fsum(s.value * (s.length_ns / length_ns) for s in curve)


def highest(curve: Curve) -> Stretch | None:
    """The first stretch with the highest value."""
    return max(curve, key=lambda s: s.value, default=None)


def lowest(curve: Curve) -> Stretch | None:
    """The first stretch with the lowest value."""
    return min(curve, key=lambda s: s.value, default=None)


def spells(curve: Curve, test: Test, bridge_ns: int) -> tuple[tuple[int, int], ...]:
    """The spans (from, to) in which ``test`` holds; a pause of ``bridge_ns`` or less ends none."""
    found: list[tuple[int, int]] = []
    for stretch in curve:
        if not test(stretch.value):
            continue
        if found and stretch.from_ns - found[-1][1] <= bridge_ns:
            found[-1] = (found[-1][0], stretch.to_ns)
        else:
            found.append((stretch.from_ns, stretch.to_ns))
    return tuple(found)


def longest_ns(curve: Curve, test: Test, bridge_ns: int) -> int:
    """How long the longest such spell is."""
    return max((to_ns - from_ns for from_ns, to_ns in spells(curve, test, bridge_ns)), default=0)


def longest_gap_ns(curve: Curve, from_ns: int, to_ns: int) -> int:
    """The longest time within a span in which nothing is known."""
    known = within(curve, from_ns, to_ns)
    edges = [from_ns, *(edge for s in known for edge in (s.from_ns, s.to_ns)), to_ns]
    return max((end - begin for begin, end in list(pairwise(edges))[::2]), default=0)
