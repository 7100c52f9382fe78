"""Ordinary readings put together come to the same as each of them by itself."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.faults import room_faults
from gateway.domain.faults.ordinary import after_ordinary, ordinary, until_s
from gateway.domain.faults.room_faults import RoomFaults, after_count, after_reading, begin
from gateway.domain.faults.sensor_context import SensorContext
from sensors.wire.topic import DeviceSlug
from tests.gateway.domain.faults.watching import KNOWN, START_S, with_people

DEVICE, DOOR = DeviceSlug("co2-01"), DeviceSlug("door-01")
AROUND = (
    SensorContext(),
    KNOWN,
    with_people(6.0),
    with_people(0.2)._replace(is_expected_empty=True),
)

spells = st.tuples(
    st.integers(1, 40),
    st.sampled_from((1.0, 10.0, 60.0, 300.0, 2000.0, 4000.0)),
    st.sampled_from((0.0, 3.0, 30.0, 90.0)),
    st.sampled_from((400.0, 410.0, 600.0, 1990.0)),
    st.sampled_from(AROUND),
    st.integers(0, 99),
)


def together(
    memory: RoomFaults, readings: list[tuple[float, float]], around: SensorContext
) -> tuple[RoomFaults, int]:
    """After readings, of which ordinary ones are put together; and how many those were."""
    waiting: list[tuple[float, float]] = []
    watched, last_s, count = None, 0.0, 0
    for at_s, ppm in readings:
        if watched is not None and at_s < last_s and watched.takes(at_s, ppm):
            waiting.append((at_s, ppm))
            count += 1
            continue
        memory = after_ordinary(memory, DEVICE, waiting, around) if waiting else memory
        waiting = []
        memory = after_reading(memory, at_s, DEVICE, ppm, around)
        watched = None if room_faults.found(memory, at_s) else ordinary(memory, DEVICE)
        last_s = until_s(memory)
    return after_ordinary(memory, DEVICE, waiting, around) if waiting else memory, count


@settings(max_examples=200, deadline=None)
@given(st.lists(spells, min_size=1, max_size=6), st.none() | st.integers(-1, 5))
def test_ordinary_readings_put_together_are_remembered_as_each_by_itself(
    some: list[tuple[int, float, float, float, SensorContext, int]], inside: int | None
) -> None:
    one = both = begin()
    if inside is not None:
        one = both = after_count(one, START_S, DOOR, inside)
    at_s = START_S
    for count, every_s, stray_ppm, middle_ppm, around, seed in some:
        dice, readings = Random(seed), []
        for _ in range(count):
            at_s += every_s
            readings.append((at_s, round(middle_ppm + stray_ppm * dice.uniform(-1.0, 1.0)) + 0.0))
        for reading_s, ppm in readings:
            one = after_reading(one, reading_s, DEVICE, ppm, around)
        both, _ = together(both, readings, around)
        assert both == one


@pytest.mark.parametrize("every_s", [4.0, 60.0])
def test_nearly_all_readings_of_a_usual_room_are_ordinary(every_s: float) -> None:
    dice = Random(1)
    readings = [(START_S + i * every_s, round(700 + dice.gauss(0, 10)) + 0.0) for i in range(200)]
    assert together(begin(), readings, KNOWN)[1] > 190
