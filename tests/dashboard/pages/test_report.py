"""The report's page and PDF, for who is logged in and for who has the link of the mail."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.web.services import Services
from gateway.config import DashboardSettings, StoreSettings
from gateway.links import REPORT_LASTS, Links
from gateway.registry.agenda.meetings import delete_meeting, put_meeting
from gateway.store.open import open_store
from tests.dashboard.pages.reading import said
from tests.dashboard.pages.scene import HOSTILE, StageBoard
from tests.gateway.domain.report.evening import END, MEETING, THERE, every_minute
from tests.gateway.reported import Evening, evening

SECRET = "s" * 20
NOW = MEETING.end
HIDDEN = every_minute({(-60, 30): 700, (70, 150): 700})
LATE = every_minute({(30, 70): 1500})


def token_of(meeting: str, secret: str = SECRET, at: datetime = NOW) -> str:
    """What the link in the mail about a meeting carries."""
    link = Links(secret, "http://luchtig.test").report(meeting, "anna@example.org", "nl", at)
    return link.partition("token=")[2]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Evening]:
    opened = evening(tmp_path)
    opened.arrive((*HIDDEN, *THERE))
    opened.look(40)
    yield opened
    opened.store.close()
    opened.database.close()


def build(hall: Evening, *, demo: bool = True) -> Flask:
    chosen = DashboardSettings(demo=demo)
    return create_app(Services(hall.clock, hall.database, hall.store, StageBoard(), chosen, SECRET))


@pytest.fixture
def client(hall: Evening) -> FlaskClient:
    client = build(hall).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl-NL,nl;q=0.9"
    return client


@pytest.fixture
def stranger(hall: Evening) -> FlaskClient:
    """Somebody who is not logged in."""
    client = build(hall, demo=False).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl-NL,nl;q=0.9"
    return client


class TestPage:
    def test_it_says_first_what_happened(self, client: FlaskClient) -> None:
        page = client.get("/meetings/m1/report")
        words = said(page)
        assert "Of deze bijeenkomst binnen de grenzen bleef, is niet zeker te zeggen." in words
        assert "Lucht Niet te zeggen" in words
        assert "Mensen Binnen de grens" in words
        assert '<polyline class="ink-co2"' in page.text

    def test_readings_that_came_late_make_it_revised(
        self, client: FlaskClient, hall: Evening
    ) -> None:
        hall.arrive(LATE)
        assert "wordt zo herzien" in said(client.get("/meetings/m1/report"))
        hall.look(60)
        words = said(client.get("/meetings/m1/report"))
        assert "Deze bijeenkomst ging over de grens: 40 min boven 1.200 ppm CO₂" in words
        assert (
            "Herzien op dinsdag 24 november 2026, 21:30 (metingen die laat binnenkwamen)" in words
        )
        assert "versie 2" in words
        assert "wordt zo herzien" not in words

    def test_list_page_and_report_say_the_same_sentence(
        self, client: FlaskClient, hall: Evening
    ) -> None:
        pages = ("/meetings?day=2026-11-24", "/meetings/m1", "/meetings/m1/report")
        unsure = "Of deze bijeenkomst binnen de grenzen bleef, is niet zeker te zeggen."
        for page in pages:
            assert unsure in said(client.get(page)), page
        hall.arrive(LATE)
        hall.look(60)
        for page in pages:
            words = said(client.get(page))
            assert "Deze bijeenkomst ging over de grens: 40 min boven 1.200 ppm CO₂" in words, page
            assert "Te veel CO₂" not in words.partition("Meldingen")[0], page

    def test_a_title_is_text_and_never_markup(self, client: FlaskClient, hall: Evening) -> None:
        with hall.database.write() as conn:
            put_meeting(conn, replace(MEETING, title=HOSTILE))
        page = client.get("/meetings/m1/report")
        assert "<script>alert" not in page.text
        assert HOSTILE in said(page)

    def test_it_is_in_the_language_of_the_visitor(self, client: FlaskClient) -> None:
        assert "cannot be said for sure" in said(client.get("/meetings/m1/report?lang=en"))

    def test_a_meeting_that_is_not_over_has_none_yet(
        self, client: FlaskClient, hall: Evening
    ) -> None:
        for minutes in (-1, 19):  # planned time goes on; people may be back any moment
            hall.clock.set(END + timedelta(minutes=minutes))
            assert "nog niet afgelopen" in said(client.get("/meetings/m1/report"))
        assert client.get("/meetings/m1/report.pdf").status_code == 303

    def test_a_meeting_that_never_was_has_none(self, client: FlaskClient) -> None:
        assert client.get("/meetings/m9/report").status_code == 404

    def test_what_was_kept_is_shown_when_the_meeting_left_the_calendar(
        self, client: FlaskClient, hall: Evening
    ) -> None:
        with hall.database.write() as conn:
            delete_meeting(conn, "m1")
        words = said(client.get("/meetings/m1/report"))
        assert "De metingen zijn er nu niet; dit is wat is bewaard." in words
        assert "Mensen Binnen de grens" in words

    def test_what_was_kept_is_shown_while_the_store_is_away(
        self, client: FlaskClient, hall: Evening, tmp_path: Path
    ) -> None:
        away = open_store(StoreSettings(url="influxdb://127.0.0.1:9/none"), tmp_path)
        hall.store.close()
        hall.store = away
        client = build(hall).test_client()
        assert "this is what was kept" in said(client.get("/meetings/m1/report?lang=en"))
        with hall.database.write() as conn:
            put_meeting(conn, replace(MEETING, id="m2"))
        assert client.get("/meetings/m2/report").status_code == 503


class TestPdf:
    def test_it_is_a_pdf_that_is_named_for_room_and_day(self, client: FlaskClient) -> None:
        answer = client.get("/meetings/m1/report.pdf")
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF-")
        assert (
            answer.headers["Content-Disposition"]
            == 'inline; filename="verslag-serre-2026-11-24.pdf"'
        )


class TestLink:
    @pytest.mark.parametrize("path", ["/meetings/m1/report", "/meetings/m1/report.pdf"])
    def test_who_is_not_logged_in_is_asked_to(self, stranger: FlaskClient, path: str) -> None:
        answer = stranger.get(path)
        assert (answer.status_code, answer.location) == (303, f"/login?next={path}")

    def test_the_signed_link_of_the_mail_opens_its_report(self, stranger: FlaskClient) -> None:
        page = stranger.get(f"/meetings/m1/report?token={token_of('m1')}")
        assert "Mensen Binnen de grens" in said(page)
        pdf_link = re.search(r'href="([^"]*report\.pdf[^"]*)"', page.text)
        assert pdf_link is not None
        assert stranger.get(pdf_link[1].replace("&amp;", "&")).mimetype == "application/pdf"
        assert 'href="/meetings/m1"' not in page.text

    @pytest.mark.parametrize(
        "token",
        [
            token_of("m2"),
            token_of("m1")[:-1] + "x",
            token_of("m1", secret="another secret"),
            "m1",
            "",
        ],
        ids=["of another meeting", "bent", "of somebody else", "bare", "empty"],
    )
    def test_a_link_that_was_forged_opens_nothing(self, stranger: FlaskClient, token: str) -> None:
        for path in ("/meetings/m1/report", "/meetings/m1/report.pdf"):
            answer = stranger.get(f"{path}?token={token}")
            assert answer.status_code == 403
            assert "Deze link opent geen verslag" in answer.text
            assert "Ledenavond" not in answer.text

    def test_a_link_whose_time_is_over_is_gone(self, stranger: FlaskClient) -> None:
        token = token_of("m1", at=NOW - 2 * REPORT_LASTS)
        for path in ("/meetings/m1/report", "/meetings/m1/report.pdf"):
            answer = stranger.get(f"{path}?token={token}")
            assert answer.status_code == 410
            assert "Ledenavond" not in answer.text

    def test_a_link_to_a_report_opens_nothing_else(self, stranger: FlaskClient) -> None:
        token = token_of("m1")
        assert stranger.get(f"/meetings/m1?token={token}").status_code == 303
        answer = stranger.get(f"/api/v1/export.csv?meeting=m1&token={token}")
        assert answer.status_code == 401


def test_the_meeting_leads_to_its_report_once_it_is_over(
    client: FlaskClient, hall: Evening
) -> None:
    assert 'href="/meetings/m1/report"' in client.get("/meetings/m1").text
    hall.clock.set(END - timedelta(minutes=1))
    assert 'href="/meetings/m1/report"' not in client.get("/meetings/m1").text
