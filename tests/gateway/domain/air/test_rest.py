"""A room at rest: nobody in for long, its air as fresh as what comes in."""

from math import exp, log
from random import Random

import pytest

from gateway.domain.air.hypotheses import weights
from gateway.domain.air.room_estimate import AirRoom, Prior
from gateway.domain.air.track import Track, after_count, after_reading, begin
from sensors.wire.topic import DeviceSlug

SENSOR, OUTDOOR_PPM, MINUTE_S, HOUR_S = DeviceSlug("co2"), 430.0, 60.0, 3600.0
USUAL_LPS = 300.0
ROOM = AirRoom(300.0, Prior(USUAL_LPS, 0.25), None, OUTDOOR_PPM, 12.0)


def after_quiet_hours(hours: float, room: AirRoom = ROOM) -> Track:
    """Nobody counted, and readings at outdoor level with the noise of an ordinary sensor."""
    dice = Random(11)
    track = after_count(begin(0.0), room, 0.0, 0, "seen")
    for minute in range(int(60 * hours)):
        ppm = round(OUTDOOR_PPM + dice.gauss(0.0, 5.0))
        track = after_reading(track, room, minute * MINUTE_S, SENSOR, ppm)
    return track


def log_flow(track: Track) -> float:
    hypotheses = track.hypotheses
    return sum(w * f.q for w, f in zip(weights(hypotheses), hypotheses, strict=True))


def test_a_night_at_rest_teaches_no_flow() -> None:
    assert exp(log_flow(after_quiet_hours(12.0))) == pytest.approx(USUAL_LPS, rel=0.1)


def test_at_rest_nothing_branches_until_somebody_comes() -> None:
    track = after_quiet_hours(3.0)
    assert len(track.hypotheses) == 1
    at_s = track.at_s + MINUTE_S
    track = after_count(track, ROOM, at_s, 20, "seen")
    for minute in range(5):
        track = after_reading(track, ROOM, at_s + minute * MINUTE_S, SENSOR, 440.0 + 20 * minute)
    assert len(track.hypotheses) > 1
    assert track.rests_s == 0.0


def test_a_room_without_a_history_keeps_what_it_knew() -> None:
    unknown = ROOM._replace(flow_lps=Prior(USUAL_LPS, 0.95))
    before, after = after_quiet_hours(2.0, unknown), after_quiet_hours(2.1, unknown)
    assert len(after.hypotheses) == 1
    assert log_flow(after) == pytest.approx(log_flow(before), abs=log(1.1))


def test_air_that_has_just_come_to_rest_still_says_what_it_did() -> None:
    assert len(after_quiet_hours(0.5).hypotheses) > 1
