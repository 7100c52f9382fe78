"""For how many people a tested flow is enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.policy import Policy
from gateway.domain.presets import PRESETS
from gateway.domain.room_test.enough import people_enough

BY_FLOW = Policy("flow", min_flow_lps=4.0)
BY_CO2 = Policy("co2", co2_limit_ppm=1200.0)


def test_by_fresh_air_it_is_a_division() -> None:
    assert people_enough(BY_FLOW, 41.0, None, 430.0) == 10


def test_the_floor_takes_its_part_first() -> None:
    policy = Policy("both", min_flow_lps=2.5, min_flow_area_lps_m2=0.3)
    assert people_enough(policy, 40.0, 50.0, 430.0) == 10


def test_by_co2_it_is_what_the_room_comes_to_in_the_end() -> None:
    # 770 ppm over outdoors, 5.14 ml/s each: 6.67 l/s for each person
    assert people_enough(BY_CO2, 66.8, None, 430.0) == 10


@pytest.mark.parametrize(("one_suffices", "people"), [(False, 6), (True, 10)])
def test_of_two_limits_the_stricter_counts_unless_one_suffices(
    one_suffices: bool, people: int
) -> None:
    policy = Policy("two", co2_limit_ppm=1200.0, min_flow_lps=4.0, one_suffices=one_suffices)
    assert people_enough(policy, 41.0, None, 430.0) == people


def test_no_limit_says_nothing_and_no_flow_is_for_nobody() -> None:
    assert people_enough(Policy("none"), 41.0, None, 430.0) is None
    assert people_enough(BY_FLOW, 0.0, None, 430.0) == 0


@given(st.sampled_from(PRESETS), st.floats(0, 1000), st.floats(0, 500), st.floats(400, 500))
def test_more_air_is_never_for_fewer(
    policy: Policy, flow_lps: float, more_lps: float, outdoor_ppm: float
) -> None:
    less = people_enough(policy, flow_lps, 50.0, outdoor_ppm)
    more = people_enough(policy, flow_lps + more_lps, 50.0, outdoor_ppm)
    assert (less is None) == (more is None)
    assert (less or 0) <= (more or 0)
