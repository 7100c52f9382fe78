"""What a remedy would do, checked against the closed form of a room that is known for sure."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.air.mass_balance import ppm_after, seconds_to
from gateway.domain.air.room_estimate import Prior, Range, RoomEstimate, SigmaPoint
from gateway.domain.air.what_if import (
    as_is,
    at_least,
    carries,
    exactly,
    minutes_to,
    ppm_after_break,
    ppm_in,
    supplies,
    surely,
)

EACH_LPS = 0.005


def estimated(*ways: SigmaPoint) -> RoomEstimate:
    outdoor, flow = Range(430.0, 420.0, 440.0), Range(60.0, 40.0, 90.0)
    return RoomEstimate(0.0, 200.0, 900.0, 900.0, outdoor, flow, None, None, ways)


def way(weight: float = 1.0, flow_lps: float = 60.0, co2_ppm: float = 900.0) -> SigmaPoint:
    return SigmaPoint(weight, flow_lps, co2_ppm, 430.0, 12.0, EACH_LPS)


SURE = estimated(way())


def test_unchanged_windows_are_the_closed_form() -> None:
    assert ppm_in(SURE, 30.0, as_is) == ppm_after(200.0, 60.0, 430.0, 0.06, 900.0, 1800.0)


def test_opened_windows_never_give_less_than_there_is() -> None:
    assert ppm_in(SURE, 30.0, at_least(20.0)) == ppm_in(SURE, 30.0, as_is)
    assert ppm_in(SURE, 30.0, at_least(240.0)) == ppm_in(SURE, 30.0, exactly(240.0))


def test_a_break_is_a_room_without_people() -> None:
    out = ppm_in(SURE, 10.0, as_is, nobody=True)
    assert out == ppm_after(200.0, 60.0, 430.0, 0.0, 900.0, 600.0)
    back = ppm_after(200.0, 60.0, 430.0, 0.06, out, 1200.0)
    assert ppm_after_break(SURE, 10.0, 20.0, as_is) == pytest.approx(back)


def test_minutes_to_the_limit_are_those_of_the_likeliest_way() -> None:
    estimate = estimated(way(0.7), way(0.3, flow_lps=5.0))
    expected_s = seconds_to(1200.0, 200.0, 60.0, 430.0, 0.06, 900.0)
    assert minutes_to(estimate, 1200.0, as_is) == pytest.approx(expected_s / 60.0)
    assert minutes_to(estimate, 1200.0, exactly(500.0)) == math.inf


def test_as_many_as_it_carries_come_to_the_limit_at_the_end() -> None:
    people = carries(SURE, 1200.0, 45.0, as_is)
    assert ppm_after(200.0, 60.0, 430.0, people * EACH_LPS, 900.0, 2700.0) == pytest.approx(1200.0)


def test_a_room_that_does_not_come_below_in_time_carries_nobody() -> None:
    assert carries(estimated(way(co2_ppm=3000.0)), 1200.0, 5.0, as_is) == 0.0


def test_a_doubtful_flow_carries_fewer() -> None:
    doubtful = estimated(way(0.5, flow_lps=30.0), way(0.5, flow_lps=120.0))
    assert carries(doubtful, 1200.0, 120.0, as_is) < carries(SURE, 1200.0, 120.0, as_is)
    assert supplies(doubtful, as_is) == pytest.approx(60.0 * math.exp(-0.8416 * math.log(2.0)))


def test_surely_is_what_four_of_five_exceed() -> None:
    assert surely(Prior(100.0, 0.5)) == pytest.approx(65.65, abs=0.01)


@given(
    st.floats(0.0, 2000.0),
    st.floats(300.0, 5000.0),
    st.floats(0.5, 600.0),
    st.floats(500.0, 2000.0),
)
def test_the_more_flow_the_more_people(
    flow_lps: float, co2_ppm: float, minutes: float, limit_ppm: float
) -> None:
    estimate = estimated(way(co2_ppm=co2_ppm))
    fewer = carries(estimate, limit_ppm, minutes, exactly(flow_lps))
    more = carries(estimate, limit_ppm, minutes, exactly(1.5 * flow_lps))
    if co2_ppm > 430.0:
        assert 0.0 <= fewer <= more * (1.0 + 1e-9)
    assert math.isfinite(more)
