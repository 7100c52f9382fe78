import pytest

from gateway.domain.faults.sensor_context import SensorContext
from tests.gateway.domain.faults.watching import (
    KNOWN,
    START_S,
    every,
    noisy,
    room_air,
    watch,
    with_people,
)

BEFORE = noisy(room_air([4] * 60))
FEW = with_people(4.0)
JUMP_S = START_S + 60 * 30.0


def shifted(by_ppm: float, readings: int = 40) -> list[float]:
    return [BEFORE[-1] + by_ppm] * readings


@pytest.mark.parametrize(
    ("by_ppm", "around"),
    [
        pytest.param(400.0, FEW, id="up further than four people breathe"),
        pytest.param(3000.0, SensorContext(), id="up further than in a booth"),
        pytest.param(800.0, SensorContext(200.0), id="up further than in a packed room"),
        pytest.param(-300.0, FEW, id="down below what is outdoors"),
    ],
)  # fmt: skip
def test_a_shift_that_stays_is_found_in_five_minutes(by_ppm: float, around: SensorContext) -> None:
    watched = watch(every(30.0, BEFORE + noisy(shifted(by_ppm), 3.0)), around)
    assert watched.first_s("jump") == pytest.approx(JUMP_S + 300.0, abs=60.0)
    fault = next(fault for _, faults in watched.seen for fault in faults)
    assert fault.since_s == JUMP_S
    assert fault.from_ppm == BEFORE[-1]
    assert fault.is_unfit


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([*BEFORE, BEFORE[-1] + 900.0, *shifted(0)], id="one noisy reading"),
        pytest.param(
            [*BEFORE, *shifted(500.0, 4), *shifted(0)], id="somebody breathes on it for two minutes"
        ),
        pytest.param(noisy(room_air([0] * 20 + [60] * 60)), id="a crowd comes in"),
        pytest.param(noisy(room_air([12] * 120 + [0] * 60)), id="a meeting"),
    ],
)
def test_what_air_and_people_do_is_no_jump(values: list[float]) -> None:
    assert watch(every(30.0, values), KNOWN).codes() == set()


def test_one_person_in_a_booth_is_no_jump() -> None:
    booth = SensorContext(1.5, 430.0, 12.0)
    rising = [430.0 + 1e6 * 0.0051 / 1500.0 * 10.0 * number for number in range(60)]
    assert watch(every(10.0, [430.0] * 5 + rising), booth).codes() == set()


def test_windows_thrown_open_are_no_jump() -> None:
    high_ppm = room_air([12] * 120)[-1]
    falling = [430.0 + (high_ppm - 430.0) * 0.9**number for number in range(60)]
    assert watch(every(30.0, [*room_air([12] * 120), *falling]), FEW).codes() == set()


@pytest.mark.parametrize("by_ppm", [350.0, -550.0])
def test_a_smaller_shift_is_found_when_it_stays_for_a_quarter_of_an_hour(by_ppm: float) -> None:
    crowd = with_people(30.0)
    high = noisy(room_air([20] * 200))
    after = noisy([value + by_ppm for value in room_air([20] * 260)[200:]], seed=2)
    watched = watch(every(30.0, high + after), crowd)
    first_s = watched.first_s("jump")
    assert first_s is not None
    assert (first_s - START_S) / 60.0 - 100.0 == pytest.approx(15.0, abs=1.0)


def test_somebody_who_sits_beside_the_sensor_for_ten_minutes_is_none() -> None:
    high = noisy(room_air([20] * 200))
    breath = noisy([value + 350.0 for value in room_air([20] * 220)[200:]], seed=2)
    rest = noisy(room_air([20] * 260)[220:], seed=3)
    assert watch(every(30.0, high + breath + rest), with_people(30.0)).codes() == set()


def test_spikes_that_come_again_and_again_are() -> None:
    spiky = BEFORE + [*shifted(0, 9), BEFORE[-1] + 900.0] * 6
    watched = watch(every(30.0, spiky), FEW)
    fault = next(fault for _, faults in watched.seen for fault in faults)
    assert (fault.code, fault.co2_ppm) == ("jump", BEFORE[-1] + 900.0)


def test_half_an_hour_of_possible_readings_makes_it_well() -> None:
    watched = watch(every(30.0, BEFORE + noisy(shifted(400.0, 120))), FEW)
    last_s = watched.last_s("jump")
    assert last_s is not None
    assert (last_s - JUMP_S) / 60.0 == pytest.approx(35.0, abs=1.0)
    assert watched.seen[-1][1] == ()


def test_after_a_gap_air_may_be_anywhere() -> None:
    evening = list(every(30.0, [900.0] * 5))
    morning = list(every(30.0, noisy([450.0] * 30), start_s=START_S + 36_000.0))
    assert watch(evening + morning).codes() == set()
