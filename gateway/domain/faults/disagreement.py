"""Two sensors in a room that cannot both be right: each is laid beside the middle of the others.

Compared is what each shows over what it would show outdoors, so that a known offset cancels.
Sensors hang in different corners and at different intervals: what counts is a smoothed difference,
and only where it is more than the accuracies together (50 ppm + 3 % each, as the SCD41's data sheet
and most others state), for an hour.
"""

from collections.abc import Sequence
from math import exp
from statistics import median

import msgspec

from gateway.domain.faults.evidence import Evidence
from gateway.domain.faults.sensor_context import SensorContext
from sensors.wire.topic import DeviceSlug

# Where nothing else is said: ours, so that nothing is found of the seven recorded sensors of the
# tests and of the simulated days of bench/air that is not there (docs/rules.md).

ACCURACY_PPM, ACCURACY_SHARE = 50.0, 0.03
"""How far off a sensor may be: by the SCD41's data sheet up to 2000 ppm."""
FRESH_S = 900.0
"""What another sensor showed counts for so long: three readings of a slow one."""
SMOOTHED_S = 1800.0
"""The difference is smoothed over so long, in which a room mixes from corner to corner."""
STAYS_S = 3600.0
"""Sensors disagree when it has been too far for so long."""
WELL_SHARE = 0.7
"""They agree again at so much of what is allowed."""


class DisagreementState(msgspec.Struct, frozen=True, array_like=True):
    """What a sensor showed last, in itself and over outdoor air, and how far that is, smoothed,
    from the others' middle. ``since_s`` is since when that is too far, 0 where it is not; ``is_on``
    whether for long enough.
    """

    last_s: float
    co2_ppm: float
    over_ppm: float
    apart_ppm: float = 0.0
    allowed_ppm: float = 0.0
    compared_s: float = 0.0
    since_s: float = 0.0
    is_on: bool = False


def step(
    state: DisagreementState | None,
    at_s: float,
    co2_ppm: float,
    context: SensorContext,
    others: Sequence[DisagreementState],
) -> DisagreementState:
    """After a reading; ``others`` are those of the room's other sensors that are fit."""
    over_ppm = co2_ppm - context.outdoor_ppm
    fresh = [other for other in others if abs(at_s - other.last_s) <= FRESH_S]
    if not fresh:
        return DisagreementState(at_s, co2_ppm, over_ppm)
    off_ppm = over_ppm - median(other.over_ppm for other in fresh)
    both_ppm = co2_ppm + median(other.co2_ppm for other in fresh)
    allowed_ppm = 2.0 * ACCURACY_PPM + ACCURACY_SHARE * both_ppm
    if state is None or not state.compared_s:
        return DisagreementState(at_s, co2_ppm, over_ppm, 0.0, allowed_ppm, at_s)
    new = 1.0 - exp(-(at_s - state.compared_s) / SMOOTHED_S)
    apart_ppm = state.apart_ppm + new * (off_ppm - state.apart_ppm)
    since_s = state.since_s
    if abs(apart_ppm) > allowed_ppm:
        since_s = since_s or at_s
    elif not state.is_on or abs(apart_ppm) < WELL_SHARE * allowed_ppm:
        since_s = 0.0
    is_on = since_s > 0.0 and (state.is_on or at_s - since_s >= STAYS_S)
    return DisagreementState(at_s, co2_ppm, over_ppm, apart_ppm, allowed_ppm, at_s, since_s, is_on)


def evidence(
    state: DisagreementState, device: DeviceSlug, other: str, at_s: float, *, is_told: bool
) -> Evidence:
    """Of a sensor for which it ``is_on``; ``other`` is one that it differs from."""
    minutes = max(0.0, at_s - state.since_s) / 60.0
    return Evidence(
        "disagreement", device, state.since_s, minutes,
        co2_ppm=state.co2_ppm, off_ppm=state.apart_ppm, allowed_ppm=state.allowed_ppm,
        other=other, is_told=is_told,
    )  # fmt: skip
