"""What is seen of a ventilation that follows its room's CO2."""

from collections.abc import Iterable
from math import exp, log
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.air.demand import curve
from gateway.domain.air.demand_seen import ENOUGH_MIN, DemandSeen

USUAL, WANDER = log(3.0), 0.1
MEETING_PPM = [600.0 + 6.0 * minute for minute in range(90)]
"""The air of a meeting, minute by minute."""
PPM, LOG = st.floats(350.0, 5000.0), st.floats(-3.0, 4.0)


def after(moments: Iterable[tuple[float, float]]) -> DemandSeen:
    found = DemandSeen()
    for co2_ppm, log_flow in moments:
        found = found.after(1.0, 1.0, co2_ppm, log_flow)
    return found


def wandering(dice: Random) -> float:
    return dice.gauss(USUAL, WANDER)


def test_a_flow_that_rises_with_the_co2_is_seen() -> None:
    dice = Random(1)
    assert after((ppm, wandering(dice) + 0.6 * curve(ppm)) for ppm in MEETING_PPM).is_seen


def test_it_takes_an_hour() -> None:
    moments = [(ppm, USUAL + curve(ppm)) for ppm in MEETING_PPM * 2]
    enough = round(ENOUGH_MIN)
    assert not after(moments[: enough - 1]).is_seen
    assert after(moments[:enough]).is_seen


def test_a_flow_that_stays_is_not() -> None:
    dice = Random(2)
    assert not after((ppm, wandering(dice)) for ppm in MEETING_PPM * 3).is_seen


def test_nor_is_a_window_that_is_opened_in_stuffy_air() -> None:
    """Four times the flow, and the air is as fresh as at the beginning after ten minutes."""
    aired = [(600.0 + 500.0 * exp(-minute / 5.0), USUAL + log(4.0)) for minute in range(30)]
    assert not after([(ppm, USUAL) for ppm in MEETING_PPM] + aired).is_seen


def test_air_that_hardly_changes_shows_nothing() -> None:
    dice = Random(3)
    assert not after((900.0, wandering(dice)) for _ in range(200)).is_seen


@given(st.lists(PPM, min_size=1, max_size=200), LOG)
def test_whatever_the_co2_does_a_flow_that_stays_shows_nothing(
    ppm: list[float], log_flow: float
) -> None:
    assert not after((co2_ppm, log_flow) for co2_ppm in ppm * 60).is_seen
