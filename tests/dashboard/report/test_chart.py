"""The shapes of a report's chart, and what they stand for."""

import pytest

from dashboard.report.chart import (
    CO2_BOTTOM,
    CO2_TOP,
    FLAG_HEIGHT,
    FLAG_LANES,
    HEIGHT,
    LEFT,
    PEOPLE_BOTTOM,
    PEOPLE_TOP,
    RIGHT,
    Chart,
    draw,
)
from dashboard.words.locale import page_locale
from gateway.domain.report.flag_history import FlagHistory
from gateway.domain.report.report import Report
from tests.gateway.domain.report.evening import (
    FRESH,
    THERE,
    at,
    every_minute,
    material,
    report,
)

NL = page_locale("nl", "Europe/Amsterdam")
OVER = every_minute({(-60, 20): 700, (20, 50): 1412, (50, 210): 700})
STORY = FlagHistory("f1", "co2", at(20), at(50), 1412.0, 1200.0)


def drawn(made: Report) -> Chart:
    return draw(made, "Streefwaarde 1.200 ppm", NL)


@pytest.fixture
def chart() -> Chart:
    return drawn(report(material(OVER, THERE), flags=(STORY,)))


def texts(chart: Chart) -> set[str]:
    return {label.text for label in chart.labels}


def test_everything_stays_within_the_sheet(chart: Chart) -> None:
    for line in chart.lines:
        for x, y in line.points:
            assert LEFT <= x <= RIGHT
            assert 0 <= y <= HEIGHT
    for box in chart.boxes:
        assert box.x >= LEFT
        assert box.x + box.width <= RIGHT + 0.01


def test_the_limit_is_a_line_with_its_name_and_the_peak_a_dot_above_it(chart: Chart) -> None:
    limit = next(line for line in chart.lines if line.ink == "limit")
    (dot,) = chart.dots
    assert CO2_TOP < dot.y < limit.points[0][1] < CO2_BOTTOM
    assert {"Streefwaarde 1.200 ppm", "1.412 ppm", "plaats voor 12", "Te veel CO₂"} <= texts(chart)


def test_flags_are_marks_between_the_two_curves(chart: Chart) -> None:
    band, mark = chart.boxes
    assert (band.ink, mark.ink) == ("band", "flag")
    assert (mark.y, mark.height) == (FLAG_LANES[0], FLAG_HEIGHT)
    assert CO2_BOTTOM < mark.y < PEOPLE_TOP
    # Twenty to fifty minutes into ninety.
    assert (mark.x - band.x) / band.width == pytest.approx(20 / 90, abs=0.01)
    assert mark.width / band.width == pytest.approx(30 / 90, abs=0.01)


def test_flags_at_the_same_time_lie_below_each_other_with_their_names() -> None:
    crowd = FlagHistory("f2", "occupancy", at(30), at(40), 14.0, 12.0)
    later = FlagHistory("f3", "no_data", at(60), at(70), None, None)
    made = report(material(OVER, THERE), flags=(STORY, crowd, later))
    chart = drawn(made)
    assert [(box.y, box.ink) for box in chart.boxes[1:]] == [
        (FLAG_LANES[0], "flag"),
        (FLAG_LANES[1], "flag"),
        (FLAG_LANES[0], "silence"),
    ]
    assert {"Te veel mensen", "Geen meting"} <= texts(chart)


def test_people_are_steps_below(chart: Chart) -> None:
    (people,) = [line for line in chart.lines if line.ink == "people"]
    heights = {y for _, y in people.points}
    assert len(heights) == 2  # nobody, and ten
    assert PEOPLE_TOP < min(heights) < max(heights) == PEOPLE_BOTTOM


def test_a_silence_breaks_the_line() -> None:
    quiet = every_minute({(-60, 30): 700, (60, 210): 700})
    lines = drawn(report(material(quiet, THERE))).lines
    assert len([line for line in lines if line.ink == "co2"]) == 2


def test_what_stayed_below_has_no_mark(chart: Chart) -> None:
    calm = drawn(report(material(FRESH, THERE)))
    assert calm.dots == ()
    assert [box.ink for box in calm.boxes] == ["band"]
    assert "gepland 19:00–20:30" in texts(calm)
    assert {"19:00", "19:15", "20:30"} <= texts(calm)
