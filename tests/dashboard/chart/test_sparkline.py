from dashboard.chart.polyline import Point
from dashboard.chart.sparkline import Ahead, draw

MEASURED = (Point(0, 420.0), Point(50, None), Point(100, 1000.0))


def test_a_line_is_broken_where_it_has_no_points() -> None:
    assert draw(MEASURED, 0, 100, None).line == "M0.0 100.0M100.0 10.7"


def test_what_is_expected_lies_after_now_within_its_band() -> None:
    ahead = (Ahead(100, 1000.0, 980.0, 1020.0), Ahead(200, 1300.0, 1200.0, 1400.0))
    drawn = draw(MEASURED, 0, 100, 1200.0, ahead=ahead)
    assert drawn.now_x == 50.0
    assert drawn.path.startswith("M50.0 ")
    assert drawn.wash.count("L") == 3
    assert drawn.wash.endswith("Z")
    heights = [float(step.split(" ")[1]) for step in drawn.wash[1:-1].split("L")]
    assert min(heights) > 0


def test_nothing_is_expected_where_nothing_is_given() -> None:
    drawn = draw(MEASURED, 0, 100, 1200.0)
    assert (drawn.path, drawn.wash, drawn.now_x) == ("", "", 100.0)
