"""Ventilation that follows the CO2 of its room."""

from math import exp, log
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.air.demand import LEAST_LOG, log_share
from gateway.domain.air.mixture import estimate
from gateway.domain.air.room_estimate import AirRoom, Prior, RoomEstimate
from gateway.domain.air.track import Track, after_count, after_reading, begin
from sensors.wire.topic import DeviceSlug

SENSOR, OUTDOOR_PPM, EACH_LPS = DeviceSlug("co2"), 430.0, 0.0052
OTHER = AirRoom(200.0, Prior(90.0, 0.95), None, OUTDOOR_PPM, 12.0)
DEMAND = OTHER._replace(follows_co2=True)
HIGHEST_LPS = 250.0
PPM = st.floats(0.0, 5000.0)


def flow_lps(co2_ppm: float) -> float:
    """From 15 % of the highest at 750 ppm to all of it at 1050."""
    return HIGHEST_LPS * (0.15 + 0.85 * min(max((co2_ppm - 750.0) / 300.0, 0.0), 1.0))


def after_a_meeting(room: AirRoom) -> tuple[Track, float]:
    """25 people for two hours, all of them counted, then 3 for ten minutes; with the CO2 at the end."""
    dice, co2_ppm = Random(3), OUTDOOR_PPM
    track = after_count(begin(0.0), room, 0.0, 25, "seen")
    for minute in range(130):
        people = 25 if minute < 120 else 3
        if minute == 120:
            track = after_count(track, room, 60.0 * minute, people, "seen")
        for _ in range(12):
            out = flow_lps(co2_ppm) * (co2_ppm - OUTDOOR_PPM)
            co2_ppm += 5.0 * (1e6 * people * EACH_LPS - out) / (1e3 * room.volume_m3)
        shown_ppm = co2_ppm + dice.gauss(0.0, 8.0)
        track = after_reading(track, room, 60.0 * (minute + 1), SENSOR, shown_ppm)
    return track, co2_ppm


def told(track: Track, room: AirRoom) -> RoomEstimate:
    found = estimate(track, room, track.at_s)
    assert found is not None
    return found


def test_of_a_ventilation_that_follows_the_co2_a_flow_that_fell_with_it_is_told() -> None:
    off = {}
    for room in (DEMAND, OTHER):
        track, co2_ppm = after_a_meeting(room)
        flow = told(track, room).flow_lps
        assert flow is not None
        off[room] = abs(log(flow.value / flow_lps(co2_ppm)))
        assert room is OTHER or flow.low <= flow_lps(co2_ppm) <= flow.high
    assert off[DEMAND] < 0.5 * off[OTHER]


def test_fresh_air_for_each_is_told_lower_within_the_same_interval() -> None:
    track, _ = after_a_meeting(DEMAND)
    careful, plain = told(track, DEMAND).per_person_lps, told(track, OTHER).per_person_lps
    assert careful is not None
    assert plain is not None
    assert careful.value < plain.value
    assert (careful.low, careful.high) == (plain.low, plain.high)


@given(PPM, PPM)
def test_the_share_rises_with_the_co2(one_ppm: float, other_ppm: float) -> None:
    low, high = sorted((one_ppm, other_ppm))
    assert LEAST_LOG <= log_share(DEMAND, low) <= log_share(DEMAND, high) <= 0.0


@given(PPM)
def test_no_other_flow_follows_the_co2(co2_ppm: float) -> None:
    assert exp(log_share(OTHER, co2_ppm)) == 1.0


def test_it_is_told_lower_too_where_the_room_is_never_empty() -> None:
    track, _ = after_a_meeting(OTHER)
    never = told(track, OTHER._replace(is_never_empty=True)).per_person_lps
    plain = told(track, OTHER).per_person_lps
    assert never is not None
    assert plain is not None
    assert never.value < plain.value
    assert never.high / never.low > plain.high / plain.low
