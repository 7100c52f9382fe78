"""No name on a chart stands on another."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.chart.apart import LINE_PX, free_spans, level_places


def test_a_name_stands_where_it_would_and_gives_way_to_one_before_it() -> None:
    first, second, third = level_places([100, 105, 200], [True, True, True])
    assert (first.at_end, first.above) == (True, True)
    assert (second.at_end, second.above) == (False, True)
    assert (third.at_end, third.above) == (True, True)


@given(heights=st.lists(st.floats(0, 400), max_size=4), at_end=st.booleans())
def test_two_names_are_never_on_a_spot_as_far_as_there_are_places(
    heights: list[float], at_end: bool
) -> None:
    places = level_places(heights[:4], [at_end] * len(heights))
    for index, (height, place) in enumerate(zip(heights, places, strict=True)):
        for other_height, other in zip(heights[:index], places[:index], strict=True):
            if (place.at_end, place.above) == (other.at_end, other.above):
                assert height == other_height or abs(height - other_height) >= LINE_PX or index > 1


def test_of_marks_close_together_the_first_is_named_also_where_the_last_grows_left() -> None:
    assert free_spans([(0.6, False, "Te veel CO₂"), (0.82, True, "Te veel CO₂")]) == [True, False]
    assert free_spans([(0.1, False, "Te veel CO₂"), (0.9, True, "Te veel CO₂")]) == [True, True]
