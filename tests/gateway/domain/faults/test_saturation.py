import pytest

from tests.gateway.domain.faults.watching import START_S, every, noisy, watch, with_people

CROWD = with_people(60.0)
RISING = [1400.0 + 10.0 * number for number in range(60)]


@pytest.mark.parametrize("top_ppm", [2000.0, 5000.0, 10_000.0, 40_000.0])
def test_a_plateau_at_the_top_of_a_range_is_found(top_ppm: float) -> None:
    rising = [top_ppm - 600.0 + value - 1400.0 for value in RISING]
    watched = watch(every(30.0, rising + [top_ppm] * 20), CROWD)
    assert watched.codes() == {"saturation"}
    assert watched.first_s("saturation") == START_S + 64 * 30.0
    fault = watched.seen[-1][1][0]
    assert (fault.co2_ppm, fault.is_unfit) == (top_ppm, True)


def test_it_ends_well_below_the_top_and_does_not_flap() -> None:
    at_top = RISING + [2000.0] * 20
    hovering = watch(every(30.0, [*at_top, 1995.0, 1960.0, 2000.0, 1950.0]), CROWD)
    assert "saturation" in {fault.code for fault in hovering.seen[-1][1]}
    assert watch(every(30.0, [*at_top, 1930.0]), CROWD).seen[-1][1] == ()


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([*RISING, *[2000.0 + 10.0 * n for n in range(20)]], id="it goes on rising"),
        pytest.param([*RISING, 2400.0, *[2000.0] * 20], id="it has shown more before"),
        pytest.param([*RISING, *noisy([1985.0] * 40, 4.0)], id="air near the top"),
        pytest.param([*RISING, 2000.0, 2000.0, 1990.0], id="twice only"),
    ],
)
def test_air_that_happens_to_be_there_is_none(values: list[float]) -> None:
    assert "saturation" not in watch(every(30.0, values), CROWD).codes()


def test_a_plateau_is_not_called_stuck_as_well() -> None:
    assert watch(every(30.0, RISING + [2000.0] * 400), CROWD).codes() == {"saturation"}
