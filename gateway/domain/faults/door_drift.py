"""A count at the doors that cannot be: fewer than nobody, or people whose breath nobody sees.

Doors miss people, and their count drifts until a person or the night sets it anew. The air tells:
at what a room shows outdoors nobody is in who has been there for an hour. Where the count just
changed somebody really passed, so the hour begins with the last change.
"""

from math import exp

import msgspec

from gateway.domain.air.mass_balance import PPM, flow_of
from gateway.domain.faults.evidence import Evidence
from gateway.domain.faults.sensor_context import QUIET_LPS, SensorContext
from sensors.wire.topic import DeviceSlug

# Where nothing else is said: ours, so that nothing is found of the seven recorded sensors of the
# tests and of the simulated days of bench/air that is not there (docs/rules.md).

FAR_BELOW = -3
"""So few are never seen by a lack of one or two, which the next hour repairs."""
BELOW_S = 1800.0
"""So long a count below zero may last that is not so far below."""
NOBODY = 0.5
"""So many people, or fewer, by the estimate are nobody."""
NOBODY_S = 3600.0
"""So long nobody can have been in before the count is at fault: an hour, in which the breath of
whoever sits there would show."""
WELL_AFTER_S = 900.0
"""So long after it last showed the fault is over."""
SMOOTHED_S = 1200.0
"""The CO2 is smoothed over so long, which takes the noise out of it."""
NEAR_PPM = 20.0
"""Of the sensor's noise; what its baseline is unsure by comes on top."""
BUSY_CHANGES_PER_H, EMPTY_CHANGES_PER_H = 12.0, 3.0
"""The most that a room's air is changed in use, windows open, and when nobody is expected."""


class DoorWatch(msgspec.Struct, frozen=True, array_like=True):
    """The count by the doors, ``total``, since ``changed_s``; ``device`` is the door that spoke
    last. ``over_ppm`` is the smoothed CO2 over outdoor air. ``below_s`` and ``nobody_s`` are since
    when the count is below zero and since when nobody can be in, 0 where that is not so;
    ``fault_s`` is since when the fault lasts, ``people`` the count that showed it, ``odd_s`` when
    it last showed.
    """

    device: DeviceSlug = DeviceSlug("")
    total: int = 0
    changed_s: float = 0.0
    last_s: float = 0.0
    over_ppm: float = 0.0
    below_s: float = 0.0
    nobody_s: float = 0.0
    fault_s: float = 0.0
    people: int = 0
    odd_s: float = 0.0


def counted(watch: DoorWatch, at_s: float, device: DeviceSlug, total: int) -> DoorWatch:
    """After a door spoke, or the count was set: the sum of the doors, which may be below zero."""
    if total == watch.total and watch.device:
        return _judged(watch, at_s) if watch.below_s or watch.fault_s else watch
    below_s = (watch.below_s or at_s) if total < 0 else 0.0
    odd_s = at_s if watch.fault_s and watch.below_s else watch.odd_s
    changed = msgspec.structs.replace(
        watch,
        device=device, total=total, changed_s=at_s, below_s=below_s, nobody_s=0.0, odd_s=odd_s,
    )  # fmt: skip
    return _judged(changed, at_s)


def aired(watch: DoorWatch, at_s: float, co2_ppm: float, context: SensorContext) -> DoorWatch:
    """After a reading of the room's air by a sensor that is fit."""
    if not watch.device or at_s <= watch.last_s:
        return watch
    new = 1.0 - exp(-(at_s - watch.last_s) / SMOOTHED_S) if watch.last_s else 1.0
    over_ppm = watch.over_ppm + new * (co2_ppm - context.outdoor_ppm - watch.over_ppm)
    nobody_s = 0.0
    if watch.total > 0 and _is_nobody(over_ppm, watch.total, context):
        nobody_s = watch.nobody_s or max(at_s, watch.changed_s)
    after = DoorWatch(
        watch.device, watch.total, watch.changed_s, at_s, over_ppm, watch.below_s, nobody_s,
        watch.fault_s, watch.people, watch.odd_s,
    )  # fmt: skip
    return _judged(after, at_s)


def evidence(watch: DoorWatch, at_s: float) -> Evidence | None:
    if not watch.fault_s:
        return None
    minutes = max(0.0, at_s - watch.fault_s) / 60.0
    return Evidence("door_drift", watch.device, watch.fault_s, minutes, people=watch.people)


def _judged(watch: DoorWatch, at_s: float) -> DoorWatch:
    below = watch.below_s > 0.0 and (watch.total <= FAR_BELOW or at_s - watch.below_s >= BELOW_S)
    nobody = watch.nobody_s > 0.0 and at_s - watch.nobody_s >= NOBODY_S
    if below or nobody:
        fault_s = watch.fault_s or (watch.below_s if below else watch.nobody_s)
        return msgspec.structs.replace(watch, fault_s=fault_s, people=watch.total, odd_s=at_s)
    if watch.fault_s and at_s - watch.odd_s >= WELL_AFTER_S:
        return msgspec.structs.replace(watch, fault_s=0.0)
    return watch


def _is_nobody(over_ppm: float, counted: int, context: SensorContext) -> bool:
    """Whether so many people cannot be in: by the estimate, or by what their breath would at least
    add for good at the most air a room gets, where that could be seen.
    """
    if context.people is not None and context.people.value < NOBODY:
        return True
    if not context.volume_m3:
        return False
    changes = EMPTY_CHANGES_PER_H if context.is_expected_empty else BUSY_CHANGES_PER_H
    least_ppm = PPM * QUIET_LPS * counted / flow_of(context.volume_m3, changes)
    unsure_ppm = NEAR_PPM + 2.0 * context.outdoor_sd_ppm
    return over_ppm < NEAR_PPM + context.outdoor_sd_ppm and over_ppm < least_ppm - unsure_ppm
