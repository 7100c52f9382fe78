"""A room's sensors together: what is found, what is fit, and that nothing breaks it."""

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.air.outdoor import Night, SensorBaseline
from gateway.domain.air.room_estimate import Range
from gateway.domain.faults import room_faults
from gateway.domain.faults.evidence import BY_CODE, FAULTS, ORDER, Evidence
from gateway.domain.faults.room_faults import MOST_SENSORS, RoomFaults, begin
from gateway.domain.faults.sensor_context import SensorContext
from sensors.wire.topic import DeviceSlug
from tests.gateway.domain.faults.watching import KNOWN, START_S, every, noisy, room_air, watch

LARGEST_STATE = 4096


def stored(memory: RoomFaults) -> bytes:
    return msgspec.msgpack.encode(memory)


class TestTable:
    def test_each_fault_has_its_row(self) -> None:
        assert [fault.code for fault in FAULTS] == list(ORDER)
        assert all(fault.meaning.endswith(".") for fault in FAULTS)

    def test_drift_and_doors_only_inform(self) -> None:
        informing = {code for code, fault in BY_CODE.items() if not fault.is_unfit}
        assert informing == {"drift", "door_drift"}


def test_evidence_is_told_with_what_is_known_only() -> None:
    fault = Evidence("stuck", DeviceSlug("co2-01"), 1_790_000_000.0, 61.54, co2_ppm=612.04)
    assert fault.as_dict() == {
        "code": "stuck",
        "device": "co2-01",
        "minutes": 61.5,
        "co2_ppm": 612.0,
        "since": "2026-09-21T14:13:20.000Z",
    }


class TestFitness:
    def test_an_ill_sensor_is_unfit_and_the_other_is_not(self) -> None:
        frozen = list(every(30.0, noisy(room_air([8] * 120)) + [720.0] * 200))
        memory = watch(frozen).memory
        assert not room_faults.is_fit(memory, DeviceSlug("co2-01"))
        assert room_faults.is_fit(memory, DeviceSlug("co2-02"))

    def test_a_sensor_that_fell_silent_beside_another_shows_nothing_any_more(self) -> None:
        frozen = list(every(30.0, noisy(room_air([8] * 120)) + [720.0] * 200))
        later = every(30.0, noisy([600.0] * 130), DeviceSlug("co2-02"), frozen[-1][0] + 10.0)
        watched = watch([*frozen, *later])
        assert watched.last_s("stuck") == pytest.approx(frozen[-1][0] + 3600.0, abs=30.0)

    def test_a_device_that_was_taken_away_takes_its_faults_along(self) -> None:
        memory = watch(every(30.0, noisy(room_air([8] * 120)) + [720.0] * 200)).memory
        memory = room_faults.after_count(memory, START_S + 20_000.0, DeviceSlug("door-01"), -4)
        assert [f.code for f in room_faults.found(memory, START_S + 20_000.0)] == [
            "stuck",
            "door_drift",
        ]
        memory = room_faults.without(
            room_faults.without(memory, DeviceSlug("co2-01")), DeviceSlug("door-01")
        )
        assert memory == begin()


class TestMemory:
    def test_it_goes_on_where_it_was_stored(self) -> None:
        values = noisy(room_air([8] * 120)) + [720.0] * 200
        whole = watch(every(30.0, values))
        half = watch(every(30.0, values[:200])).memory
        recalled = msgspec.msgpack.decode(stored(half), type=RoomFaults)
        rest = watch(every(30.0, values[200:], start_s=START_S + 200 * 30.0), memory=recalled)
        assert rest.memory == whole.memory
        assert rest.seen == whole.seen[200:]

    def test_a_room_with_many_devices_remembers_the_newest(self) -> None:
        readings = [(START_S + n, f"co2-{n:02}", 600.0) for n in range(3 * MOST_SENSORS)]
        memory = watch(readings).memory
        assert set(memory.sensors) == {device for _, device, _ in readings[-MOST_SENSORS:]}

    def test_an_older_reading_changes_nothing(self) -> None:
        memory = watch(every(30.0, noisy(room_air([8] * 60)))).memory
        late = room_faults.after_reading(
            memory, START_S + 60.0, DeviceSlug("co2-01"), 5000.0, KNOWN
        )
        assert late is memory


def ranges(most: float) -> st.SearchStrategy[Range]:
    number = st.floats(0.0, most)
    return st.tuples(number, number, number).map(lambda all_: Range(*_middle_first(all_)))


def _middle_first(values: tuple[float, float, float]) -> tuple[float, float, float]:
    low, value, high = sorted(values)
    return value, low, high


AROUND = st.builds(
    SensorContext,
    volume_m3=st.none() | st.floats(0.0, 5000.0),
    outdoor_ppm=st.floats(200.0, 700.0),
    outdoor_sd_ppm=st.floats(0.0, 60.0),
    people=st.none() | ranges(10_000.0),
    is_expected_empty=st.booleans(),
)
VALUES = (0.0, 345.0, 400.0, 405.0, 430.0, 500.0, 800.0, 1200.0, 2000.0, 5000.0, 40_000.0)
AIR = st.tuples(
    st.just("air"),
    st.sampled_from(["co2-01", "co2-02"]),
    st.sampled_from(VALUES) | st.floats(0.0, 40_000.0),
    AROUND,
)
PEOPLE = st.tuples(st.just("people"), st.just("door-01"), st.integers(-10_000, 10_000), AROUND)
NIGHTS = st.tuples(
    st.just("nights"),
    st.sampled_from(["co2-01", "co2-02"]),
    st.lists(st.floats(0.0, 40_000.0), max_size=14),
    AROUND,
)
WAIT_S = st.sampled_from([0.0, 0.001, 2.0, 10.0, 60.0, 600.0, 7200.0, 90_000.0, 4e6])
HEARD = st.lists(st.tuples(WAIT_S, st.integers(1, 40), AIR | PEOPLE | NIGHTS), max_size=25)


def _hear(memory: RoomFaults, at_s: float, what: tuple[Any, ...]) -> RoomFaults:
    kind, device, value, around = what
    if kind == "air":
        return room_faults.after_reading(memory, at_s, device, value, around)
    if kind == "people":
        return room_faults.after_count(memory, at_s, device, value)
    day = int(at_s // 86_400)
    nights = tuple(Night(day - len(value) + n, ppm) for n, ppm in enumerate(value))
    return room_faults.after_nights(memory, at_s, {device: SensorBaseline(nights)})


@given(HEARD)
def test_nothing_that_comes_in_breaks_it_or_makes_it_grow(
    heard: list[tuple[float, int, tuple[Any, ...]]],
) -> None:
    memory, at_s = begin(), START_S
    for wait_s, times, what in heard:
        for _ in range(times):
            at_s += wait_s
            memory = _hear(memory, at_s, what)
        faults = room_faults.found(memory, at_s)
        for fault in faults:
            assert fault.since_s <= at_s
            numbers = [v for v in fault.as_dict().values() if isinstance(v, float)]
            assert all(math.isfinite(number) for number in numbers)
            if fault.code not in ("drift", "door_drift", "disagreement"):
                assert not room_faults.is_fit(memory, fault.device)
        unfit = {fault.device for fault in faults if fault.is_unfit}
        silent = {fault.device for fault in faults} ^ set(memory.sensors)
        ill = {name for name in memory.sensors if not room_faults.is_fit(memory, name)}
        assert unfit <= ill <= unfit | silent
        assert len(stored(memory)) < LARGEST_STATE
        assert msgspec.msgpack.decode(stored(memory), type=RoomFaults) == memory


@pytest.mark.parametrize("interval_s", [2.0, 10.0, 60.0, 300.0])
@pytest.mark.parametrize("seed", range(4))
def test_a_good_sensor_on_a_busy_day_has_no_fault(interval_s: float, seed: int) -> None:
    per_h = round(3600.0 / interval_s)
    people = [0] * per_h + [12] * per_h + [2] * (per_h // 4) + [18] * per_h + [0] * 3 * per_h
    true = room_air(people, interval_s, changes_per_h=0.7 + seed)
    assert watch(every(interval_s, noisy(true, 20.0, seed=seed))).codes() == set()
