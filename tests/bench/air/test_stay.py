from itertools import pairwise
from math import exp, inf
from random import Random

import pytest

from bench.air.attendance import GROUP_LPS, Crowd, Gathering
from bench.air.crowds import DAY_S, MORNING_S, People
from bench.air.situation import (
    CORRIDOR,
    DEMAND,
    GROUP,
    LOUNGE,
    NO_CALENDAR,
    OFF,
    REFERENCE,
    SITUATIONS,
    STEPS,
    VOLUME,
)
from bench.air.stay import STAYS_SCORE, STAYS_TUNE, Instant, fresh_lps, marched, room, stay
from bench.air.supply import Supply
from bench.air.truth import SCORE, TUNE, WINDOW_FACTOR, Place
from bench.air.zones import Zones

OUTDOOR_PPM, FLOW_LPS, PEOPLE = 430.0, 100.0, 10
RATE = FLOW_LPS / 120e3
STILL = Place(
    Zones(120.0, 0.5, 0.5, 0.5, 120.0), 120.0, FLOW_LPS, 0.0, 0.0, 60.0, "exact", False, False
)
ALWAYS = Supply(((-inf, FLOW_LPS),), (), (OUTDOOR_PPM, OUTDOOR_PPM), ())
SOME = STAYS_TUNE[:6]


def marched_with(people: int, air: Supply) -> tuple[Instant, ...]:
    """A day of a room whose flow does not stray, with so many people in from the beginning."""
    group = Gathering(MORNING_S, MORNING_S + DAY_S, people, GROUP_LPS)
    crowd = People((group,), ((MORNING_S, people),) if people else ())
    return marched(Random(1), STILL, crowd, air, REFERENCE._replace(days=1))


@pytest.mark.parametrize("people", [0, PEOPLE])
def test_a_room_comes_to_rest_as_the_mass_balance_says(people: int) -> None:
    rest_ppm = OUTDOOR_PPM + 1e6 * people * GROUP_LPS / FLOW_LPS
    found = marched_with(people, ALWAYS)
    for before, after in pairwise(found[:240]):
        left_ppm = (before.co2_ppm - rest_ppm) * exp(-60.0 * RATE)
        assert after.co2_ppm - rest_ppm == pytest.approx(left_ppm, rel=1e-3, abs=1e-6)
    assert found[-1].co2_ppm == pytest.approx(rest_ppm, abs=0.01)
    assert found[-1].shown_ppm == pytest.approx(rest_ppm, abs=0.01)


def test_air_from_a_corridor_leaves_as_much_co2_as_its_flow_of_outdoor_air_would() -> None:
    air = ALWAYS._replace(corridor=(270.0,) * 1440)
    rested = marched_with(PEOPLE, air)[-1]
    assert rested.co2_ppm == pytest.approx(700.0 + 1e6 * PEOPLE * GROUP_LPS / FLOW_LPS, abs=0.01)
    given_lps = 1e6 * PEOPLE * GROUP_LPS
    assert rested.fresh_lps == pytest.approx(given_lps / (rested.co2_ppm - OUTDOOR_PPM), rel=1e-4)
    assert rested.fresh_lps < rested.flow_lps == FLOW_LPS


def test_outdoor_air_is_as_fresh_as_it_is() -> None:
    assert fresh_lps(80.0, 900.0, 430.0, 430.0) == 80.0
    assert fresh_lps(80.0, 430.0, 700.0, 430.0) == 0.0


def test_a_flow_by_co2_comes_to_rest_where_it_carries_out_what_is_given_off() -> None:
    air = ALWAYS._replace(by_co2=(0.2, 600.0, 400.0))
    rested = marched_with(PEOPLE, air)[-1]
    share = 0.2 + 0.8 * min((rested.co2_ppm - 600.0) / 400.0, 1.0)
    assert rested.flow_lps == pytest.approx(share * FLOW_LPS, rel=1e-3)
    given_lps = 1e6 * PEOPLE * GROUP_LPS
    assert rested.flow_lps * (rested.co2_ppm - OUTDOOR_PPM) == pytest.approx(given_lps, rel=1e-3)


def test_a_ventilation_that_is_off_leaves_what_leaks() -> None:
    for seed in SOME:
        lived = stay(seed, OFF)
        usual_lps = lived.place.usual_lps
        nights = [m for m in lived.minutes if 1.0 <= m.at_s / 3600.0 % 24.0 < 6.0]
        assert max(m.flow_lps for m in nights) < 0.25 * lived.place.zones.volume_m3 / 3.6 * 2.0
        assert max(m.flow_lps for m in lived.minutes if m.people) > 0.5 * usual_lps


def test_seeds_have_none_in_common_with_others() -> None:
    every = [set(seeds) for seeds in (STAYS_TUNE, STAYS_SCORE, TUNE, SCORE)]
    assert sum(map(len, every)) == len(set.union(*every))
    assert len(STAYS_TUNE) == len(STAYS_SCORE) == 1000


def test_a_seed_gives_the_same_stay_again_and_the_same_people_in_other_situations() -> None:
    seed = SOME[0]
    first = stay(seed, REFERENCE)
    assert stay(seed, REFERENCE) == first
    assert stay(seed + 1, REFERENCE) != first
    other = stay(seed, NO_CALENDAR)
    assert (other.minutes, other.people) == (first.minutes, first.people)
    assert stay(seed, CORRIDOR).people == first.people


def test_a_lounge_is_never_empty_and_has_no_meetings_told() -> None:
    for seed in SOME:
        lived = stay(seed, LOUNGE)
        assert min(minute.people for minute in lived.minutes) >= 1
        assert max(minute.people for minute in lived.minutes) >= 3
    assert not LOUNGE.calendar


def test_windows_are_opened_in_every_room_after_whose_steps_is_asked() -> None:
    for seed in SOME:
        lived = stay(seed, STEPS)
        flow_lps = {minute.at_s: minute.flow_lps for minute in lived.minutes}
        opened = [step for step in lived.steps if step.kind == "opened"]
        assert opened
        for step in opened:
            jump = flow_lps[step.at_s + 60.0] / flow_lps[step.at_s]
            assert jump == pytest.approx(WINDOW_FACTOR, rel=0.2) or jump > 1.5


def test_what_is_told_of_a_room_may_be_wrong_and_what_people_give_off_more() -> None:
    for seed in SOME:
        usual, wrong = room(seed, REFERENCE), room(seed, VOLUME)
        assert wrong.zones == usual.zones
        off = wrong.told_m3 / usual.told_m3
        assert min(abs(off - 1.3), abs(off - 1 / 1.3)) < 1e-9
        pairs = zip(
            stay(seed, REFERENCE).people.gatherings,
            stay(seed, GROUP).people.gatherings,
            strict=True,
        )
        for one, more in pairs:
            assert more.generation_lps == pytest.approx(1.3 * one.generation_lps)


def test_a_corridor_strays_about_700_ppm_by_day() -> None:
    supplied = [
        m.supply_ppm for seed in STAYS_TUNE[:20] for m in stay(seed, CORRIDOR).minutes if m.people
    ]
    assert sum(supplied) / len(supplied) == pytest.approx(700.0, abs=40.0)
    assert max(supplied) - min(supplied) > 100.0


def test_rooms_ventilated_by_their_co2_are_ventilated_more_when_it_is_high() -> None:
    for seed in SOME:
        minutes = stay(seed, DEMAND).minutes
        fresh = [m.flow_lps for m in minutes if m.co2_ppm < 480.0]
        used = [m.flow_lps for m in minutes if m.co2_ppm > 1100.0]
        if fresh and used:
            assert sum(used) / len(used) > 2.0 * sum(fresh) / len(fresh)


def test_every_situation_can_be_lived() -> None:
    for situation in SITUATIONS.values():
        lived = stay(SOME[0], situation)
        assert len(lived.minutes) == situation.days * 1440
        assert Crowd(lived.people.moves).at(lived.end_s) >= 0
