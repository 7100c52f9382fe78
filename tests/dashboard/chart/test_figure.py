import re
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import plotly.graph_objects as go
import pytest

import dashboard
from dashboard.chart.figure import figure
from dashboard.chart.history import Expected, FlagMark, History, Standard
from dashboard.chart.palette import PALETTES, Theme
from dashboard.words.locale import page_locale
from gateway.domain.meeting import Meeting
from gateway.domain.policy import DEFAULT
from gateway.store.interface import Series
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

START = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # 15:00 in Amsterdam
END = START + timedelta(hours=6)
NL = page_locale("nl", "Europe/Amsterdam")
EN = page_locale("en", "Europe/Amsterdam")


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def meeting(begin: float, end: float, title: str = "Ledenavond") -> Meeting:
    return Meeting(f"m-{begin}", VenueSlug("de-kade"), RoomSlug("serre"), title, at(begin), at(end))


def history(**more: Any) -> History:
    times = tuple(to_ns(at(hour)) for hour in (0, 0.05, 0.1, 5))
    ppm = (500.0, None, 700.0, 1350.0)
    people = (0.0, None, 12.0, 14.0)
    series = Series(
        times,
        mean={"co2_ppm": ppm, "people": people},
        min={"co2_ppm": ppm, "people": people},
        max={"co2_ppm": ppm, "people": people},
    )
    return History(START, END, series, DEFAULT, **more)


def drawn(shown: History, theme: Theme = "light") -> dict[str, Any]:
    """The figure as the browser reads it; Plotly has checked each key and value of it."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(figure(shown, theme, NL)))
    go.Figure(found)
    return found


def named(found: dict[str, Any], kind: str, name: str) -> list[dict[str, Any]]:
    return [part for part in found["layout"][kind] if part.get("name") == name]


def test_co2_is_a_line_in_the_venues_time_broken_by_a_silence() -> None:
    co2 = drawn(history())["data"][0]
    assert list(co2["y"]) == [500.0, 700.0, None, 1350.0]
    assert co2["x"][0] == "2026-11-24T15:00:00"
    assert co2["x"][-1] == "2026-11-24T20:00:00"


def test_people_are_steps_below() -> None:
    people = drawn(history())["data"][1]
    assert list(people["y"]) == [0.0, 12.0, None, 14.0]
    assert (people["line"]["shape"], people["yaxis"]) == ("hv", "y2")


def test_the_limit_is_dotted_and_named_at_its_end() -> None:
    found = drawn(history())
    (limit,) = named(found, "shapes", "limit")
    (name,) = named(found, "annotations", "limit")
    assert (limit["y0"], limit["y1"], limit["line"]["dash"]) == (1200.0, 1200.0, "dot")
    assert (name["text"], name["x"], name["y"]) == ("Streefwaarde 1.200 ppm", 1, 1200.0)
    english: Any = figure(history(), "light", EN)
    assert named(english, "annotations", "limit")[0]["text"] == "Target value 1,200 ppm"


def test_the_name_of_the_limit_makes_way_for_the_line() -> None:
    crossing = replace(history(), start=at(0), end=at(5.5))
    ppm = (500.0, 600.0, 700.0, 1250.0)
    shown = replace(crossing, series=replace(crossing.series, mean={"co2_ppm": ppm}))
    (name,) = named(drawn(shown), "annotations", "limit")
    assert (name["x"], name["xanchor"]) == (0, "left")


def test_the_limit_is_in_sight_and_so_is_the_highest_reading() -> None:
    low, high = drawn(history())["layout"]["yaxis"]["range"]
    assert low < 420
    assert high > 1350


def test_a_meeting_is_a_band_clipped_to_the_chart_with_its_title() -> None:
    found = drawn(history(meetings=[meeting(-1, 2), meeting(3, 9, "Pitch")]))
    bands = [(band["x0"], band["x1"]) for band in named(found, "shapes", "meeting")]
    assert bands == [
        ("2026-11-24T15:00:00", "2026-11-24T17:00:00"),
        ("2026-11-24T18:00:00", "2026-11-24T21:00:00"),
    ]
    assert [t["text"] for t in named(found, "annotations", "meeting")] == ["Ledenavond", "Pitch"]


def test_a_title_is_cut_before_the_next_one_and_left_out_where_nothing_fits() -> None:
    long = "Jaarvergadering van de vereniging"
    found = drawn(
        history(meetings=[meeting(0, 1, long), meeting(1, 1.1), meeting(1.2, 4, "Pitch")])
    )
    texts = [t["text"] for t in named(found, "annotations", "meeting")]
    assert texts == ["Jaarvergaderin…", "Pitch"]


def test_a_title_is_text_never_markup() -> None:
    found = drawn(history(meetings=[meeting(0, 5, '<a href="x">Pitch</a> & koffie')]))
    (title,) = named(found, "annotations", "meeting")
    assert title["text"] == '&lt;a href="x"&gt;Pitch&lt;/a&gt; &amp; koffie'


def test_flags_are_marks_on_the_time_axis_named_once_where_they_crowd() -> None:
    flags = [
        FlagMark("co2", at(4), at(4.2)),
        FlagMark("co2", at(4.4), at(4.6)),
        FlagMark("no_data", at(0.5), at(1)),
    ]
    found = drawn(history(flags=flags))
    marks = named(found, "shapes", "flag")
    assert [mark["x0"][11:16] for mark in marks] == ["19:00", "19:24", "15:30"]
    assert {mark["yref"] for mark in marks} == {"paper"}
    names = [name["text"] for name in named(found, "annotations", "flag")]
    assert names == ["Geen meting", "Te veel CO₂"]


def foreseen(*points: tuple[float, float, float, float]) -> tuple[Expected, ...]:
    return tuple(Expected(at(hour), ppm, low, high) for hour, ppm, low, high in points)


class TestForesight:
    """What is expected after now."""

    SHOWN = history(expected=foreseen((6, 1350, 1330, 1370), (7, 1500, 1400, 1650)))

    def test_the_path_goes_on_after_now_within_its_wash(self) -> None:
        _, _, wash, path = drawn(self.SHOWN)["data"]
        assert list(path["y"]) == [1350, 1500]
        assert path["x"][-1] == "2026-11-24T22:00:00"
        assert list(wash["y"]) == [1370, 1650, 1400, 1330]
        assert (wash["fill"], wash["hoverinfo"]) == ("toself", "skip")

    def test_the_chart_reaches_as_far_as_is_foreseen_and_as_high(self) -> None:
        layout = drawn(self.SHOWN)["layout"]
        assert layout["xaxis"]["range"] == ["2026-11-24T15:00:00", "2026-11-24T22:00:00"]
        assert layout["yaxis"]["range"][1] > 1650

    def test_now_is_a_line_with_its_name(self) -> None:
        found = drawn(self.SHOWN)
        (now,) = named(found, "shapes", "now")
        assert now["x0"] == now["x1"] == "2026-11-24T21:00:00"
        assert [name["text"] for name in named(found, "annotations", "now")] == ["nu"]

    def test_a_wide_band_does_not_flatten_what_was_measured(self) -> None:
        shown = history(expected=foreseen((6, 1350, 1330, 1370), (7, 1600, 400, 6000)))
        assert drawn(shown)["layout"]["yaxis"]["range"][1] <= 1.3 * 1600

    def test_the_name_of_the_limit_makes_way_for_what_is_expected(self) -> None:
        crossing = replace(
            self.SHOWN, expected=foreseen((6, 1210, 1200, 1220), (7, 1250, 1200, 1300))
        )
        (name,) = named(drawn(crossing), "annotations", "limit")
        assert name["x"] == 0

    def test_where_nothing_is_foreseen_the_chart_ends_now(self) -> None:
        found = drawn(history())
        assert len(found["data"]) == 2
        assert named(found, "shapes", "now") == []


class TestFlow:
    """Fresh air for each person, in a panel of its own."""

    @staticmethod
    def shown(**more: Any) -> History:
        known = history(**more)
        fields = {
            "per_person_lps": (None, 8.0, 7.0, 5.0),
            "per_person_low_lps": (None, 6.0, 5.5, 4.0),
            "per_person_high_lps": (None, 11.0, 9.0, 6.5),
        }
        series = known.series
        both = {name: {**getattr(series, name), **fields} for name in ("mean", "min", "max")}
        return replace(known, series=Series(series.at_ns, **both))

    def test_it_is_a_line_within_the_wash_of_its_interval(self) -> None:
        wash, line = drawn(self.shown())["data"][2:]
        assert [lps for lps in line["y"] if lps is not None] == [8.0, 7.0, 5.0]
        assert line["yaxis"] == wash["yaxis"] == "y3"
        # One closed shape up to the silence, and one after it.
        assert list(wash["y"]) == [11.0, 9.0, 5.5, 6.0, None, 6.5, 4.0, None]

    def test_the_levels_it_is_shown_against_are_named(self) -> None:
        standards = [Standard("ventilation", 4.0, "wet"), Standard("ventilation", 10.0, "gezond")]
        found = drawn(self.shown(standards=standards))
        assert [line["y0"] for line in named(found, "shapes", "flow")] == [4.0, 10.0]
        names = [name["text"] for name in named(found, "annotations", "flow")]
        assert names == ["wet: 4 l/s", "gezond: 10 l/s"]

    def test_it_does_not_grow_with_a_room_that_empties(self) -> None:
        shown = self.shown()
        mean = shown.series.mean | {"per_person_lps": (None, 8.0, 7.0, 500.0)}
        crowded = replace(shown, series=replace(shown.series, mean=mean))
        assert drawn(crowded)["layout"]["yaxis3"]["range"] == [0, 40.0]

    def test_without_any_there_is_no_such_panel(self) -> None:
        found = drawn(history(standards=[Standard("ventilation", 4.0, "wet")]))
        assert found["layout"].get("yaxis3", {}) == {}
        assert named(found, "shapes", "flow") == []


def test_co2_of_law_and_health_are_quiet_lines_beside_the_limit() -> None:
    standards = [Standard("co2", 1200.0, "wet"), Standard("co2", 950.0, "gezond")]
    found = drawn(history(standards=standards))
    (line,) = named(found, "shapes", "standard")
    assert (line["y0"], line["line"]["color"]) == (950.0, PALETTES["light"].muted)
    assert named(found, "annotations", "standard")[0]["text"] == "gezond: 950 ppm"


def test_a_fault_of_a_sensor_is_a_quiet_mark() -> None:
    found = drawn(
        history(flags=[FlagMark("sensor_fault", at(1), at(2)), FlagMark("co2", at(4), at(5))])
    )
    fills = [mark["fillcolor"] for mark in named(found, "shapes", "flag")]
    assert fills == [PALETTES["light"].muted, PALETTES["light"].act]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_are_those_of_the_theme(theme: Theme) -> None:
    found = drawn(history(), theme)
    ink = PALETTES[theme]
    assert found["layout"]["paper_bgcolor"] == ink.card
    assert found["data"][0]["line"]["color"] == ink.accent
    assert found["layout"]["yaxis"]["gridcolor"] == ink.line


def test_there_is_no_legend_and_no_grid_but_faint_horizontals() -> None:
    layout = drawn(history())["layout"]
    assert layout["showlegend"] is False
    assert layout["xaxis"]["showgrid"] is False


def test_a_week_has_days_on_its_axis() -> None:
    week = History(START, START + timedelta(days=7), history().series, DEFAULT)
    assert drawn(week)["layout"]["xaxis"]["tickformat"] == "%-d-%-m"
    assert drawn(history())["layout"]["xaxis"]["tickformat"] == "%H:%M"


def test_a_room_without_readings_is_an_empty_chart_with_its_limit() -> None:
    empty = History(START, END, Series((), {}, {}, {}), DEFAULT)
    found = drawn(empty)
    assert list(found["data"][0]["y"]) == []
    assert len(named(found, "shapes", "limit")) == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chart_has_the_tokens_of_the_styles(theme: Theme) -> None:
    styles = (Path(dashboard.__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
    light, dark = styles.split("@media screen and (prefers-color-scheme: dark)")[:2]
    dark = dark.partition("}")[0]
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6});", dark if theme == "dark" else light))
    names = ("card", "ink", "muted", "line", "accent", "act", "accent_wash")
    wanted = {name: tokens[name.replace("_", "-")] for name in names}
    assert asdict(PALETTES[theme]) == wanted
