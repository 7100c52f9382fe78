"""The sensors behind a report: what each should have sent, what came, and how far it can be
trusted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise

import msgspec

from gateway.domain.report.material import Material
from gateway.domain.report.outcome import SensorError
from sensors.wire.reading import About, Kind, Reading
from sensors.wire.topic import DeviceSlug


class SensorUse(msgspec.Struct, frozen=True):
    """One sensor within the time that is judged. ``expected`` is None where it never said how often
    it measures; ``calibrated_at`` is None where nobody told.
    """

    device: DeviceSlug
    kind: Kind
    model: str | None
    interval_s: float | None
    expected: int | None
    received: int
    longest_gap_s: float
    calibrated_at: datetime | None = None
    error_ppm: float | None = None
    error_pct: float | None = None


def sensors_used(
    material: Material, abouts: Mapping[str, About], from_ns: int, to_ns: int
) -> tuple[SensorUse, ...]:
    """The sensors that measured the room in the window, by kind and name, judged between two
    moments.
    """
    times: dict[tuple[Kind, DeviceSlug], set[int]] = defaultdict(set)
    readings: tuple[Reading, ...] = (*material.air, *material.people)
    for reading in readings:
        if reading.at_ns >= material.window.from_ns:
            times[reading.kind, reading.device].add(reading.at_ns)
    return tuple(
        _use(kind, device, at_ns, abouts.get(device, About()), from_ns, to_ns)
        for (kind, device), at_ns in sorted(times.items())
    )


def error_of(sensors: Iterable[SensorUse]) -> SensorError:
    """How far off the CO2 may be: as the least exact of the sensors says, the usual where none
    does.
    """
    usual = SensorError()
    found = [
        SensorError(
            usual.ppm if sensor.error_ppm is None else sensor.error_ppm,
            usual.share if sensor.error_pct is None else sensor.error_pct / 100,
        )
        for sensor in sensors
        if sensor.kind == "air"
    ]
    return max(found, key=lambda error: error.at(1000.0), default=usual)


def _use(
    kind: Kind, device: DeviceSlug, times: set[int], about: About, from_ns: int, to_ns: int
) -> SensorUse:
    inside = sorted(at_ns for at_ns in times if from_ns <= at_ns < to_ns)
    gaps = [later - sooner for sooner, later in pairwise([from_ns, *inside, to_ns])]
    length_s = (to_ns - from_ns) / 1e9
    every_s = about.interval_s
    return SensorUse(
        device=device,
        kind=kind,
        model=about.model,
        interval_s=every_s,
        expected=None if every_s is None else round(length_s / every_s),
        received=len(inside),
        longest_gap_s=max(gaps) / 1e9,
        calibrated_at=about.calibrated_at,
        error_ppm=about.error_ppm,
        error_pct=about.error_pct,
    )
