from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from dashboard.demo.pace import LATE_S, LOOK_EVERY_S, OVER_S, Pace


def played(speed: float, behind: Callable[[float], float], seconds: int = 120) -> float | None:
    """The lower speed that a demo goes on at, where the board is ``behind`` so much at each time."""
    pace, at = Pace(speed), 0.0
    while at < seconds:
        slower = pace.slower(at, behind(at))
        if slower is not None:
            return slower
        at += LOOK_EVERY_S
    return None


def test_a_board_that_keeps_up_leaves_the_speed_as_it_is() -> None:
    assert played(60, lambda at: 40 + at % 30) is None


def test_the_speed_becomes_what_the_machine_has_shown_to_carry_and_a_margin() -> None:
    carries = 20.0
    assert played(60, lambda at: (60 - carries) * at) == 14


def test_it_is_lowered_by_half_at_least() -> None:
    assert played(60, lambda at: 300 + 5 * at) == 30


def test_a_machine_that_carries_nothing_goes_on_as_slowly_as_life() -> None:
    assert played(60, lambda at: 60 * at) == 1


def test_the_hours_before_are_caught_up_with_in_peace() -> None:
    assert played(60, lambda at: 3 * 3600 - 90 * at, seconds=110) is None


def test_a_hiccup_is_no_reason() -> None:
    assert played(60, lambda at: 500 if 20 <= at < 20 + OVER_S / 2 else 60) is None


def test_on_a_faster_clock_the_pause_between_two_states_is_no_delay() -> None:
    assert played(1_000, lambda at: 1_500 + at) is None


def test_nothing_goes_slower_than_life() -> None:
    assert played(1, lambda at: 1_000 + at) is None


@given(
    speed=st.floats(1.5, 1_000),
    behind=st.lists(st.floats(0, 1e6), min_size=1, max_size=60),
)
def test_whatever_is_seen_a_lower_speed_is_a_whole_one_of_at_least_life(
    speed: float, behind: list[float]
) -> None:
    pace = Pace(speed)
    for number, behind_s in enumerate(behind):
        slower = pace.slower(number * LOOK_EVERY_S, behind_s)
        if slower is not None:
            assert 1 <= slower <= max(1, speed / 2)
            assert slower == int(slower)
            assert behind_s >= LATE_S
