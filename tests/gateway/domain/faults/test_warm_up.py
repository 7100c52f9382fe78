import pytest

from tests.gateway.domain.faults.watching import (
    START_S,
    every,
    noisy,
    room_air,
    watch,
    with_people,
)

FEW = with_people(4.0)
BUSY = noisy([900.0] * 60, 4.0)
OFF_S = START_S + 60 * 10.0
"""Readings come each 10 s until then."""


@pytest.mark.parametrize("fixed", [[400.0], [410.0, 409.0, 408.0], [500.0]], ids=str)
def test_fixed_values_after_a_restart_are_found_and_end(fixed: list[float]) -> None:
    warming = list(every(10.0, fixed * (18 // len(fixed)), start_s=OFF_S + 60.0))
    warm = list(every(10.0, noisy([905.0] * 60), start_s=OFF_S + 240.0))
    watched = watch([*every(10.0, BUSY), *warming, *warm], FEW)
    assert watched.codes() == {"warm_up"}
    assert watched.first_s("warm_up") == OFF_S + 70.0
    assert watched.last_s("warm_up") == OFF_S + 230.0


@pytest.mark.parametrize(
    ("before", "gap_s"),
    [
        pytest.param([430.0] * 60, 60.0, id="in fresh air the value may be true"),
        pytest.param(BUSY, 10.0, id="without a gap it is something else"),
        pytest.param(BUSY, 7200.0, id="after hours the air may have become fresh"),
    ],
)
def test_the_same_values_may_be_true(before: list[float], gap_s: float) -> None:
    after = every(10.0, [405.0] * 12, start_s=OFF_S - 10.0 + gap_s)
    assert "warm_up" not in watch([*every(10.0, before), *after], FEW).codes()


def test_what_lasts_longer_than_any_warm_up_is_another_fault() -> None:
    watched = watch([*every(10.0, BUSY), *every(10.0, [405.0] * 60, start_s=OFF_S + 60.0)], FEW)
    last_s = watched.last_s("warm_up")
    assert last_s is not None
    assert last_s < OFF_S + 60.0 + 300.0
    assert "jump" in {fault.code for fault in watched.seen[-1][1]}


def test_readings_at_other_values_after_a_gap_are_none() -> None:
    after = every(10.0, room_air([9] * 60, 10.0), start_s=OFF_S + 60.0)
    assert "warm_up" not in watch([*every(10.0, BUSY), *after], FEW).codes()
