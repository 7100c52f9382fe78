from random import Random

from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.physics.crowd import MINUTE_NS, Gathering, Habits, visitors

HABITS = Habits(early_min=12, late_min=5, linger_min=8)


def meeting(lasts_min: int, people: int) -> Gathering:
    return Gathering(1_000 * MINUTE_NS, (1_000 + lasts_min) * MINUTE_NS, people)


@given(st.integers(1, 300), st.integers(0, 200), st.integers())
def test_people_come_around_the_start_and_leave_after_the_end(
    lasts_min: int, people: int, seed: int
) -> None:
    gathering = meeting(lasts_min, people)
    crowd = visitors(gathering, HABITS, Random(seed))
    assert len(crowd) == people
    for visitor in crowd:
        early_min = (gathering.start_ns - visitor.arrives_ns) / MINUTE_NS
        late_min = (visitor.leaves_ns - gathering.end_ns) / MINUTE_NS
        assert -5 <= early_min <= 12
        assert 0 <= late_min <= 8
        assert visitor.arrives_ns <= visitor.leaves_ns


def test_everybody_is_there_from_shortly_after_the_start_to_the_end() -> None:
    gathering = meeting(90, 30)
    crowd = visitors(gathering, HABITS, Random(1))
    settled_ns = gathering.start_ns + 5 * MINUTE_NS
    assert all(v.arrives_ns <= settled_ns and v.leaves_ns >= gathering.end_ns for v in crowd)


def test_people_breathe_differently_but_as_told_on_average() -> None:
    crowd = visitors(meeting(60, 2000), HABITS, Random(1))
    each = [visitor.generation_m3h for visitor in crowd]
    assert len(set(each)) > 1900
    assert abs(sum(each) / len(each) - 0.0184) < 0.0002


def test_the_same_dice_give_the_same_people() -> None:
    first, again, other = (visitors(meeting(60, 9), HABITS, Random(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
