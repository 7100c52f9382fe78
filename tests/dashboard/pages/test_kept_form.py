"""A database that another holds: what was filled in is not lost, and programs are told when to come again."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import NoReturn

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from dashboard.pages import kept_form
from gateway.registry.accounts import tokens, users
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.database import Database, DatabaseAway
from tests.dashboard.pages.reading import text, token
from tests.dashboard.pages.scene import NOW, VENUE, Stage
from tests.dashboard.setup import Site, log_in

TYPED = 'Boekenclub "<b>'
KEPT = "Dit is nog niet bewaard"

FORMS: dict[str, tuple[str, str, dict[str, str]]] = {
    "a meeting": (
        "/meetings/new", "/meetings/new",
        {"title": TYPED, "room": f"{VENUE}/serre", "start": "2026-12-01T19:30",
         "end": "2026-12-01T21:00"},
    ),
    "a calendar": (
        "/settings/calendars/new", "/settings/calendars/new",
        {"name": TYPED, "place": VENUE, "url": "https://cal.example.org/a.ics", "every_s": "3600"},
    ),
    "a contact": (
        "/settings/contacts", f"/settings/venues/{VENUE}/contacts",
        {"name": TYPED, "address": "b@example.org", "rules": "co2"},
    ),
    "quiet hours": (
        "/settings/contacts", f"/settings/venues/{VENUE}/hours",
        {"quiet_from": "22:15", "quiet_until": "07:45", "escalate_after_min": "17"},
    ),
    "a room": (
        "/settings/venues", f"/settings/venues/{VENUE}/rooms/serre",
        {"name": TYPED, "seats": "17", "policy": "nl-target-1200"},
    ),
    "a silence": (
        "/alerts", "/alerts/silence",
        {"place": f"{VENUE}/serre", "until": "2026-11-24T22:11", "reason": TYPED},
    ),
}  # fmt: skip


@pytest.fixture
def impatient(stage: Stage) -> Iterator[None]:
    """Does not wait the five seconds."""

    def hurry(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout=10")

    engine = stage.database.engine
    engine.dispose()
    event.listen(engine, "connect", hurry)
    yield
    event.remove(engine, "connect", hurry)
    engine.dispose()


@contextmanager
def locked(stage: Stage) -> Iterator[None]:
    """Another process writes all the while."""
    other = sqlite3.connect(str(stage.database.engine.url.database))
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


def send(client: FlaskClient, page: str, path: str, fields: dict[str, str]) -> TestResponse:
    form = fields | {"csrf_token": token(client.get(page).text)}
    return client.post(path, data=form, headers={"Referer": f"http://localhost{page}?x=1"})


class TestDatabaseThatIsAway:
    """Whole: not even who asks can be known."""

    @pytest.fixture
    def away(self, site: Site) -> Iterator[tuple[FlaskClient, str]]:
        """A browser that is logged in, with the key of a form, as the database leaves."""
        browser = site.visitor()
        log_in(browser)
        key = token(browser.get("/meetings/new").text)

        def gone(_database: Database) -> NoReturn:
            raise DatabaseAway("the server is gone")

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Database, "read", gone)
            patched.setattr(Database, "write", gone)
            yield browser, key

    def test_what_was_filled_in_stands_on_a_page_of_its_own(
        self, away: tuple[FlaskClient, str]
    ) -> None:
        browser, key = away
        answer = browser.post("/meetings/new", data={"csrf_token": key, "title": TYPED})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert f'name="title" value="{escape(TYPED)}"'.replace("&quot;", "&#34;") in answer.text
        assert 'action="/meetings/new"' in answer.text

    def test_what_another_site_filled_in_does_not(self, away: tuple[FlaskClient, str]) -> None:
        browser, _ = away
        answer = browser.post("/meetings/new", data={"csrf_token": "x", "title": TYPED})
        assert answer.status_code == 403
        assert "Boekenclub" not in answer.text


@pytest.mark.usefixtures("impatient")
class TestLockedDatabase:
    @pytest.mark.parametrize("which", FORMS)
    def test_the_form_is_shown_again_filled_in(
        self, client: FlaskClient, stage: Stage, which: str
    ) -> None:
        page, path, fields = FORMS[which]
        with locked(stage):
            answer = send(client, page, path, fields)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert KEPT in text(answer.text)
        end = r'[^>]*method="post"[^>]*>\s*<p class="notice".*?</form>'
        form = re.search(rf"<form{end}", answer.text, re.DOTALL)
        assert form is not None
        for name, value in fields.items():
            chosen = rf'value="{re.escape(escape(value))}" (?:selected|checked)'
            typed = rf'name="{name}"[^>]*value="{re.escape(escape(value))}"'
            assert re.search(f"{chosen}|{typed}", form[0]), name

    def test_what_is_sent_again_is_kept(self, client: FlaskClient, stage: Stage) -> None:
        page, path, fields = FORMS["a meeting"]
        with locked(stage):
            again = send(client, page, path, fields)
        answer = client.post(path, data=fields | {"csrf_token": token(again.text)})
        assert answer.status_code == 303

    def test_what_cannot_be_shown_in_its_form_is_not_lost_either(
        self, client: FlaskClient, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page, path, fields = FORMS["a meeting"]
        monkeypatch.setattr(kept_form, "_made", lambda *_: None)
        with locked(stage):
            answer = send(client, page, path, fields | {"password": "hunter2"})
        assert answer.status_code == 503
        assert f'name="title" value="{escape(TYPED)}"'.replace("&quot;", "&#34;") in answer.text
        assert "hunter2" not in answer.text

    def test_a_form_of_another_page_is_not_filled_in(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        with locked(stage):
            answer = client.post("/meetings/new", data={"title": TYPED})
        assert answer.status_code == 403
        assert "Boekenclub" not in answer.text

    def test_programs_are_told_when_to_come_again(self, client: FlaskClient, stage: Stage) -> None:
        with stage.database.write() as conn:
            users.add_user(conn, "ben", "admin", None, NOW)
            headers = {"Authorization": f"Bearer {tokens.new_token(conn, 'ben', '', NOW)}"}
        with locked(stage):
            reads = client.get("/api/v1/rooms", headers=headers)
            body = {"people": 3}
            writes = client.put(f"/api/v1/rooms/{VENUE}/serre/people", json=body, headers=headers)
        assert reads.status_code == 200
        assert (writes.status_code, writes.headers["Retry-After"]) == (503, "5")

    def test_nothing_is_kept_of_it(self, client: FlaskClient, stage: Stage) -> None:
        page, path, fields = FORMS["a meeting"]
        with stage.database.read() as conn:
            before = meetings_between(conn, NOW, NOW.replace(year=2027))
        with locked(stage):
            send(client, page, path, fields)
        with stage.database.read() as conn:
            assert meetings_between(conn, NOW, NOW.replace(year=2027)) == before
