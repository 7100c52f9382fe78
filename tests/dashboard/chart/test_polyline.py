from hypothesis import given
from hypothesis import strategies as st

from dashboard.chart.polyline import NS, Point, line
from dashboard.chart.sparkline import draw

S = 60 * NS


def test_a_slow_sensor_makes_one_line() -> None:
    points = line([0, S, 2 * S, 3 * S], [500.0, None, 510.0, None], silence_s=300)
    assert points == (Point(0, 500.0), Point(2 * S, 510.0))


def test_a_silence_breaks_the_line() -> None:
    points = line([0, S, 9 * S], [500.0, 510.0, 520.0], silence_s=300)
    assert points == (Point(0, 500.0), Point(S, 510.0), Point(S + 1, None), Point(9 * S, 520.0))


def test_long_spans_are_no_silence_unless_they_are_empty() -> None:
    points = line([0, 9 * S, 18 * S, 27 * S], [500.0, 510.0, None, 520.0], silence_s=300)
    assert [point.value for point in points] == [500.0, 510.0, None, 520.0]


@given(
    st.lists(st.none() | st.floats(min_value=300, max_value=5000), max_size=80),
    st.floats(min_value=1, max_value=1e5),
)
def test_no_reading_is_lost_and_none_made_up(values: list[float | None], silence_s: float) -> None:
    points = line([i * S for i in range(len(values))], values, silence_s)
    assert [p.value for p in points if p.value is not None] == [v for v in values if v is not None]
    assert list(points) == sorted(points, key=lambda point: point.at_ns)


@given(
    st.lists(st.floats(min_value=0, max_value=40_000), max_size=40),
    st.floats(min_value=500, max_value=5000),
)
def test_a_drawing_stays_in_its_box_and_shows_its_limit(values: list[float], limit: float) -> None:
    points = [Point(i * S, value) for i, value in enumerate(values)]
    drawing = draw(points, 0, max(1, len(values)) * S, limit)
    numbers = drawing.line.replace("M", " ").replace("L", " ").split()
    assert all(0 <= float(number) <= 100 for number in numbers)
    assert drawing.limit_y is not None
    assert 0 < drawing.limit_y < 100


def test_a_drawing_begins_anew_after_a_break() -> None:
    points = [Point(0, 420.0), Point(S, 810.0), Point(S + 1, None), Point(4 * S, 420.0)]
    assert draw(points, 0, 4 * S, 1200.0).line == "M0.0 100.0L25.0 55.4M100.0 100.0"
