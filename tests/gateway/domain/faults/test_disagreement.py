from collections.abc import Iterator

import pytest

from gateway.domain.air.outdoor import Night, SensorBaseline
from gateway.domain.faults import room_faults
from sensors.wire.topic import DeviceSlug
from tests.gateway.domain.faults.watching import START_S, every, noisy, room_air, watch

TRUE = room_air([6] * 480)
"""Four hours, half a minute apart."""


def together(*streams: list[float]) -> Iterator[tuple[float, str, float]]:
    """Sensors co2-01, co2-02, …, a second apart."""
    devices = [
        every(30.0, values, DeviceSlug(f"co2-0{number}"), START_S + number)
        for number, values in enumerate(streams, 1)
    ]
    return (reading for readings in zip(*devices, strict=True) for reading in readings)


def off(by_ppm: float, seed: int) -> list[float]:
    return noisy([value + by_ppm for value in TRUE], seed=seed)


def test_two_sensors_far_apart_are_told_after_an_hour_and_both_stay_in() -> None:
    watched = watch(together(off(0, 1), off(300, 2)))
    assert watched.codes() == {"disagreement"}
    first_s = watched.first_s("disagreement")
    assert first_s is not None
    assert 60.0 < (first_s - START_S) / 60.0 < 90.0
    (fault,) = watched.seen[-1][1]
    assert {fault.device, fault.other} == {"co2-01", "co2-02"}
    assert abs(fault.off_ppm or 0.0) == pytest.approx(300.0, abs=20.0)
    assert not fault.is_told
    assert all(
        room_faults.is_fit(watched.memory, DeviceSlug(device)) for device in ("co2-01", "co2-02")
    )


@pytest.mark.parametrize("by_ppm", [-60, 60, 90])
def test_within_their_accuracies_they_agree(by_ppm: float) -> None:
    assert watch(together(off(0, 1), off(by_ppm, 2))).codes() == set()


def test_of_three_the_odd_one_is_left_out() -> None:
    watched = watch(together(off(0, 1), off(300, 2), off(20, 3)))
    (fault,) = watched.seen[-1][1]
    assert (fault.device, fault.is_told) == ("co2-02", True)
    fit = [room_faults.is_fit(watched.memory, DeviceSlug(f"co2-0{number}")) for number in (1, 2, 3)]
    assert fit == [True, False, True]


def test_of_two_the_one_that_drifts_is_left_out() -> None:
    def nights(ppm: float) -> SensorBaseline:
        return SensorBaseline(tuple(Night(day, ppm) for day in range(20_710, 20_717)))

    watched = watch(together(off(0, 1), off(-300, 2)))
    baselines = {"co2-01": nights(430.0), "co2-02": nights(250.0)}
    memory = room_faults.after_nights(watched.memory, START_S + 20_000.0, baselines)
    codes = [(f.code, f.device, f.is_told) for f in room_faults.found(memory, START_S + 20_000.0)]
    assert codes == [("disagreement", "co2-02", True), ("drift", "co2-02", True)]
    assert not room_faults.is_fit(memory, DeviceSlug("co2-02"))
    assert room_faults.is_fit(memory, DeviceSlug("co2-01"))


def test_it_is_over_when_they_agree_again() -> None:
    apart = [value + (300.0 if number < 240 else 0.0) for number, value in enumerate(TRUE)]
    watched = watch(together(off(0, 1), noisy(apart)))
    assert watched.codes() == {"disagreement"}
    assert watched.seen[-1][1] == ()


def test_one_that_fell_silent_is_not_compared() -> None:
    silent = list(together(off(0, 1)[:100], off(300, 2)[:100]))
    alone = list(every(30.0, off(0, 1)[100:], DeviceSlug("co2-01"), START_S + 4000.0))
    assert watch(silent + alone).codes() == set()
