from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.air.forecast import (
    HORIZON_MIN,
    TOLD_MINUTES,
    Point,
    ahead,
    at_minute,
    forecast,
    minutes_to,
    most_ppm,
)
from gateway.domain.air.mass_balance import ppm_after
from gateway.domain.air.room_estimate import Range, RoomEstimate, SigmaPoint
from gateway.domain.air.skill import Moments, Skill, issued

VOLUME_M3 = 150.0
SURE = Skill(moments=Moments(xx=1e12, xy=1e12))
"""Has seen so much of what the model said come true that all of it is told."""


def estimated(*hypotheses: SigmaPoint, shown_ppm: float = 600.0) -> RoomEstimate:
    return RoomEstimate(
        0.0, VOLUME_M3, shown_ppm, shown_ppm, Range(430.0, 410.0, 450.0), None, None, None,
        hypotheses or (SigmaPoint(1.0, 40.0, 600.0, 430.0, 12.0, 0.0052),),
    )  # fmt: skip


def test_one_hypothesis_is_run_forward_as_the_mass_balance_says() -> None:
    said = forecast(estimated(), SURE)
    for minutes in (0.0, 15.0, 60.0, 120.0):
        expected_ppm = ppm_after(VOLUME_M3, 40.0, 430.0, 12 * 0.0052, 600.0, 60 * minutes)
        assert at_minute(said.path, minutes).ppm == pytest.approx(expected_ppm, abs=0.5)
    assert said.ahead_ppm == pytest.approx(at_minute(said.path, 15.0).ppm)


def test_it_goes_to_the_end_of_the_meeting_but_not_under_15_minutes_nor_over_two_hours() -> None:
    ends = [forecast(estimated(), SURE, until).path[-1].minutes for until in (3.0, 47.5, 999.0)]
    assert ends == [15.0, 47.5, HORIZON_MIN]


def test_of_a_model_that_never_came_true_nothing_is_told_for_15_minutes_and_all_after_an_hour() -> (
    None
):
    wrong = Skill(moments=Moments(xx=1e12))
    said = forecast(estimated(), wrong)
    sure = forecast(estimated(), SURE)
    assert at_minute(said.path, 15.0).ppm == pytest.approx(600.0)
    assert at_minute(said.path, 60.0).ppm == pytest.approx(at_minute(sure.path, 60.0).ppm)


def test_hypotheses_that_differ_widen_the_band() -> None:
    one = forecast(estimated(), SURE)
    both = forecast(
        estimated(
            SigmaPoint(0.5, 20.0, 600.0, 430.0, 12.0, 0.0052),
            SigmaPoint(0.5, 120.0, 600.0, 430.0, 12.0, 0.0052),
        ),
        SURE,
    )
    narrow, wide = at_minute(one.path, 30.0), at_minute(both.path, 30.0)
    assert wide.high_ppm - wide.low_ppm > narrow.high_ppm - narrow.low_ppm


def test_minutes_to_a_limit_lie_within_what_the_band_says() -> None:
    path = forecast(estimated(), SURE).path
    found = minutes_to(path, 900.0)
    assert found is not None
    assert found.low <= found.value <= found.high
    then = at_minute(path, found.value)
    assert abs(then.ppm - 900.0) <= 0.31 * (then.high_ppm - then.ppm)
    assert minutes_to(path, 500.0) == Range(0.0, 0.0, 0.0)
    assert minutes_to(path, 50_000.0) is None


def test_a_crossing_soon_is_named_late_rather_than_early_and_a_far_one_early() -> None:
    straight = [Point(m, 500.0 + 20.0 * m, 400.0 + 20.0 * m, 600.0 + 20.0 * m) for m in range(61)]
    soon, later = minutes_to(straight, 700.0), minutes_to(straight, 1300.0)
    assert soon is not None
    assert later is not None
    assert soon.value == pytest.approx(11.5)
    assert later.value == pytest.approx(39.0)


def test_a_limit_that_only_the_upper_edge_reaches_is_not_announced() -> None:
    path = (Point(0.0, 600.0, 590.0, 610.0), Point(60.0, 700.0, 640.0, 900.0))
    assert minutes_to(path, 800.0) is None
    found = minutes_to(path, 650.0)
    assert found is not None
    assert found.high == inf


weights = st.floats(0.01, 1.0)
hypotheses = st.lists(
    st.builds(
        SigmaPoint,
        weights,
        st.floats(0.0, 5000.0),
        st.floats(300.0, 5000.0),
        st.floats(380.0, 500.0),
        st.floats(0.0, 300.0),
        st.floats(0.001, 0.02),
    ),
    min_size=1,
    max_size=8,
)


@given(hypotheses, st.floats(300.0, 5000.0), st.floats(0.0, 300.0), st.floats(400.0, 3000.0))
def test_the_path_lies_within_its_band_whatever_is_estimated(
    some: list[SigmaPoint], shown_ppm: float, until_min: float, limit_ppm: float
) -> None:
    total = sum(one.weight for one in some)
    alike = [one._replace(weight=one.weight / total) for one in some]
    path = forecast(estimated(*alike, shown_ppm=shown_ppm), Skill(), until_min).path
    assert path[0].minutes == 0.0
    assert all(point.low_ppm <= point.ppm <= point.high_ppm for point in path)
    found = minutes_to(path, limit_ppm)
    assert found is None or 0.0 <= found.low <= found.value <= found.high


@given(
    hypotheses, st.floats(300.0, 5000.0), st.floats(0.0, 300.0), st.lists(st.floats(300.0, 3000.0))
)
def test_what_is_said_without_the_path_is_said_of_the_path(
    some: list[SigmaPoint], shown_ppm: float, until_min: float, before_ppm: list[float]
) -> None:
    total = sum(one.weight for one in some)
    alike = [one._replace(weight=one.weight / total) for one in some]
    now = estimated(*alike, shown_ppm=shown_ppm)._replace(at_s=900.0)
    skill = SURE
    for i, ppm in enumerate(before_ppm[:12]):
        skill = issued(skill, 60.0 * i, ppm, ppm, 50.0, 10.0 * i)
    said = forecast(now, skill, until_min)
    assert ahead(now) == (said.ahead_ppm, said.ahead_spread_ppm, said.people_ppm)
    soon = [point.ppm for point in said.path if point.minutes <= 20.0]
    assert max(soon) <= most_ppm(now, skill, 20.0)
    assert max(point.ppm for point in said.path) <= most_ppm(now, skill, HORIZON_MIN)
    fewer = forecast(now, skill, until_min, TOLD_MINUTES).path
    end = said.path[-1].minutes
    assert fewer == tuple(one for one in said.path if one.minutes in (*TOLD_MINUTES, end))
