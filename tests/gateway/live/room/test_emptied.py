"""Since when a live room is empty, whether it ever is, and who comes then."""

from math import inf

import pytest

from gateway.domain.air.room_estimate import Range, RoomEstimate
from gateway.live.room.emptied import AT_FIRST_S, DAY_S, EMPTY_S, OTHERS_S, Emptied

BEGIN_S = 1.7e9


def of(at_s: float, people: float) -> RoomEstimate:
    crowd, ppm = Range(people, people, people), Range(430.0, 400.0, 460.0)
    return RoomEstimate(at_s, 150.0, 700.0, 700.0, ppm, None, None, crowd, ())


def begun() -> Emptied:
    emptied = Emptied()
    assert not emptied.another_group(of(BEGIN_S, 0.0))
    assert emptied.another_group(of(BEGIN_S + EMPTY_S, 4.0))
    return emptied


def test_who_comes_into_a_room_that_was_empty_is_another_group() -> None:
    emptied, at_s = begun(), BEGIN_S + 2 * EMPTY_S
    assert not emptied.another_group(of(at_s, 0.0))
    assert not emptied.another_group(of(at_s + EMPTY_S - 1.0, 4.0))
    assert not emptied.another_group(of(at_s + EMPTY_S, 0.0))
    assert emptied.another_group(of(at_s + 2 * EMPTY_S, 4.0))


def test_after_long_people_are_others() -> None:
    emptied, at_s = begun(), BEGIN_S + EMPTY_S
    assert not emptied.another_group(of(at_s + OTHERS_S - 1.0, 4.0))
    assert emptied.another_group(of(at_s + OTHERS_S, 4.0))
    assert not emptied.another_group(of(at_s + OTHERS_S + 60.0, 4.0))


@pytest.mark.parametrize("before", [None, 0])
def test_a_room_in_which_somebody_is_counted_all_day_is_never_empty(before: int | None) -> None:
    emptied = Emptied()
    emptied.counted(BEGIN_S, before, 3)
    waits_s = AT_FIRST_S if before is None else DAY_S
    assert not emptied.never(BEGIN_S + waits_s - 1.0, 3)
    assert emptied.never(BEGIN_S + waits_s, 3)
    emptied.counted(BEGIN_S + waits_s, 3, 0)
    assert not emptied.never(BEGIN_S + waits_s, 0)
    assert not emptied.never(BEGIN_S + waits_s + AT_FIRST_S, 3)


@pytest.mark.parametrize("at_s", [BEGIN_S, inf])
def test_of_a_room_that_nobody_counts_nothing_is_known(at_s: float) -> None:
    assert not Emptied().never(at_s, None)


def test_it_goes_on_over_a_restart() -> None:
    emptied = begun()
    emptied.counted(BEGIN_S, 0, 3)
    again = Emptied(emptied.since_s, *emptied.counts)
    assert again.counts == emptied.counts
    assert not again.another_group(of(BEGIN_S + 2 * EMPTY_S, 4.0))
    assert again.never(BEGIN_S + DAY_S, 3)
