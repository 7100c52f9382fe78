import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from dashboard.words.locale import CATALOGUES
from gateway.domain.air.generation import Activity
from gateway.words.activities import activity_words
from gateway.words.locale import LANGUAGES, WORDS, locale_of

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


def test_dates_are_written_in_the_order_of_the_catalogue() -> None:
    english = locale_of("en")
    assert locale_of("nl").day_and_year(NOON) == "dinsdag 24 november 2026"
    assert english.day_and_year(NOON) == "Tuesday 24 November 2026"
    assert english.moment(NOON, NOON + timedelta(days=2)) == "Tue 24 Nov, 12:00"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_activity_has_words_of_its_own(language: str) -> None:
    locale = locale_of(language)
    said = {activity_words(activity, locale) for activity in get_args(Activity)}
    assert len(said) == len(get_args(Activity))


def test_a_language_more_is_a_folder_more(tmp_path: Path) -> None:
    copy = shutil.copytree(WORDS.parent, tmp_path / "gateway")
    shutil.copytree(copy / "words" / "nl", copy / "words" / "fy")
    ask = "from gateway.words.locale import *; print(LANGUAGES['fy'], locale_of('fy').language)"
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "-c", ask], env=environment, cwd=tmp_path, check=True, capture_output=True
    )
    assert answer.stdout.decode().split() == ["Frysk", "fy"]
