"""The presets hang together; docs/rules.md shows them as they are."""

import re
from pathlib import Path

import pytest

from gateway.domain.policy import DEFAULT, Policy
from gateway.domain.presets import BY_SLUG, HEALTHY_DEFAULT, LEGAL_DEFAULT, PRESETS
from gateway.words.policies import NAMES
from sensors.wire.topic import is_slug

PAGE = (Path(__file__).parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")
DATED = re.compile(r"(\d{4}(-\d{2}(-\d{2})?)?)?")
EACH = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)


def test_each_has_a_slug_of_its_own() -> None:
    assert len(BY_SLUG) == len(PRESETS)
    assert DEFAULT in PRESETS


@EACH
def test_a_preset_says_what_it_is_and_where_it_comes_from(preset: Policy) -> None:
    assert is_slug(preset.slug)
    assert preset.kind != "own"
    assert (preset.name, preset.note) == ("", "")
    assert len(preset.source) > 20
    assert DATED.fullmatch(preset.dated)


@EACH
def test_a_preset_limits_something_and_its_levels_are_in_order(preset: Policy) -> None:
    given = (preset.co2_limit_ppm, preset.min_flow_lps, preset.area_m2_per_person)
    assert any(limit is not None for limit in given)
    levels = (preset.co2_warn_ppm, preset.co2_clear_ppm, preset.co2_limit_ppm)
    assert len({level is None for level in levels}) == 1
    if None not in levels:
        warn, clear, limit = (level or 0.0 for level in levels)
        assert warn < limit
        assert clear < limit
        assert (limit < 2000) or preset.slug == "de-uba-2000"


def test_law_and_health_speak_the_same_unit() -> None:
    assert LEGAL_DEFAULT.kind == "law"
    assert LEGAL_DEFAULT.min_flow_lps is not None
    assert HEALTHY_DEFAULT.min_flow_lps is not None
    assert LEGAL_DEFAULT.min_flow_lps < HEALTHY_DEFAULT.min_flow_lps


@EACH
def test_the_docs_show_the_preset_as_it_is(preset: Policy) -> None:
    assert _row(preset) in PAGE


def test_the_docs_show_no_preset_that_is_not_there() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` \| (?:law|guideline|advice|expired) \|", PAGE, re.MULTILINE
    )
    assert rows == [preset.slug for preset in PRESETS]


def _row(preset: Policy) -> str:
    """A preset's row in docs/rules.md."""
    cells = (
        f"`{preset.slug}`", preset.kind, NAMES[preset.slug], _co2(preset), _flow(preset),
        "" if preset.area_m2_per_person is None else f"{preset.area_m2_per_person:g} m²",
        preset.dated, preset.source,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def _co2(preset: Policy) -> str:
    levels = (preset.co2_warn_ppm, preset.co2_limit_ppm, preset.co2_clear_ppm)
    shown = " / ".join(f"{level:g}" for level in levels if level is not None)
    return f"outdoors + {shown}" if preset.above_outdoor and shown else shown


def _flow(preset: Policy) -> str:
    if preset.min_flow_lps is None:
        return ""
    part = preset.min_flow_area_lps_m2
    shown = f"{preset.min_flow_lps:g}" + (f" + {part:g} per m²" if part else "")
    return f"or {shown}" if preset.one_suffices else shown
