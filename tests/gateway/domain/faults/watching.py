"""A room's sensors as a test feeds them: streams of readings, and what was found after each."""

from collections.abc import Iterable, Iterator
from random import Random
from typing import NamedTuple

from gateway.domain.air.mass_balance import flow_of, ppm_after
from gateway.domain.air.room_estimate import Range
from gateway.domain.faults import room_faults
from gateway.domain.faults.evidence import Evidence
from gateway.domain.faults.room_faults import RoomFaults, after_reading, begin
from gateway.domain.faults.sensor_context import SensorContext
from sensors.wire.topic import DeviceSlug

START_S = 1_790_000_000.0
KNOWN = SensorContext(200.0, 430.0, 12.0)
"""A room of 200 m3 whose sensor's baseline is known."""


def with_people(people: float, around: SensorContext = KNOWN) -> SensorContext:
    return around._replace(people=Range(people, 0.7 * people, 1.3 * people + 1.0))


class Watched(NamedTuple):
    """``seen`` holds what was found after each reading, with its moment."""

    memory: RoomFaults
    seen: tuple[tuple[float, tuple[Evidence, ...]], ...]

    def codes(self) -> set[str]:
        return {fault.code for _, faults in self.seen for fault in faults}

    def first_s(self, code: str) -> float | None:
        """When a fault was first found."""
        return next((at for at, faults in self.seen if code in {f.code for f in faults}), None)

    def last_s(self, code: str) -> float | None:
        return next(
            (at for at, faults in reversed(self.seen) if code in {f.code for f in faults}), None
        )


def watch(
    readings: Iterable[tuple[float, str, float]],
    around: SensorContext = KNOWN,
    memory: RoomFaults | None = None,
) -> Watched:
    memory = begin() if memory is None else memory
    seen = []
    for at_s, device, co2_ppm in readings:
        memory = after_reading(memory, at_s, DeviceSlug(device), co2_ppm, around)
        seen.append((at_s, room_faults.found(memory, at_s)))
    return Watched(memory, tuple(seen))


def every(
    interval_s: float,
    values: Iterable[float],
    device: DeviceSlug = DeviceSlug("co2-01"),
    start_s: float = START_S,
) -> Iterator[tuple[float, str, float]]:
    for number, value in enumerate(values):
        yield start_s + number * interval_s, device, value


def room_air(
    people: Iterable[int], interval_s: float = 30.0, changes_per_h: float = 2.0
) -> list[float]:
    """The true CO2 of a room of 200 m3 with so many people at each moment."""
    co2_ppm, found = 430.0, []
    flow_lps = flow_of(200.0, changes_per_h)
    for count in people:
        co2_ppm = ppm_after(200.0, flow_lps, 430.0, 0.0051 * count, co2_ppm, interval_s)
        found.append(co2_ppm)
    return found


def noisy(
    values: Iterable[float], sd_ppm: float = 5.0, step_ppm: float = 1.0, seed: int = 1
) -> list[float]:
    dice = Random(seed)
    return [round(dice.gauss(value, sd_ppm) / step_ppm) * step_ppm for value in values]
