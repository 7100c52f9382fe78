"""What is found in recordings of real rooms: their known faults, and no others."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from math import hypot
from typing import NamedTuple

import pytest

from gateway.domain.air.outdoor import (
    OFFSET_SD_PPM,
    OutdoorMemory,
    SensorBaseline,
    baseline_after,
    outdoor,
)
from gateway.domain.faults import room_faults
from gateway.domain.faults.evidence import Evidence
from gateway.domain.faults.sensor_context import SensorContext
from sensors.wire.topic import DeviceSlug
from tests.recordings import recording

Heard = tuple[float, str, float]
BASELINE_SD_PPM = 12.0

SINGLE = {
    "windesheim 999169, building sensor": ("windesheim/windesheim-999169-raw-bms.csv", 75.0),
    "windesheim 999169, SCD41": ("windesheim/windesheim-999169-raw-scd41.csv", 75.0),
    "windesheim 925038, building sensor": ("windesheim/windesheim-925038-raw-bms.csv", 60.0),
    "windesheim 925038, SCD41": ("windesheim/windesheim-925038-raw-scd41.csv", 60.0),
    "robod lecture room": ("robod/robod-room1.csv", 486.2),
    "robod office": ("robod/robod-room3.csv", 413.2),
    "uci 864, MH-Z14A": ("uci864/Occupancy_Estimation.csv", 70.0),
}


class Found(NamedTuple):
    """The faults of a recording, each as it was when it was seen last, and when each kind was first
    found.
    """

    faults: tuple[Evidence, ...]
    first_s: dict[str, float]

    def codes(self) -> set[str]:
        return {fault.code for fault in self.faults}

    def of(self, code: str) -> list[tuple[str, str]]:
        """When each of a kind began and when it was seen last: month, day and time, UTC."""
        return [
            (_time(f.since_s), _time(f.since_s + 60.0 * f.minutes))
            for f in self.faults
            if f.code == code
        ]


def _time(at_s: float) -> str:
    return f"{datetime.fromtimestamp(at_s, UTC):%m-%d %H:%M}"


def _rows(name: str, column: str, device: DeviceSlug) -> list[Heard]:
    with recording(name).open(encoding="utf-8") as file:
        return [
            (_at_s(row), device, float(row[column])) for row in csv.DictReader(file) if row[column]
        ]


def _at_s(row: dict[str, str]) -> float:
    if "ts" in row:
        return datetime.fromisoformat(row["ts"]).timestamp()
    hours, minutes, seconds = (int(part) for part in row["Time"].split(":"))
    time = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return (datetime.fromisoformat(row["Date"]).replace(tzinfo=UTC) + time).timestamp()


def air(name: str, device: DeviceSlug = DeviceSlug("co2-01")) -> list[Heard]:
    return _rows(name, "S5_CO2" if name.startswith("uci") else "co2_ppm", device)


def _around(
    memory: OutdoorMemory, device: DeviceSlug, volume_m3: float, at_s: float
) -> SensorContext:
    """As the gateway has it, without an estimate of people; at night nobody is expected."""
    sensor = memory.sensors[device]
    now = outdoor(memory)
    shown, sd_ppm = now.ppm, hypot(now.sd_ppm, OFFSET_SD_PPM)
    if sensor.ppm is not None:
        shown, sd_ppm = sensor.ppm, BASELINE_SD_PPM
    local_hour = (at_s / 3600.0 + 2.0) % 24.0
    return SensorContext(volume_m3, shown, sd_ppm, None, not 7.0 <= local_hour < 20.0)


def replay(volume_m3: float, readings: Iterable[Heard], doors: Iterable[Heard] = ()) -> Found:
    memory, sensors = room_faults.begin(), dict[str, SensorBaseline]()
    found: dict[tuple[str, str, float], Evidence] = {}
    first_s: dict[str, float] = {}
    for at_s, device, value in sorted([*readings, *doors]):
        if device == "door-01":
            memory = room_faults.after_count(memory, at_s, DeviceSlug(device), int(value))
        else:
            before = sensors.get(device)
            sensors[device] = baseline_after(before or SensorBaseline(), at_s, value)
            around = _around(OutdoorMemory(sensors), DeviceSlug(device), volume_m3, at_s)
            memory = room_faults.after_reading(memory, at_s, DeviceSlug(device), value, around)
            if before is not None and sensors[device].day != before.day:
                memory = room_faults.after_nights(memory, at_s, sensors)
        for fault in room_faults.found(memory, at_s):
            found[fault.code, fault.device, fault.since_s] = fault
            first_s.setdefault(fault.code, at_s)
    return Found(tuple(found.values()), first_s)


@pytest.mark.parametrize(("name", "volume_m3"), SINGLE.values(), ids=SINGLE)
def test_a_working_sensor_has_no_fault(name: str, volume_m3: float) -> None:
    assert replay(volume_m3, air(name)).faults == ()


@pytest.mark.parametrize(
    ("recorded", "frozen_from", "within_h"),
    [
        pytest.param(
            "windesheim 999169, building sensor", "2022-10-20T08:00", 0.8, id="fine, each minute"
        ),
        pytest.param(
            "windesheim 925038, SCD41", "2022-10-20T08:00", 3.1, id="fine, each ten minutes"
        ),
        pytest.param("robod lecture room", "2021-12-15T08:00", 6.5, id="fine, often at its floor"),
        pytest.param("uci 864, MH-Z14A", "2017-12-23T18:00", 1.6, id="in steps of 5, at 845 ppm"),
    ],
)
def test_a_sensor_that_freezes_on_a_working_day_is_found(
    recorded: str, frozen_from: str, within_h: float
) -> None:
    name, volume_m3 = SINGLE[recorded]
    from_s = datetime.fromisoformat(frozen_from).replace(tzinfo=UTC).timestamp()
    readings = [reading for reading in air(name) if reading[0] < from_s + 86_400.0]
    frozen_ppm = next(value for at_s, _, value in readings if at_s >= from_s)
    found = replay(
        volume_m3,
        [(at, name, value if at < from_s else frozen_ppm) for at, name, value in readings],
    )
    assert found.codes() == {"stuck"}
    assert 0.0 < (found.first_s["stuck"] - from_s) / 3600.0 <= within_h


@cache
def room_999169() -> Found:
    both = air("windesheim/windesheim-999169-raw-bms.csv", DeviceSlug("bms"))
    both += air("windesheim/windesheim-999169-raw-scd41.csv", DeviceSlug("scd41"))
    doors = _rows("windesheim/windesheim-999169.csv", "people_xovis", DeviceSlug("door-01"))
    return replay(75.0, both, doors)


class TestRoom999169:
    """Two sensors, and a line counter that drifts and never resets."""

    def test_people_counted_at_night_are_the_door_s_drift(self) -> None:
        assert room_999169().of("door_drift") == [("10-28 19:00", "10-28 22:13")]

    def test_the_days_on_which_its_sensors_disagree(self) -> None:
        assert [since[:5] for since, _ in room_999169().of("disagreement")] == [
            "10-24",
            "10-25",
            "11-01",
        ]

    def test_and_nothing_else(self) -> None:
        assert room_999169().codes() == {"door_drift", "disagreement"}


def test_sensors_that_differ_within_their_accuracies_agree() -> None:
    both = air("windesheim/windesheim-925038-raw-bms.csv", DeviceSlug("bms"))
    both += air("windesheim/windesheim-925038-raw-scd41.csv", DeviceSlug("scd41"))
    assert replay(60.0, both).faults == ()
