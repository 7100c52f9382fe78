"""A sensor whose baseline moves night over night, or lies off what outdoor air can be.

Automatic calibration takes the lowest value of some days for 400 ppm, so in rooms that are never
empty sensors drift down by hundreds of ppm; others age upwards. A night is laid beside the middle
of the venue's other sensors in that night, which share its outdoor air. With one other sensor the
one farther from what outdoor air can be is at fault; without any, that range itself is the measure.
"""

from collections.abc import Mapping
from itertools import combinations, islice
from statistics import median
from typing import NamedTuple

import msgspec

from gateway.domain.air.outdoor import HIGHEST_PPM, LOWEST_PPM, Night, SensorBaseline
from gateway.domain.faults.evidence import Evidence
from sensors.wire.topic import DeviceSlug

# Where nothing else is said: ours, so that nothing is found of the seven recorded sensors of the
# tests and of the simulated days of bench/air that is not there (docs/rules.md).

OFF_PPM, OFF_ONE_PPM, OFF_NIGHTS = 75.0, 100.0, 3
"""So far off the middle of several in as many nights, or off only one, which has an offset of its
own: more than the 30 to 50 ppm by which sensors are stated to differ."""
WELL_SHARE = 2.0 / 3.0
"""It is well again at so much of what is too far."""
MOVED_PPM, MOVED_ALONE_PPM, MOVED_NIGHTS = 60.0, 90.0, 5
"""So far it moved beside the others, or alone, over as many nights: outdoor air alone moves by 10
to 40 ppm from week to week."""
ONE_WAY = 0.8
"""The share of pairs of nights that go the same way in a trend."""
RECENT = 7
"""How far it lies off is the middle of so many nights: a week, in which a room is empty some
day."""

MOST_OTHERS = 200
"""So many others are looked at: their middle strays by a ppm from that of thousands, and at noon each of
a venue's sensors looks at the others."""


class Drift(msgspec.Struct, frozen=True, array_like=True):
    """``night`` is the last one judged. ``off_ppm`` is how far it lies off, or how far it moved
    over its ``nights`` where that says more; ``since_s`` is since when that is too far, 0 where it
    is not.
    """

    night: int
    off_ppm: float = 0.0
    nights: int = 0
    since_s: float = 0.0


class _Seen(NamedTuple):
    """How far it lies off and how far it moved, each with what is too far."""

    off_ppm: float
    most_off_ppm: float
    moved_ppm: float
    most_moved_ppm: float


def step(
    drift: Drift | None, at_s: float, device: DeviceSlug, sensors: Mapping[str, SensorBaseline]
) -> Drift | None:
    """After nights of the venue's ``sensors`` went by; the same one where none did for this one."""
    own = sensors.get(device)
    if own is None or not own.nights:
        return drift
    nights = own.nights
    if drift is not None and nights[-1].day <= drift.night:
        return drift
    known = (
        sensor.nights
        for name, sensor in sensors.items()
        if name != device and len(sensor.nights) >= OFF_NIGHTS
    )
    others = [*islice(known, MOST_OTHERS)]
    seen = _seen(nights, others)
    since_s = 0.0 if drift is None else drift.since_s
    off = abs(seen.off_ppm) / seen.most_off_ppm if len(nights) >= OFF_NIGHTS else 0.0
    moved = abs(seen.moved_ppm) / seen.most_moved_ppm
    if max(off, moved) > 1.0:
        since_s = since_s or at_s
    elif max(off, moved) < WELL_SHARE:
        since_s = 0.0
    # What is told is what stands out most.
    far_ppm = seen.off_ppm if off >= moved else seen.moved_ppm
    return Drift(nights[-1].day, far_ppm, len(nights), since_s)


def evidence(drift: Drift, device: DeviceSlug, at_s: float) -> Evidence | None:
    if not drift.since_s:
        return None
    minutes = max(0.0, at_s - drift.since_s) / 60.0
    return Evidence(
        "drift", device, drift.since_s, minutes, off_ppm=drift.off_ppm, nights=drift.nights
    )


def _seen(nights: tuple[Night, ...], others: list[tuple[Night, ...]]) -> _Seen:
    if len(others) > 1:
        beside = [
            Night(night.day, night.ppm - middle)
            for night in nights
            if (middle := _middle(others, night.day)) is not None
        ]
        if beside:
            return _Seen(_recent(beside), OFF_PPM, _moved(beside), MOVED_PPM)
    own_ppm = _recent(nights)
    moved_ppm = _moved(nights)
    outside_ppm = own_ppm - min(max(own_ppm, LOWEST_PPM), HIGHEST_PPM)
    if others:
        other_ppm = _recent(others[0])
        centre_ppm = (LOWEST_PPM + HIGHEST_PPM) / 2.0
        if abs(own_ppm - centre_ppm) > abs(other_ppm - centre_ppm):
            return _Seen(own_ppm - other_ppm, OFF_ONE_PPM, moved_ppm, MOVED_ALONE_PPM)
    return _Seen(outside_ppm, OFF_PPM, moved_ppm, MOVED_ALONE_PPM)


def _middle(others: list[tuple[Night, ...]], day: int) -> float | None:
    """What the other sensors' baseline was in that night; None where none has it."""
    found = [night.ppm for nights in others for night in nights if night.day == day]
    return median(found) if found else None


def _recent(nights: list[Night] | tuple[Night, ...]) -> float:
    return median(night.ppm for night in nights[-RECENT:])


def _moved(nights: list[Night] | tuple[Night, ...]) -> float:
    """How far it went from the first night to the last, by the middle of the slopes of all pairs
    (Theil and Sen); zero where that is no trend.
    """
    if len(nights) < MOVED_NIGHTS:
        return 0.0
    slopes = [(b.ppm - a.ppm) / (b.day - a.day) for a, b in combinations(nights, 2)]
    slope = median(slopes)
    one_way = sum(1 for each in slopes if each * slope > 0.0)
    if one_way < ONE_WAY * len(slopes):
        return 0.0
    return slope * (nights[-1].day - nights[0].day)
