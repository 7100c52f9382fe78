"""What a figure of air from inside the building is worth in outdoor air."""

import pytest

from gateway.domain.air.room_estimate import Range, RoomEstimate
from gateway.domain.policy import TYPICAL_OUTDOOR_PPM

EACH = Range(12.0, 9.0, 16.0)


def estimate(basis: str, co2_ppm: float, comes_in: Range) -> RoomEstimate:
    return RoomEstimate(
        0.0, 150.0, co2_ppm, co2_ppm, comes_in, None, EACH, Range(10.0, 10.0, 10.0), (),
        basis=basis,  # type: ignore[arg-type]  # one of the two
    )  # fmt: skip


def test_outdoor_air_is_what_it_is() -> None:
    found = estimate("outdoors", 900.0, Range(440.0, 420.0, 460.0))
    assert found.fresh_per_person_lps == EACH
    assert found.outdoors_ppm == 440.0


def test_air_from_inside_is_worth_the_co2_that_it_carries_out() -> None:
    found = estimate("room_base", TYPICAL_OUTDOOR_PPM + 400.0, Range(720.0, 720.0, 720.0))
    share = (TYPICAL_OUTDOOR_PPM + 400.0 - 720.0) / 400.0
    assert found.fresh_per_person_lps == pytest.approx([share * one for one in EACH])
    assert found.outdoors_ppm == TYPICAL_OUTDOOR_PPM


def test_not_knowing_what_comes_in_makes_it_less_sure() -> None:
    sure = estimate("room_base", 1000.0, Range(700.0, 700.0, 700.0)).fresh_per_person_lps
    unsure = estimate("room_base", 1000.0, Range(700.0, 600.0, 800.0)).fresh_per_person_lps
    assert sure is not None
    assert unsure is not None
    assert (unsure.value, unsure.low < sure.low, unsure.high > sure.high) == (
        sure.value, True, True,
    )  # fmt: skip


@pytest.mark.parametrize("co2_ppm", [400.0, TYPICAL_OUTDOOR_PPM, 650.0])
def test_air_that_carries_nothing_out_is_worth_nothing(co2_ppm: float) -> None:
    assert estimate("room_base", co2_ppm, Range(700.0, 690.0, 710.0)).fresh_per_person_lps == (
        0.0, 0.0, 0.0,
    )  # fmt: skip
