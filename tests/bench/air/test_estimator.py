from math import exp

import pytest

from bench.air.attendance import GROUP_LPS
from bench.air.estimator import DEFAULT, OfGateway, SteadyState, Transient, usual_room

ROOM = usual_room(100.0)
PEOPLE, FLOW_LPS = 10, 60.0
REST_PPM = 430.0 + 1e6 * PEOPLE * GROUP_LPS / FLOW_LPS


def filled(follower: SteadyState | Transient, minutes: int) -> float | None:
    """Flow per person after so long in a room that began with fresh air."""
    follower.add_count(0.0, PEOPLE, "exact")
    for second in range(0, minutes * 60 + 1, 10):
        faded = exp(-second * FLOW_LPS / 1e5)
        follower.add_reading(float(second), REST_PPM + (430.0 - REST_PPM) * faded)
    said = follower.estimate(minutes * 60.0)
    return None if said.each_lps is None else said.each_lps.value


def test_the_steady_state_formula_is_right_at_rest_and_far_too_high_before() -> None:
    assert filled(SteadyState(ROOM), 600) == pytest.approx(FLOW_LPS / PEOPLE, rel=1e-3)
    early = filled(SteadyState(ROOM), 15)
    assert early is not None
    assert early > 2 * FLOW_LPS / PEOPLE


def test_the_transient_balance_is_right_long_before_rest() -> None:
    assert filled(Transient(ROOM), 15) == pytest.approx(FLOW_LPS / PEOPLE, rel=0.05)


@pytest.mark.parametrize("formula", [SteadyState, Transient])
def test_formulas_say_nothing_without_a_reading(formula: type[SteadyState | Transient]) -> None:
    assert formula(ROOM).estimate(0.0).each_lps is None


def test_an_estimator_of_the_gateway_is_found_by_its_modules_name() -> None:
    follower = OfGateway(DEFAULT, ROOM, 0.0)
    assert follower.estimate(0.0).flow_lps is None
    follower.new_group(0.0)
    follower.add_count(0.0, PEOPLE, "exact")
    for second in range(0, 3600, 30):
        follower.add_reading(float(second), REST_PPM)
    said = follower.estimate(3600.0)
    assert said.flow_lps is not None
    assert said.flow_lps.low < FLOW_LPS < said.flow_lps.high
