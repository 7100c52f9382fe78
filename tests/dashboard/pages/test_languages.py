"""The catalogues are whole, and a visitor gets the language asked for."""

import io
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from dashboard.words.codes import refusal_words
from dashboard.words.locale import LANGUAGES, TRANSLATIONS, page_locale
from sensors.wire.refusal import Reason
from tests.dashboard.pages.reading import said, token


def catalogue(language: str) -> Catalog:
    with folder(language).joinpath("messages.po").open("rb") as file:
        return read_po(file, locale=language)


def folder(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES"


def in_the_sources() -> set[str | tuple[str, ...]]:
    with TRANSLATIONS.joinpath("babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # as Babel is
    found = extract_from_dir(TRANSLATIONS.parents[1], methods, options)
    return {message for _, _, message, _, _ in found}


def sentences(compiled: GNUTranslations) -> dict[object, str]:
    """All but the header, which holds dates."""
    return {key: text for key, text in vars(compiled)["_catalog"].items() if key != ""}


def texts(message: Message) -> tuple[str, ...]:
    """A translation in all its numbers."""
    said_as = message.string
    return (said_as,) if isinstance(said_as, str) else tuple(said_as or [""])


@pytest.mark.parametrize("language", LANGUAGES)
class TestCatalogues:
    def test_every_sentence_of_the_sources_is_translated(self, language: str) -> None:
        known = {m.id: m for m in catalogue(language) if m.id}
        assert in_the_sources() == set(known)
        assert [m.id for m in known.values() if "" in texts(m)] == []
        assert [m.id for m in known.values() if m.fuzzy] == []

    def test_a_translation_uses_the_values_that_it_is_given(self, language: str) -> None:
        wrong = {m.id: [str(e) for e in m.check()] for m in catalogue(language) if m.check()}
        assert wrong == {}

    def test_the_compiled_catalogue_is_that_of_the_written_one(self, language: str) -> None:
        compiled = io.BytesIO()
        write_mo(compiled, catalogue(language))
        compiled.seek(0)
        with folder(language).joinpath("messages.mo").open("rb") as file:
            kept = sentences(GNUTranslations(file))
        fresh = sentences(GNUTranslations(compiled))
        assert kept == fresh, "run: pybabel compile -d dashboard/words/translations"


class TestChoice:
    def test_the_browsers_language_counts_and_else_the_venues(self, client: FlaskClient) -> None:
        english = client.get("/meetings", headers={"Accept-Language": "en-GB,en;q=0.8"})
        neither = client.get("/meetings", headers={"Accept-Language": "fi"})
        assert "Meetings Tuesday 24 November" in said(english)
        assert "Bijeenkomsten dinsdag 24 november" in said(neither)

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
