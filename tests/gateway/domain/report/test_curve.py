import itertools

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.report.curve import (
    Stretch,
    held,
    highest,
    lasting_ns,
    longest_gap_ns,
    longest_ns,
    lowest,
    mean,
    mean_of,
    spells,
    within,
)

HOLD = 100
END = 2_000

points = st.lists(
    st.tuples(st.integers(0, 1_000), st.integers(0, 5).map(float)),
    max_size=30,
    unique_by=lambda point: point[0],
)


def over(value: float) -> bool:
    return value > 2


def test_a_reading_holds_until_the_next_or_until_it_is_old() -> None:
    assert held([(0, 1.0), (50, 2.0), (400, 3.0)], HOLD, 450) == (
        Stretch(0, 50, 1.0),
        Stretch(50, 150, 2.0),
        Stretch(400, 450, 3.0),
    )


@given(points, st.randoms())
def test_the_order_of_arrival_changes_nothing(found: list[tuple[int, float]], dice: object) -> None:
    mixed = list(found)
    dice.shuffle(mixed)  # type: ignore[attr-defined]  # a random.Random
    assert held(mixed, HOLD, END) == held(found, HOLD, END)


@given(points, st.tuples(st.integers(0, 900), st.integers(2, HOLD)), st.data())
def test_a_reading_more_of_what_held_already_changes_nothing(
    found: list[tuple[int, float]], pair: tuple[int, int], data: st.DataObject
) -> None:
    """Splitting a stretch in two leaves minutes, mean and spells as they are."""
    begin, end = pair[0], pair[0] + pair[1]
    around = [point for point in found if not begin <= point[0] <= end]
    between = data.draw(st.integers(begin + 1, end - 1))
    curve = held([*around, (begin, 3.0), (end, 1.0)], HOLD, END)
    again = held([*around, (begin, 3.0), (between, 3.0), (end, 1.0)], HOLD, END)
    assert again == curve


@given(points, points)
def test_time_over_is_never_longer_than_the_time_known_or_the_time_there_is(
    one: list[tuple[int, float]], other: list[tuple[int, float]]
) -> None:
    curve = within(mean_of([held(one, HOLD, END), held(other, HOLD, END)]), 200, 900)
    assert 0 <= lasting_ns(curve, over) <= lasting_ns(curve) <= 700
    assert lasting_ns(curve) + longest_gap_ns(curve, 200, 900) <= 700
    assert longest_ns(curve, over, 0) <= lasting_ns(curve, over)
    assert all(a.to_ns <= b.from_ns for a, b in itertools.pairwise(curve))


@given(points)
def test_the_mean_lies_between_the_lowest_and_the_highest(found: list[tuple[int, float]]) -> None:
    curve = held(found, HOLD, END)
    low, high, middle = lowest(curve), highest(curve), mean(curve)
    if low is None or high is None or middle is None:
        assert curve == ()
        return
    assert low.value - 1e-9 <= middle <= high.value + 1e-9


def test_the_mean_is_over_time_and_not_over_readings() -> None:
    assert mean(held([(0, 1.0), (10, 5.0), (20, 5.0), (30, 5.0)], HOLD, 40)) == 4.0


def test_several_devices_count_alike_at_every_moment() -> None:
    slow, fast = held([(0, 10.0)], HOLD, 100), held([(0, 0.0), (50, 20.0)], HOLD, 100)
    assert mean_of([slow, fast]) == (Stretch(0, 50, 5.0), Stretch(50, 100, 15.0))
    gone = held([(0, 10.0)], 40, 100)
    assert mean_of([gone, fast]) == (
        Stretch(0, 40, 5.0),
        Stretch(40, 50, 0.0),
        Stretch(50, 100, 20.0),
    )


def test_a_short_pause_ends_no_spell() -> None:
    curve = held([(0, 5.0), (50, 0.0), (60, 5.0), (90, 0.0), (150, 5.0)], HOLD, 200)
    assert spells(curve, over, 10) == ((0, 90), (150, 200))
    assert longest_ns(curve, over, 9) == 50


def test_the_longest_gap_counts_the_edges() -> None:
    curve = held([(30, 1.0)], 20, 100)
    assert longest_gap_ns(curve, 0, 100) == 50
    assert longest_gap_ns((), 0, 100) == 100
