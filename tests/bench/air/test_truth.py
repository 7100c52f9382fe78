import math
from itertools import pairwise
from statistics import fmean

import pytest

from bench.air.attendance import Crowd
from bench.air.truth import (
    CHANGES_PER_H,
    INTERVAL_S,
    SCORE,
    TUNE,
    VOLUME_M3,
    WINDOW_FACTOR,
    day,
    place,
)

SOME = range(1, 31)


def test_a_seed_gives_the_same_day_again_and_another_another() -> None:
    assert day(7) == day(7)
    assert day(7) != day(8)


def test_days_of_one_place_differ_and_its_room_does_not() -> None:
    first, second = day(7, 0), day(7, 1)
    assert first.place == second.place
    assert first.gatherings != second.gatherings
    assert first.minutes[-1].at_s < second.begin_s


def test_seeds_for_tuning_and_for_scoring_have_none_in_common() -> None:
    assert not set(TUNE) & set(SCORE)
    assert len(TUNE) == len(SCORE) == 200


def test_rooms_lie_within_the_bounds_and_fill_them() -> None:
    found = [place(seed) for seed in TUNE]
    volumes = [here.zones.volume_m3 for here in found]
    changes = [3.6 * here.usual_lps / here.zones.volume_m3 for here in found]
    for values, (low, high) in ((volumes, VOLUME_M3), (changes, CHANGES_PER_H)):
        assert low <= min(values) < 1.2 * low
        assert 0.8 * high < max(values) <= high
    off = [math.log(here.told_m3 / here.zones.volume_m3) for here in found]
    assert math.sqrt(fmean(x * x for x in off)) == pytest.approx(0.05, rel=0.2)
    offsets = [here.offset_ppm for here in found]
    assert math.sqrt(fmean(x * x for x in offsets)) == pytest.approx(30.0, rel=0.2)


@pytest.mark.parametrize("seed", SOME)
def test_a_day_begins_and_ends_with_nobody_in(seed: int) -> None:
    today = day(seed)
    people = [minute.people for minute in today.minutes]
    assert people[0] == people[-1] == 0
    assert min(people) == 0
    assert 3 <= len(today.gatherings) <= 6
    assert max(people) > 1


@pytest.mark.parametrize("seed", SOME)
def test_readings_come_in_order_at_the_sensors_interval(seed: int) -> None:
    today = day(seed)
    times = [at_s for at_s, _ in today.readings]
    assert all(a < b for a, b in pairwise(times))
    assert INTERVAL_S[0] <= today.place.interval_s <= INTERVAL_S[1]
    gaps = sorted(b - a for a, b in pairwise(times))
    assert gaps[len(gaps) // 2] == pytest.approx(today.place.interval_s, rel=0.15)


def test_an_open_window_multiplies_the_flow() -> None:
    found = 0
    for seed in SOME:
        today = day(seed)
        flow_lps = {minute.at_s: minute.flow_lps for minute in today.minutes}
        for step in today.steps:
            if step.kind == "opened":
                before, after = flow_lps[step.at_s], flow_lps[step.at_s + 60.0]
                assert after / before == pytest.approx(WINDOW_FACTOR, rel=0.15)
                found += 1
    assert found > 5


def test_an_exact_counter_says_who_is_in() -> None:
    exact = [today for seed in SOME if (today := day(seed)).place.counter == "exact"]
    assert exact
    for today in exact:
        moves = tuple((b_s, b - a) for (_, a), (b_s, b) in pairwise(today.counts))
        crowd = Crowd(moves)
        assert all(crowd.at(m.at_s - 5.0) == m.people for m in today.minutes)


@pytest.mark.parametrize("counter", ["seen", "doors"])
def test_other_counters_are_wrong_now_and_then_and_never_below_zero(counter: str) -> None:
    wrong = 0
    for seed in SOME:
        today = day(seed)
        if today.place.counter != counter:
            continue
        assert all(count >= 0 for _, count in today.counts)
        said = dict(today.counts)
        count = 0
        for minute in today.minutes:
            for at_s in [at_s for at_s in said if at_s <= minute.at_s]:
                count = said.pop(at_s)
            wrong += count != minute.people
    assert wrong > 100


def test_the_limit_is_crossed_on_a_fair_part_of_the_days() -> None:
    over = sum(max(m.co2_ppm for m in day(seed).minutes) > 1200 for seed in SOME)
    assert len(SOME) // 4 < over < len(SOME)
