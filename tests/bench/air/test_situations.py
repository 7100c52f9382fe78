from pathlib import Path

from bench.air.score import Scores
from bench.air.situation import (
    HISTORY,
    NO_CALENDAR,
    NO_HISTORY,
    REFERENCE,
    SITUATIONS,
    WIDEST,
    bounds_of,
)
from bench.air.situations import figures, read, save, situation_rows

STAYS: list[Scores] = [
    {"told": [1.0, 1.0, 0.0, 0.0], "covered": [1.0, 1.0], "half": [1.3, 1.5, 1.4]},
    {"told": [1.0], "covered": [0.0]},
]


def test_every_stay_weighs_the_same_in_a_share_and_a_width_is_its_median() -> None:
    assert figures(STAYS) == {"told": 0.75, "covered": 0.5, "half": 1.4}


def test_figures_that_were_saved_are_found_again_beside_others(tmp_path: Path) -> None:
    save(tmp_path / "table.json", "reference", {"told": 0.75})
    save(tmp_path / "table.json", "co2", {"told": 0.5})
    assert read(tmp_path / "table.json") == {"reference": {"told": 0.75}, "co2": {"told": 0.5}}


def test_a_target_is_kept_or_missed() -> None:
    rows = {row.label: row for row in situation_rows(NO_CALENDAR, STAYS, None, None)}
    assert rows["90 % interval of flow per person"].verdict == "missed"
    assert rows["flow per person told"].verdict == ""


def test_no_figure_is_had_by_silence_nor_by_width() -> None:
    said = {"told": 0.80, "half": 1.6, "covered": 0.7}
    assert bounds_of(REFERENCE, "told", said, None) == (0.77, None)
    assert bounds_of(REFERENCE, "half", said, None) == (None, 1.6)
    assert bounds_of(REFERENCE, "half", said | {"half": 1.2}, None) == (None, WIDEST)
    rows = {row.label: row for row in situation_rows(REFERENCE, STAYS, said, None)}
    assert rows["flow per person told"].verdict == "missed"
    assert rows["half-width, median"].verdict == "kept"


def test_a_rooms_history_should_not_make_the_beginning_of_a_day_worse() -> None:
    assert HISTORY.beside == NO_HISTORY.name
    assert bounds_of(HISTORY, "first", None, {"first": 0.2}) == (None, 0.2)
    assert bounds_of(HISTORY, "first", None, {"told": 0.0}) is None
    names = list(SITUATIONS)
    assert names.index(NO_HISTORY.name) < names.index(HISTORY.name)
