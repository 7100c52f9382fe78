from typing import TYPE_CHECKING

import pytest

from gateway.domain.air.people_update import (
    CounterNoise,
    another_group,
    drift_rate,
    first_counted,
    passed,
    seen,
    uncounted,
)
from tests.gateway.domain.air.rooms import GROUP, ROOM
from tests.gateway.domain.air.test_kalman_filter import begun

if TYPE_CHECKING:
    from gateway.domain.air.kalman_filter import FilterState


def test_whoever_was_in_stays_when_nobody_counts_any_more() -> None:
    (f,) = uncounted((begun(more=2.0),), 10.0)
    assert f.e == 12.0


def test_a_persons_count_is_surer_than_a_first_one() -> None:
    (by_person,) = first_counted((begun(more=4.0),), 20.0, "set")
    (by_counter,) = first_counted((begun(more=4.0),), 20.0, "seen")
    assert by_person.e == by_counter.e == 0.0
    assert by_person.ee < by_counter.ee


def test_everybody_who_passes_a_door_makes_the_count_less_sure() -> None:
    (f,) = passed((begun(more=-8.0),), 10.0, 4.0)
    assert f.e == -4.0
    assert f.ee > begun().ee


def test_a_counter_that_goes_up_and_down_again_is_trusted_less() -> None:
    counter_noise, count = CounterNoise(), 10.0
    hypotheses: tuple[FilterState, ...] = (begun(),)
    for n in range(30):
        hypotheses, counter_noise = seen(
            hypotheses, counter_noise, count, 13.0 if n % 2 == 0 else 10.0
        )
        count = 13.0 if n % 2 == 0 else 10.0
    assert counter_noise.variance > 2.0 * CounterNoise().variance
    steady: tuple[FilterState, ...] = (begun(),)
    calm = CounterNoise()
    for n in range(10, 40):
        steady, calm = seen(steady, calm, float(n), float(n + 1))
    assert calm.variance < CounterNoise().variance


def test_that_nobody_is_in_is_seen_well() -> None:
    (f,), _ = seen((begun(more=3.0),), CounterNoise(), 10.0, 0.0)
    assert f.e == 0.0
    assert f.ee == pytest.approx(0.05)
    same, _ = seen((begun(),), CounterNoise(), 10.0, 10.0)
    assert same == (begun(),)


def test_another_group_gives_off_what_its_like_does() -> None:
    (f,) = another_group((begun(),), ROOM, "seen", GROUP)
    assert f.gg >= GROUP.log_sd**2
    assert (f.cg, f.sg, f.qg) == (0.0, 0.0, 0.0)
    (unseen,) = another_group((begun(),), ROOM, "air", GROUP)
    assert unseen.ee > f.ee


def test_people_come_and_go_unseen_where_nobody_counts() -> None:
    assert drift_rate("air", 0.0, ROOM)[0] > drift_rate("doors", 10.0, ROOM)[0]
    assert drift_rate("doors", 0.0, ROOM)[0] < drift_rate("doors", 10.0, ROOM)[0]
