import pytest

from dashboard.words.audit import NOUNS, how_words, noun_words, what_words
from dashboard.words.locale import page_locale
from gateway.domain.audit import VERBS, Act, Entry
from gateway.registry.audit import nouns
from gateway.words.locale import LANGUAGES
from tests.gateway.live_venue import START

KINDS_OF_REQUESTS = {"acknowledge", "people", "release", "test"}
SENT = {"mail", "push"}
BY_THE_SHELL = {"person"}


def test_whatever_is_followed_has_words() -> None:
    followed = {noun.name for noun in nouns.NOUNS.values()} - {"request"}
    assert followed | KINDS_OF_REQUESTS | SENT | BY_THE_SHELL == NOUNS.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_is_said_in_words(language: str) -> None:
    locale = page_locale(language)
    for noun in NOUNS:
        for verb in VERBS:
            entry = Entry(Act("anna", "session", START), noun, verb, None, "", None, None)
            assert what_words(entry, locale)[0].isupper()


def test_what_nobody_gave_words_is_said_by_its_name() -> None:
    assert noun_words("wind_chimes", page_locale("nl")) == "wind chimes"


def test_by_what_it_was_done_is_said_where_that_is_no_log_in() -> None:
    locale = page_locale("en")
    assert how_words("session", "", locale) == ""
    assert how_words("token", "nightly", locale) == "with the token nightly"
