"""The catalogues are whole, and a visitor gets the language asked for."""

import ast
import io
from gettext import GNUTranslations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.words.codes import refusal_words
from dashboard.words.locale import asked_language, page_locale
from gateway.domain.room import Venue
from gateway.registry.rooms import put_venue
from gateway.words.locale import LANGUAGES
from sensors.wire.refusal import Reason
from sensors.wire.topic import VenueSlug
from tests.catalogues import ALL, Words, compiled, languages, read, untranslated
from tests.dashboard.pages.reading import said, token
from tests.dashboard.setup import Site, log_in


def sentences(catalogue: GNUTranslations) -> dict[object, str]:
    """All but the header, which holds dates."""
    return {key: text for key, text in vars(catalogue)["_catalog"].items() if key != ""}


def test_the_languages_are_those_of_the_folders_and_each_package_has_them_all() -> None:
    assert sorted(LANGUAGES) == languages()
    assert [
        (words.package.name, language)
        for words in ALL
        for language in LANGUAGES
        if not words.written(language).exists()
    ] == []


def test_a_language_calls_itself_by_its_own_name() -> None:
    assert (LANGUAGES["nl"], LANGUAGES["en"]) == ("Nederlands", "English")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("words", ALL, ids=lambda words: words.package.name)
class TestCatalogues:
    def test_every_sentence_of_the_sources_is_translated(self, words: Words, language: str) -> None:
        """One that both packages say stands in the gateway's catalogue alone."""
        catalogue = read(words, language)
        assert words.sentences() == {m.id for m in catalogue if m.id}, "run: make words"
        assert list(untranslated(catalogue)) == []

    def test_a_translation_uses_the_values_that_it_is_given(
        self, words: Words, language: str
    ) -> None:
        catalogue = read(words, language)
        wrong = {
            m.id: [str(e) for e in m.check(catalogue)] for m in catalogue if m.check(catalogue)
        }
        assert wrong == {}

    def test_the_compiled_catalogue_is_that_of_the_written_one(
        self, words: Words, language: str
    ) -> None:
        fresh = sentences(GNUTranslations(io.BytesIO(compiled(read(words, language)))))
        with words.compiled(language).open("rb") as file:
            kept = sentences(GNUTranslations(file))
        assert kept == fresh, "run: make words"


@pytest.mark.parametrize("words", ALL, ids=lambda words: words.package.name)
def test_no_sentence_of_the_sources_escapes_the_catalogues(words: Words) -> None:
    """What is said within an f-string alone is not seen by what reads the sources."""
    ours = {m if isinstance(m, str) else m[0] for each in ALL for m in each.sentences()}
    escaped = [
        f"{file.name}:{call.lineno}"
        for file in words.package.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("gettext", "ngettext")
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value not in ours
    ]
    assert escaped == []


class TestChoice:
    def test_the_browsers_language_counts_and_else_the_venues(self, client: FlaskClient) -> None:
        english = client.get("/meetings", headers={"Accept-Language": "en-GB,en;q=0.8"})
        neither = client.get("/meetings", headers={"Accept-Language": "fi"})
        assert "Meetings Tuesday 24 November" in said(english)
        assert "Bijeenkomsten dinsdag 24 november" in said(neither)

    def test_a_venue_whose_language_has_no_words_any_more_is_told_in_dutch(self) -> None:
        with Flask(__name__).test_request_context("/"):
            assert (asked_language("en"), asked_language("xx")) == ("en", "nl")

    def test_the_pages_of_a_venue_speak_its_language(self, site: Site) -> None:
        with site.database.write() as conn:
            put_venue(conn, Venue(VenueSlug("de-kade"), "Der Kai", language="de"))
        visitor = site.visitor()
        log_in(visitor)
        board = said(visitor.get("/", headers={"Accept-Language": "fi"}))
        assert "Übersicht Treffen Planen Meldungen" in board

    def test_a_chosen_language_stays(self, client: FlaskClient) -> None:
        form = {"csrf_token": token(client.get("/").text), "next": "/alerts"}
        answer = client.post("/language/en", data=form)
        assert (answer.status_code, answer.location) == (303, "/alerts")
        assert "The last seven days" in said(client.get("/alerts"))

    def test_an_address_may_ask_for_a_language_once(self, client: FlaskClient) -> None:
        assert "The last seven days" in said(client.get("/alerts?lang=en"))
        assert "De laatste zeven dagen" in said(client.get("/alerts"))

    @pytest.mark.parametrize("target", ["https://elsewhere.example", "//elsewhere.example"])
    def test_choosing_never_leads_to_another_site(self, client: FlaskClient, target: str) -> None:
        form = {"csrf_token": token(client.get("/").text), "next": target}
        assert client.post("/language/en", data=form).location == "/"

    def test_a_language_nobody_speaks_here_is_not_found(self, client: FlaskClient) -> None:
        form = {"csrf_token": token(client.get("/").text)}
        assert client.post("/language/fi", data=form).status_code == 404


def test_every_reason_of_refusal_has_words() -> None:
    said_by = {reason: refusal_words(reason, page_locale("nl")) for reason in Reason}
    assert [reason for reason, words in said_by.items() if words == reason] == []
    assert refusal_words("of_tomorrow", page_locale("nl")) == "of_tomorrow"
