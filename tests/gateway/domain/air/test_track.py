from math import isfinite, isnan, log
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.air.forecast import forecast
from gateway.domain.air.kalman_filter import FilterState
from gateway.domain.air.mixture import estimate
from gateway.domain.air.pseudo_measurements import LEAST_OUTDOOR_PPM, supply_bounds_ppm
from gateway.domain.air.room_estimate import AirRoom, Prior, Range, RoomEstimate
from gateway.domain.air.skill import Skill
from gateway.domain.air.track import (
    Track,
    after_count,
    after_movement,
    after_new_group,
    after_reading,
    after_readings,
    begin,
    stilled,
)
from sensors.wire.topic import DeviceSlug
from tests.gateway.domain.air.rooms import GROUP, OUTDOOR_PPM, ROOM, Air, followed


def occupied(people: int, sort: Literal["seen", "doors"] = "seen") -> Track:
    track = after_new_group(begin(0.0), ROOM, 0.0, GROUP)
    return after_count(track, ROOM, 0.0, people, sort)


def estimated(track: Track, room: AirRoom = ROOM) -> RoomEstimate:
    found = estimate(track, room, track.at_s)
    assert found is not None
    return found


def value(found: Range | None) -> float:
    assert found is not None
    return found.value


def test_nothing_is_estimated_before_the_first_reading() -> None:
    assert estimate(begin(0.0), ROOM, 0.0) is None
    assert estimate(occupied(12), ROOM, 60.0) is None


def test_nothing_is_said_of_the_flow_until_something_is_known() -> None:
    track = after_reading(occupied(12), ROOM, 10.0, DeviceSlug("a"), 600.0)
    found = estimated(track)
    assert found.flow_lps is None
    assert found.per_person_lps is None


@pytest.mark.parametrize("flow_lps", [25.0, 60.0, 150.0])
def test_a_steady_room_comes_to_the_truth(flow_lps: float) -> None:
    found = estimated(followed(occupied(12), Air().readings(180, flow_lps, 12)))
    assert value(found.flow_lps) == pytest.approx(flow_lps, rel=0.2)
    assert value(found.per_person_lps) == pytest.approx(flow_lps / 12, rel=0.2)
    assert found.flow_lps is not None
    assert found.flow_lps.low < flow_lps < found.flow_lps.high


def test_an_opened_window_is_found_within_eight_minutes_and_a_closed_one_too() -> None:
    air = Air()
    track = followed(occupied(12), air.readings(90, 40.0, 12))
    assert value(estimated(track).flow_lps) == pytest.approx(40.0, rel=0.25)
    track = followed(track, air.readings(8, 160.0, 12))
    assert value(estimated(track).flow_lps) == pytest.approx(160.0, rel=0.35)
    track = followed(track, air.readings(40, 40.0, 12))
    assert value(estimated(track).flow_lps) == pytest.approx(40.0, rel=0.35)


def test_the_interval_is_wider_while_a_window_may_have_been_opened() -> None:
    air = Air()
    track = followed(occupied(12), air.readings(90, 40.0, 12))
    calm = estimated(track).flow_lps
    assert calm is not None
    widest = 0.0
    for _ in range(8):
        track = followed(track, air.readings(1, 160.0, 12))
        found = estimated(track).flow_lps
        widest = max(widest, 99.0 if found is None else found.high / found.low)
    assert widest > 1.5 * calm.high / calm.low


def test_right_before_a_window_is_certain_the_air_is_changing() -> None:
    air = Air()
    track = followed(occupied(12), air.readings(90, 40.0, 12))
    assert not estimated(track).changing
    told = []
    for _ in range(40):
        track = followed(track, air.readings(0.25, 160.0, 12))
        told.append(estimated(track))
    changing = [one for one in told if one.changing]
    assert changing
    assert all(one.flow_lps is None and one.per_person_lps is None for one in changing)
    assert not told[-1].changing
    assert value(told[-1].flow_lps) == pytest.approx(160.0, rel=0.35)


def test_a_flow_that_has_just_jumped_is_told_wider() -> None:
    air = Air(noise_ppm=2.0)
    track = followed(occupied(12), air.readings(90, 40.0, 12))
    track = followed(track, air.readings(9, 160.0, 12))
    young = estimated(track).flow_lps
    track = followed(track, air.readings(60, 160.0, 12))
    old = estimated(track).flow_lps
    assert young is not None
    assert old is not None
    assert young.high / young.low > 1.5 * old.high / old.low


def test_an_empty_room_whose_air_is_as_outdoors_shows_no_flow() -> None:
    air = Air()
    track = followed(occupied(12), air.readings(120, 60.0, 12))
    track = after_count(track, ROOM, air.at_s, 0, "seen")
    track = followed(track, air.readings(20, 60.0, 0))
    assert value(estimated(track).flow_lps) == pytest.approx(60.0, rel=0.3)
    track = followed(track, air.readings(300, 60.0, 0))
    assert estimated(track).flow_lps is None
    assert not estimated(track).changing
    track = after_count(track, ROOM, air.at_s, 12, "seen")
    track = followed(track, air.readings(30, 60.0, 12))
    assert value(estimated(track).flow_lps) == pytest.approx(60.0, rel=0.4)


def test_people_come_out_of_the_air_where_nobody_counts() -> None:
    air = Air()
    track = followed(occupied(12), air.readings(120, 60.0, 12))
    track = after_count(track, ROOM, air.at_s, None, "seen")
    track = followed(track, air.readings(60, 60.0, 12))
    assert 7.0 < value(estimated(track).people) < 17.0
    track = followed(track, air.readings(120, 60.0, 0))
    assert value(estimated(track).people) < 3.0


def test_a_room_without_a_counter_has_people_when_its_co2_rises() -> None:
    air = Air()
    track = followed(begin(0.0), air.readings(120, 60.0, 0))
    before = value(estimated(track).people)
    track = followed(track, air.readings(60, 60.0, 14))
    after = value(estimated(track).people)
    assert before < 1.0
    assert after > 4.0


def test_people_of_a_drifted_door_counter_are_not_there_in_fresh_air() -> None:
    air = Air()
    track = followed(occupied(12, "doors"), air.readings(90, 60.0, 12))
    track = after_count(track, ROOM, air.at_s, 6, "doors")
    track = followed(track, air.readings(360, 60.0, 0))
    assert value(estimated(track).people) < 1.0


def test_whom_the_doors_count_is_not_there_where_nobody_moves() -> None:
    """A stronger flow explains air that clears as well as nobody does, until stillness is heard."""
    found = {}
    for still in (False, True):
        air = Air()
        track = followed(occupied(12, "doors"), air.readings(90, 30.0, 12))
        track = after_count(track, ROOM, air.at_s, 3, "doors")
        track = stilled(track, air.at_s if still else 0.0)
        track = followed(track, air.readings(90, 30.0, 0))
        found[still] = value(estimated(track).people)
    assert found[True] < 0.5 < found[False]


def test_who_sits_still_is_there_where_the_air_shows_it() -> None:
    air = Air()
    track = followed(occupied(12), air.readings(90, 60.0, 12))
    track = followed(stilled(track, air.at_s), air.readings(45, 60.0, 12))
    assert value(estimated(track).people) > 6


def test_a_movement_puts_somebody_into_a_room_where_nobody_counts() -> None:
    air = Air()
    track = followed(begin(0.0), air.readings(120, 60.0, 0))
    assert value(estimated(track).people) < 0.5
    track = after_movement(track, ROOM, air.at_s)
    assert value(estimated(track).people) >= 1
    track = followed(track, air.readings(60, 60.0, 0))
    assert value(estimated(track).people) < 0.5


def test_a_movement_where_somebody_is_counted_changes_no_count() -> None:
    track = followed(occupied(12), Air().readings(60, 60.0, 12))
    assert after_movement(track, ROOM, track.at_s).hypotheses is track.hypotheses


def test_whom_a_door_counts_and_no_motion_sensor_sees_is_doubted_until_somebody_moves() -> None:
    air = Air()
    empty = followed(occupied(0, "doors"), air.readings(60, 60.0, 0))
    unseen = after_count(stilled(empty, air.at_s - 3000.0), ROOM, air.at_s, 2, "doors")
    assert value(estimated(unseen).people) < 0.5
    assert value(estimated(after_movement(unseen, ROOM, air.at_s)).people) > 1
    assert value(estimated(after_count(empty, ROOM, air.at_s, 2, "doors")).people) > 1


def test_who_moved_may_be_the_one_who_left() -> None:
    air = Air()
    track = followed(occupied(1), air.readings(60, 60.0, 1))
    track = after_movement(track, ROOM, air.at_s)
    track = after_count(track, ROOM, air.at_s, 0, "seen")
    assert value(estimated(track).people) < 0.5


def test_where_nobody_counts_fresh_air_for_each_is_told_only_if_hardly_less_than_half() -> None:
    zero = dict.fromkeys(FilterState.__struct_fields__[6:27], 0.0)
    means = {"c": 800.0, "s": 800.0, "q": log(60.0), "g": log(0.0052), "b": 430.0}
    known = {
        **zero,
        **means,
        "cc": 25.0,
        "ss": 25.0,
        "bb": 100.0,
        "gg": 0.02,
        "qq": 0.3,
        "ee": 1.0,
    }
    counted = Track(0.0, (FilterState(**known, e=0.0),), count=10.0, source="seen")
    uncounted = Track(0.0, (FilterState(**known, e=10.0),))
    assert value(estimated(counted).per_person_lps) == pytest.approx(6.0, rel=0.1)
    assert estimated(uncounted).per_person_lps is None
    assert value(estimated(uncounted).people) == pytest.approx(10.0)


def test_a_persons_count_is_trusted() -> None:
    air = Air()
    track = followed(occupied(4, "doors"), air.readings(90, 60.0, 12))
    track = after_count(track, ROOM, air.at_s, 12, "set")
    assert value(estimated(track).people) == pytest.approx(12.0, abs=0.5)


def test_two_sensors_that_differ_are_brought_together() -> None:
    air = Air()
    track = occupied(12)
    for n, (at_s, ppm) in enumerate(air.readings(180, 60.0, 12)):
        device, more = ("a", 0.0) if n % 2 else ("b", 80.0)
        track = after_reading(track, ROOM, at_s, DeviceSlug(device), ppm + more)
    assert abs(track.offsets["a"] - track.offsets["b"]) == pytest.approx(80.0, abs=15.0)
    assert value(estimated(track).flow_lps) == pytest.approx(60.0, rel=0.3)


def test_the_outdoor_value_does_not_run_away_in_a_room_that_is_used_by_day() -> None:
    air = Air()
    track = begin(0.0)
    for _ in range(12):
        track = followed(track, air.readings(16 * 60, 90.0, 0, 120.0))
        track = followed(track, air.readings(8 * 60, 90.0, 9, 120.0))
    track = followed(track, air.readings(12 * 60, 90.0, 0, 120.0))
    found = estimated(track)
    assert found.outdoor_ppm.value == pytest.approx(OUTDOOR_PPM, abs=25.0)
    assert value(found.people) < 0.5


def test_another_group_begins_the_generation_anew() -> None:
    track = followed(occupied(12), Air().readings(120, 60.0, 12))
    learned = track.hypotheses[0].gg
    track = after_new_group(track, ROOM, track.at_s, Prior(0.0062, 0.2))
    assert track.hypotheses[0].gg > learned
    assert [f.g for f in track.hypotheses] == pytest.approx([log(0.0062)] * len(track.hypotheses))


def test_after_a_long_gap_the_room_begins_anew_but_for_its_outdoor_value() -> None:
    air = Air(noise_ppm=2.0)
    track = followed(begin(0.0), air.readings(600, 60.0, 0, 60.0))
    b = track.hypotheses[0].b
    later = after_reading(track, ROOM, track.at_s + 20 * 3600.0, DeviceSlug("a"), 900.0)
    assert later.hypotheses[0].b == pytest.approx(b)
    assert later.hypotheses[0].qq == pytest.approx(ROOM.flow_lps.log_sd**2)


def test_readings_that_come_fast_wait_for_each_other() -> None:
    track = followed(occupied(12), Air().readings(30, 60.0, 12))
    at_s = track.taken_s
    waiting = after_reading(track, ROOM, at_s + 2.0, DeviceSlug("a"), 700.0)
    assert waiting.hypotheses is track.hypotheses
    assert (
        after_reading(waiting, ROOM, at_s + 30.0, DeviceSlug("a"), 700.0).hypotheses
        is not track.hypotheses
    )


def test_a_track_outlives_being_written_down() -> None:
    track = followed(occupied(12), Air().readings(60, 60.0, 12))
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(track), type=Track)
    assert again == track
    assert len(msgspec.msgpack.encode(track)) < 16_384


def test_looking_ahead_leaves_the_track() -> None:
    track = followed(occupied(12), Air().readings(60, 60.0, 12))
    assert estimate(track, ROOM, track.at_s + 600.0) != estimate(track, ROOM, track.at_s)
    assert estimate(track, ROOM, track.at_s - 600.0) == estimate(track, ROOM, track.at_s)


rooms = st.builds(
    AirRoom,
    st.floats(20.0, 2000.0),
    st.builds(Prior, st.floats(1.0, 2000.0), st.floats(0.2, 1.2)),
    st.none() | st.builds(Prior, st.floats(1.0, 4000.0), st.floats(0.2, 1.0)),
    st.floats(380.0, 500.0),
    st.floats(5.0, 60.0),
)
steps = st.floats(-1e4, 1e5) | st.floats(0.0, 400.0)
heard = st.one_of(
    st.tuples(st.just("air"), steps, st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just("air"), st.floats(1.0, 300.0), st.floats(300.0, 5000.0)),
    st.tuples(st.just("people"), steps, st.none() | st.integers(0, 10_000)),
    st.tuples(st.just("people"), st.floats(0.0, 300.0), st.integers(0, 40)),
    st.tuples(st.just("group"), steps, st.floats(0.001, 0.02)),
    st.tuples(st.just("motion"), steps, st.booleans()),
)


def after(track: Track, room: AirRoom, at_s: float, kind: str, what: Any, how: str) -> Track:
    if kind == "air":
        return after_reading(track, room, at_s, DeviceSlug(how), what)
    if kind == "people":
        sort: Literal["seen", "doors", "set"] = {"a": "seen", "b": "doors", "c": "set"}[how]  # type: ignore[assignment]
        return after_count(track, room, at_s, what, sort)
    if kind == "motion":
        moved: bool = what
        return after_movement(track, room, at_s) if moved else stilled(track, max(at_s, 0.0))
    return after_new_group(track, room, at_s, Prior(what, 0.15))


def is_sound(found: Range | None, least: float = 0.0) -> bool:
    if found is None:
        return True
    return least <= found.low <= found.value <= found.high and isfinite(found.high)


@given(rooms, st.lists(st.tuples(heard, st.sampled_from("abc")), max_size=60))
def test_whatever_comes_in_what_is_estimated_is_sound(
    room: AirRoom, events: list[tuple[tuple[str, float, Any], str]]
) -> None:
    track, at_s = begin(0.0), 0.0
    for (kind, step_s, what), how in events:
        at_s += step_s
        track = after(track, room, at_s, kind, what, how)
        found = estimate(track, room, at_s)
        if found is None:
            continue
        assert is_sound(found.flow_lps)
        assert is_sound(found.per_person_lps)
        assert is_sound(found.people)
        assert is_sound(found.outdoor_ppm)
        assert isfinite(found.co2_ppm)
        assert isfinite(found.shown_ppm)
        assert sum(one.weight for one in found.sigma_points) == pytest.approx(1.0)
        assert all(one.flow_lps > 0 and one.people >= 0 for one in found.sigma_points)
        coming = forecast(found, Skill(), 60.0)
        assert not any(isnan(point.ppm) for point in coming.path)
        assert all(point.low_ppm <= point.ppm <= point.high_ppm for point in coming.path)
        assert found.outdoor_ppm.low >= LEAST_OUTDOOR_PPM
        assert found.outdoor_ppm.high <= supply_bounds_ppm(room)[1]


@given(
    st.lists(
        st.tuples(
            st.lists(
                st.tuples(
                    st.sampled_from((0.5, 4.0, 24.0, 70.0, 22000.0)), st.floats(380.0, 1500.0)
                ),
                max_size=20,
            ),
            st.sampled_from((DeviceSlug("co2-01"), DeviceSlug("co2-02"))),
        ),
        max_size=5,
    )
)
def test_readings_heard_together_are_heard_as_one_after_the_other(
    runs: list[tuple[list[tuple[float, float]], DeviceSlug]],
) -> None:
    one = both = begin(0.0)
    at_s = 1.79e9
    for steps, device in runs:
        readings = []
        for wait_s, ppm in steps:
            at_s += wait_s
            readings.append((at_s, ppm))
            one = after_reading(one, ROOM, at_s, device, ppm)
        both = after_readings(both, ROOM, device, readings)
        assert both == one
