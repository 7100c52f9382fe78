"""The particle filter that stands beside the gateway's bank."""

import pytest

from bench.air.attendance import GROUP_LPS
from bench.air.estimator import OfGateway, usual_room
from bench.air.particles import PARTICLES
from tests.gateway.domain.air.rooms import Air

MODULE = "bench.air.particles"
ROOM = usual_room(150.0)
PEOPLE, FLOW_LPS = 12, 90.0


def followed() -> OfGateway:
    """An hour of twelve people in fresh air at first, a reading each minute."""
    follower, air = OfGateway(MODULE, ROOM, 0.0), Air()
    follower.new_group(0.0)
    follower.add_count(0.0, PEOPLE, "exact")
    for at_s, ppm in air.readings(60.0, FLOW_LPS, PEOPLE, 60.0):
        follower.add_reading(at_s, ppm)
    return follower


def test_the_flow_of_an_hour_lies_in_its_interval() -> None:
    said = followed().estimate(3600.0)
    assert said.each_lps is not None
    assert said.each_lps.low <= FLOW_LPS / PEOPLE <= said.each_lps.high
    assert said.people == pytest.approx(PEOPLE, abs=2.0)


def test_the_same_day_gives_the_same_figures() -> None:
    assert followed().estimate(3600.0) == followed().estimate(3600.0)


def test_weights_stay_those_of_a_whole() -> None:
    cloud = followed().track
    assert len(cloud.possible) == len(cloud.weights) == PARTICLES
    assert sum(cloud.weights) == pytest.approx(1.0)


def test_of_an_empty_room_no_flow_per_person_is_told() -> None:
    follower = followed()
    follower.add_count(3601.0, 0, "exact")
    assert follower.estimate(3601.0).each_lps is None


def test_nothing_is_said_before_the_first_reading() -> None:
    assert OfGateway(MODULE, ROOM, 0.0).estimate(0.0).each_lps is None
    assert GROUP_LPS > 0.0
