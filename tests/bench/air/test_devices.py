from itertools import pairwise

import pytest

from bench.air.attendance import Crowd
from bench.air.devices import sent
from bench.air.situation import ALONE, REFERENCE, SLOW, Situation
from bench.air.stay import STAYS_TUNE, stay

SEEDS = STAYS_TUNE[:6]


@pytest.mark.parametrize("seed", SEEDS)
def test_messages_come_in_order_and_again_the_same(seed: int) -> None:
    lived = stay(seed, REFERENCE)
    found = list(sent(lived))
    assert all(a.at_s <= b.at_s for a, b in pairwise(found))
    assert lived.begin_s < found[0].at_s
    assert found[-1].at_s < lived.end_s
    assert found == list(sent(lived))


@pytest.mark.parametrize(("situation", "interval_s"), [(REFERENCE, 60.0), (SLOW, 300.0)])
def test_readings_come_at_the_interval_of_the_situation(
    situation: Situation, interval_s: float
) -> None:
    times = [one.at_s for one in sent(stay(SEEDS[0], situation)) if one.kind == "air"]
    gaps = sorted(b - a for a, b in pairwise(times))
    assert gaps[len(gaps) // 2] == pytest.approx(interval_s, rel=0.1)


def test_a_doors_totals_never_fall_and_it_misses_a_few() -> None:
    missed = passed = 0
    for seed in SEEDS:
        lived = stay(seed, REFERENCE)
        doors = [one for one in sent(lived) if one.kind == "door"]
        if not doors:
            continue
        assert all(a.value <= b.value and a.out_total <= b.out_total for a, b in pairwise(doors))
        passed += len(lived.people.moves)
        missed += len(lived.people.moves) - (len(doors) - 1)
    assert 0 <= missed < 0.03 * passed


def test_nobody_counts_where_there_is_no_counter() -> None:
    assert {one.kind for one in sent(stay(SEEDS[0], ALONE))} == {"air"}


def test_motion_is_seen_only_while_people_are_in_and_not_always_then() -> None:
    lived = stay(SEEDS[0], REFERENCE._replace(motion=True))
    crowd = Crowd(lived.people.moves)
    motion = [one for one in sent(lived) if one.kind == "motion"]
    empty = [one for one in motion if not any(crowd.at(one.at_s - s) for s in range(0, 121, 15))]
    somebody = [one.value for one in motion if crowd.at(one.at_s)]
    assert not any(one.value for one in empty)
    assert 0.2 < sum(somebody) / len(somebody) < 1.0
