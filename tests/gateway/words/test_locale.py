from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.words.locale import CATALOGUES
from gateway.words.locale import WORDS, locale_of

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_the_pages_have_their_own_words_and_the_gateways() -> None:
    gateway, pages = locale_of("nl"), locale_of("nl", "UTC", CATALOGUES)
    assert gateway.gettext("%(hours)d h", hours=2) == pages.gettext("%(hours)d h", hours=2) == "2 u"
    assert pages.gettext("Act now") == "Doe iets"


def test_a_sentence_without_a_translation_is_english() -> None:
    assert locale_of("nl").gettext("Never said before") == "Never said before"


def test_a_package_without_a_catalogue_of_the_language_leaves_the_words_of_the_other(
    tmp_path: Path,
) -> None:
    locale = locale_of("nl", "UTC", (WORDS, tmp_path))
    assert locale.gettext("%(hours)d h", hours=2) == "2 u"


@pytest.mark.parametrize(("language", "signs"), [("nl", ",."), ("en", ".,")])
def test_numbers_have_the_signs_of_the_language(language: str, signs: str) -> None:
    locale = locale_of(language)
    assert locale.separators == signs
    assert locale.number(1240.5, 1) == f"1{signs[1]}240{signs[0]}5"


def test_english_dates_are_british() -> None:
    assert locale_of("en").date(NOON) == "24 November"
    assert locale_of("en").day(NOON) == "Tuesday 24 November"
