from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.air import situations
from bench.air.score import Scores
from bench.air.situation import (
    HISTORY,
    NO_CALENDAR,
    NO_HISTORY,
    REFERENCE,
    SITUATIONS,
    WIDEST,
    Situation,
    bounds_of,
)
from bench.air.situations import (
    Asked,
    figures,
    followed,
    keep_evenly,
    read,
    save,
    situation_rows,
)

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


def test_stays_that_are_kept_are_followed_once_and_as_many_of_each_situation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed_now: list[tuple[str, int]] = []

    def follow(seed: int, situation: Situation, *, known_kind: bool) -> Scores:
        assert not known_kind
        followed_now.append((situation.name, seed))
        return {"told": [float(seed), 0.5]}

    monkeypatch.setattr(situations, "follow_stay", follow)
    asked = Asked(range(1, 100), 6, keep=tmp_path)
    with ThreadPoolExecutor(1) as pool:
        keep_evenly(pool, [REFERENCE, NO_CALENDAR], asked)
        assert [seed for _, seed in followed_now] == [1, 1, 2, 2]
        kept = followed(pool, REFERENCE, asked)
        assert kept == [{"told": [1.0, 0.5]}, {"told": [2.0, 0.5]}]
        assert len(followed_now) == 4
        followed(pool, REFERENCE, asked._replace(days=9))
    assert followed_now[4:] == [("reference", 3)]
