"""All that is watched of one room's sensors, reading by reading: a constant amount of work and
memory.

Times are the readings' own, each device's later than its one before; what is not later changes
nothing.
"""

from collections.abc import Mapping

import msgspec

from gateway.domain.air.outdoor import SensorBaseline
from gateway.domain.faults import (
    disagreement,
    door_drift,
    drift,
    jump,
    saturation,
    stuck,
    warm_up,
)
from gateway.domain.faults.disagreement import DisagreementState
from gateway.domain.faults.door_drift import DoorWatch
from gateway.domain.faults.drift import Drift
from gateway.domain.faults.evidence import ORDER, Evidence
from gateway.domain.faults.jump import JumpState
from gateway.domain.faults.saturation import Plateau
from gateway.domain.faults.sensor_context import SensorContext
from gateway.domain.faults.stuck import StuckState
from gateway.domain.faults.warm_up import WarmUp
from sensors.wire.topic import DeviceSlug

SILENT_S = 3600.0
"""A sensor that others outlast by so much shows nothing any more: its silence is another matter."""
MOST_SENSORS = 8
"""What bounds the cost of a room. Of more in one room the one that has been silent longest is
forgotten."""


class SensorWatch(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of one sensor."""

    last_s: float
    stuck: StuckState
    jump: JumpState
    warm_up: WarmUp
    saturation: Plateau
    disagreement: DisagreementState
    drift: Drift | None = None

    @property
    def is_ill(self) -> bool:
        """Whether what it shows by itself makes it unfit."""
        return bool(
            self.stuck.stuck_s or self.jump.jumped_s or self.warm_up.is_on or self.saturation.is_on
        )


class RoomFaults(msgspec.Struct, frozen=True):
    sensors: dict[DeviceSlug, SensorWatch] = {}
    doors: DoorWatch = DoorWatch()


def begin() -> RoomFaults:
    return RoomFaults()


def after_reading(
    memory: RoomFaults, at_s: float, device: DeviceSlug, co2_ppm: float, context: SensorContext
) -> RoomFaults:
    """After a reading of one of the room's sensors; ``context`` is as this sensor shows it."""
    before = memory.sensors.get(device)
    if before is not None and at_s <= before.last_s:
        return memory
    others = [
        watch.disagreement
        for name, watch in memory.sensors.items()
        if name != device and not watch.is_ill
    ]
    after = _stepped(before, at_s, co2_ppm, context, others)
    sensors = {**memory.sensors, device: after}
    if len(sensors) > MOST_SENSORS:
        del sensors[min(sensors, key=lambda name: sensors[name].last_s)]
    doors = memory.doors
    if doors.device and not after.is_ill:
        doors = door_drift.aired(doors, at_s, co2_ppm, context)
    return RoomFaults(sensors, doors)


def after_count(memory: RoomFaults, at_s: float, device: DeviceSlug, total: int) -> RoomFaults:
    """After a door spoke, or the count was set: the sum of the room's doors, below zero as it
    is.
    """
    return RoomFaults(memory.sensors, door_drift.counted(memory.doors, at_s, device, total))


def after_nights(
    memory: RoomFaults, at_s: float, baselines: Mapping[str, SensorBaseline]
) -> RoomFaults:
    """After a night of one of the room's sensors; ``baselines`` are those of all of the venue's."""
    changed = {}
    for device, watch in memory.sensors.items():
        after = drift.step(watch.drift, at_s, device, baselines)
        if after is not watch.drift:
            changed[device] = msgspec.structs.replace(watch, drift=after)
    return RoomFaults({**memory.sensors, **changed}, memory.doors) if changed else memory


def without(memory: RoomFaults, device: DeviceSlug) -> RoomFaults:
    """After a device was taken out of the room."""
    doors = DoorWatch() if memory.doors.device == device else memory.doors
    sensors = {name: watch for name, watch in memory.sensors.items() if name != device}
    return RoomFaults(sensors, doors)


def found(memory: RoomFaults, at_s: float) -> tuple[Evidence, ...]:
    """What is seen of the room's faults, those that leave a sensor out before the others."""
    faults = [
        fault
        for device, watch in _speaking(memory).items()
        for fault in _of(watch, device, at_s)
        if fault is not None
    ]
    faults += _disagreement(memory, at_s)
    doors = door_drift.evidence(memory.doors, at_s)
    if doors is not None:
        faults.append(doors)
    return tuple(sorted(faults, key=lambda fault: (ORDER.index(fault.code), fault.device)))


def is_fit(memory: RoomFaults, device: DeviceSlug) -> bool:
    """Whether the estimates may hear what a sensor shows. One that nothing is known of is fit."""
    watch = memory.sensors.get(device)
    if watch is None:
        return True
    if watch.is_ill:
        return False
    if not watch.disagreement.is_on:
        return True
    outlier, is_told = _outlier(memory)
    return not (is_told and outlier == device)


def _stepped(
    before: SensorWatch | None,
    at_s: float,
    co2_ppm: float,
    context: SensorContext,
    others: list[DisagreementState],
) -> SensorWatch:
    other_ppm = next(
        (each.co2_ppm for each in others if at_s - each.last_s <= disagreement.FRESH_S), None
    )
    if before is None:
        return SensorWatch(
            at_s,
            stuck.step(None, at_s, co2_ppm, context, other_ppm),
            jump.step(None, at_s, co2_ppm, context),
            warm_up.step(None, at_s, co2_ppm, context),
            saturation.step(Plateau(), at_s, co2_ppm),
            disagreement.step(None, at_s, co2_ppm, context, others),
        )
    warming = warm_up.step(before.warm_up, at_s, co2_ppm, context)
    plateau = saturation.step(before.saturation, at_s, co2_ppm)
    still, jumping, apart = before.stuck, before.jump, before.disagreement
    if not warming.since_s:  # what is no air is not judged
        if before.warm_up.is_on and warm_up.is_fixed(co2_ppm):
            jumping = jump.jumped(jumping, before.warm_up.since_s, at_s, co2_ppm)
        jumping = jump.step(jumping, at_s, co2_ppm, context)
        if not plateau.is_on:
            still = stuck.step(still, at_s, co2_ppm, context, other_ppm)
            apart = disagreement.step(apart, at_s, co2_ppm, context, others)
    return SensorWatch(at_s, still, jumping, warming, plateau, apart, before.drift)


def _of(watch: SensorWatch, device: DeviceSlug, at_s: float) -> list[Evidence | None]:
    return [
        stuck.evidence(watch.stuck, device, at_s),
        jump.evidence(watch.jump, device, at_s),
        warm_up.evidence(watch.warm_up, device, at_s),
        saturation.evidence(watch.saturation, device, at_s),
        None if watch.drift is None else drift.evidence(watch.drift, device, at_s),
    ]


def _speaking(memory: RoomFaults) -> dict[DeviceSlug, SensorWatch]:
    newest_s = max((watch.last_s for watch in memory.sensors.values()), default=0.0)
    return {
        device: watch
        for device, watch in memory.sensors.items()
        if newest_s - watch.last_s <= SILENT_S
    }


def _disagreement(memory: RoomFaults, at_s: float) -> list[Evidence]:
    """At most one for a room: of the sensor that is farthest off."""
    outlier, is_told = _outlier(memory)
    if outlier is None:
        return []
    apart = memory.sensors[outlier].disagreement
    other = min(
        (name for name, watch in _speaking(memory).items() if name != outlier and not watch.is_ill),
        key=lambda name: abs(at_s - memory.sensors[name].last_s),
        default=None,
    )
    if other is None:
        return []
    return [disagreement.evidence(apart, outlier, other, at_s, is_told=is_told)]


def _outlier(memory: RoomFaults) -> tuple[DeviceSlug | None, bool]:
    """The sensor that disagrees most with the others, None where none does; and whether it is clear
    that it is the one that is wrong: by a majority, or since it drifts and the other does not.
    """
    fit = {name: watch for name, watch in _speaking(memory).items() if not watch.is_ill}
    apart = [name for name, watch in fit.items() if watch.disagreement.is_on]
    if len(fit) > 2 and apart:
        return max(apart, key=lambda name: abs(fit[name].disagreement.apart_ppm)), True
    if len(apart) < 2:  # two see the same difference, each at its own readings
        return None, False
    drifting = [name for name in apart if _is_drifting(fit[name])]
    if len(drifting) == 1:
        return drifting[0], True
    return min(apart), False


def _is_drifting(watch: SensorWatch) -> bool:
    return watch.drift is not None and watch.drift.since_s > 0.0
