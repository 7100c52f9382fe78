import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.air.outdoor import (
    DAY_S,
    HIGHEST_PPM,
    LOWEST_PPM,
    NIGHTS,
    SD_PPM,
    OutdoorMemory,
    SensorBaseline,
    baseline_after,
    outdoor,
)
from gateway.domain.policy import TYPICAL_OUTDOOR_PPM
from sensors.wire.topic import DeviceSlug


def after_reading(
    memory: OutdoorMemory, at_s: float, device: DeviceSlug, co2_ppm: float
) -> OutdoorMemory:
    after = baseline_after(memory.sensors.get(device, SensorBaseline()), at_s, co2_ppm)
    return OutdoorMemory({**memory.sensors, device: after})


def nights(memory: OutdoorMemory, device: DeviceSlug, ppm: float, number: int) -> OutdoorMemory:
    """Days of eight busy hours and quiet nights, a reading every ten minutes."""
    for minute in range(0, number * 1440 + 1, 10):
        busy = 9 <= minute // 60 % 24 < 17
        shown_ppm = ppm + (600.0 if busy else 3.0 * (minute // 10 % 3))
        memory = after_reading(memory, DAY_S + 60.0 * minute, device, shown_ppm)
    return memory


def test_without_a_night_it_is_the_typical_value() -> None:
    found = outdoor(OutdoorMemory())
    assert (found.ppm, found.sd_ppm, found.nights) == (TYPICAL_OUTDOOR_PPM, SD_PPM, 0)
    memory = after_reading(OutdoorMemory(), 0.0, DeviceSlug("a"), 900.0)
    assert outdoor(memory).nights == 0


def test_quiet_nights_of_several_sensors_move_it_and_show_their_offsets() -> None:
    memory = OutdoorMemory()
    for device, ppm in (("a", 452.0), ("b", 460.0), ("c", 455.0), ("d", 510.0)):
        memory = nights(memory, DeviceSlug(device), ppm, 6)
    found = outdoor(memory)
    assert 435.0 < found.ppm < 460.0
    assert found.sd_ppm < SD_PPM
    assert memory.sensors["d"].ppm == pytest.approx(510.0, abs=8.0)


def test_one_sensor_with_an_offset_hardly_moves_a_venue() -> None:
    found = outdoor(nights(OutdoorMemory(), DeviceSlug("a"), 530.0, 6))
    assert found.ppm - TYPICAL_OUTDOOR_PPM < 0.3 * 100.0


def test_only_so_many_nights_are_kept() -> None:
    memory = nights(OutdoorMemory(), DeviceSlug("a"), 430.0, NIGHTS + 6)
    assert len(memory.sensors["a"].nights) == NIGHTS


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.floats(0.0, 7200.0), st.floats(-1e4, 1e5)),
        max_size=200,
    )
)
def test_it_stays_what_outdoor_air_can_be(readings: list[tuple[str, float, float]]) -> None:
    memory, at_s = OutdoorMemory(), 0.0
    for device, step_s, ppm in readings:
        at_s += step_s
        memory = after_reading(memory, at_s, DeviceSlug(device), ppm)
        assert LOWEST_PPM <= outdoor(memory).ppm <= HIGHEST_PPM
    for sunk in (0.0, 2000.0):
        assert LOWEST_PPM <= outdoor(nights(memory, DeviceSlug("z"), sunk, 3)).ppm <= HIGHEST_PPM
