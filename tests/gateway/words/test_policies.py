"""What a policy is called, in every language."""

import re
from dataclasses import replace

import pytest
from babel.numbers import parse_decimal

from gateway.domain.policy import DEFAULT, Policy
from gateway.domain.presets import BY_SLUG, PRESETS
from gateway.domain.protocol.templates import TEMPLATES
from gateway.words.cited import PUBLISHED, source_words
from gateway.words.locale import LANGUAGES, PageLocale, locale_of
from gateway.words.policies import NAMES, NOTES, policy_name, policy_note

EACH = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)
OURS = Policy(
    "ours",
    "Koorzaal",
    note="Zingen telt dubbel",
    names={"de": "Chorsaal"},
    notes={"de": "Singen zählt doppelt"},
)


def test_what_is_published_has_words_and_nothing_else() -> None:
    assert list(NAMES) == list(BY_SLUG)
    assert set(NOTES) <= set(BY_SLUG)


def test_what_is_said_of_every_published_source_is_a_sentence_of_the_catalogues() -> None:
    found = {one.source for one in (DEFAULT, *PRESETS)} | {one.source for one in TEMPLATES}
    assert found == PUBLISHED


@pytest.mark.parametrize("language", ["nl", "de"])
@pytest.mark.parametrize("source", sorted(PUBLISHED))
def test_no_source_stays_english(source: str, language: str) -> None:
    said = source_words(replace(OURS, source=source), locale_of(language, "UTC"))
    assert said != source


def test_a_source_of_a_venue_stands_as_it_was_written() -> None:
    ours = replace(OURS, source="Our own measuring in 2024")
    assert source_words(ours, locale_of("de", "UTC")) == "Our own measuring in 2024"


@pytest.mark.parametrize("language", LANGUAGES)
class TestPresets:
    @EACH
    def test_a_preset_that_names_a_figure_holds_to_it(self, language: str, preset: Policy) -> None:
        """Names are what a manager chooses by."""
        locale = locale_of(language)
        held = {
            preset.co2_warn_ppm, preset.co2_limit_ppm, preset.min_flow_lps,
            preset.min_flow_area_lps_m2, preset.area_m2_per_person,
        }  # fmt: skip
        in_m3_h = {round(lps * 3.6) for lps in (preset.min_flow_lps,) if lps is not None}
        figures = named(policy_name(preset, locale), locale)
        assert figures == named(policy_name(preset, locale_of("en")), locale_of("en"))
        for figure in figures:
            assert figure in held or figure in in_m3_h

    def test_no_two_presets_are_called_the_same(self, language: str) -> None:
        names = [policy_name(preset, locale_of(language)) for preset in PRESETS]
        assert len(set(names)) == len(names)


def named(name: str, locale: PageLocale) -> list[float]:
    found = re.findall(r"([\d.,]*\d) (?=ppm|l/s|m²|m³/h)", name)
    return [float(parse_decimal(figure, locale=locale.locale, strict=True)) for figure in found]


def test_a_preset_is_called_what_its_language_calls_it() -> None:
    assert policy_name(DEFAULT, locale_of("nl")) == "Streefwaarde 1.200 ppm"
    assert policy_name(DEFAULT, locale_of("en")) == "Target value 1,200 ppm"
    assert (
        policy_note(BY_SLUG["nl-5-m2"], locale_of("nl")) == "Deze regel geldt sinds 2022 niet meer."
    )
    assert policy_note(DEFAULT, locale_of("nl")) == ""


def test_one_that_the_venue_made_has_its_own_name_unless_it_has_one_in_the_language() -> None:
    of_it = {code: policy_name(OURS, PageLocale(code, *LIKE_DUTCH)) for code in ("nl", "de")}
    assert of_it == {"nl": "Koorzaal", "de": "Chorsaal"}
    noted = {code: policy_note(OURS, PageLocale(code, *LIKE_DUTCH)) for code in ("nl", "de")}
    assert noted == {"nl": "Zingen telt dubbel", "de": "Singen zählt doppelt"}


def test_one_without_any_name_is_called_by_its_slug() -> None:
    assert policy_name(Policy("attic"), locale_of("nl")) == "attic"


LIKE_DUTCH = (locale_of("nl").catalogue, locale_of("nl").locale, locale_of("nl").zone)
