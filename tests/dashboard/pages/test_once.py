"""A form that is sent twice does its work once."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.pages import once
from gateway.domain.meeting import Meeting
from gateway.registry import idempotency_keys
from gateway.registry.agenda.feeds import all_feeds
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.alerts.contacts import contacts_of
from tests.dashboard.pages.reading import token
from tests.dashboard.pages.scene import NOW, VENUE, Stage

ROOT = Path(__file__).parents[3]
ONCE_ANYWAY = ("invite.html", "setup.html")
"""What is made there is made once by its link."""
MEETING = {"title": "Dubbel", "room": f"{VENUE}/serre"}


def filled_in(client: FlaskClient, page: str, fields: dict[str, str]) -> dict[str, str]:
    html = client.get(page).text
    keys = re.findall(r'name="once" value="([^"]+)"', html)
    assert keys
    return fields | {"once": keys[-1], "csrf_token": token(html)}


def on(day: int) -> dict[str, str]:
    return MEETING | {"start": f"2027-03-{day:02}T10:00", "end": f"2027-03-{day:02}T11:00"}


def kept(stage: Stage, day: int) -> tuple[Meeting, ...]:
    start = datetime(2027, 3, day, tzinfo=NOW.tzinfo)
    with stage.database.read() as conn:
        return meetings_between(conn, start, start.replace(hour=23), VENUE)


class TestTwice:
    def test_the_second_leads_where_the_first_led(self, client: FlaskClient, stage: Stage) -> None:
        form = filled_in(client, "/meetings/new", on(1))
        first, second = (client.post("/meetings/new", data=form) for _ in range(2))
        assert first.status_code == second.status_code == 303
        assert second.location == first.location
        assert len(kept(stage, 1)) == 1

    def test_a_double_click_books_once(self, client: FlaskClient, stage: Stage) -> None:
        form = filled_in(client, "/meetings/new", on(2))

        session = client.get_cookie("luchtig")
        assert session is not None
        cookie = session.value

        def clicked(_number: int) -> TestResponse:
            browser = client.application.test_client()
            browser.set_cookie("luchtig", cookie)
            return browser.post("/meetings/new", data=form)

        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(clicked, range(4)))
        assert {answer.status_code for answer in answers} == {303}
        assert len({answer.location for answer in answers}) == 1
        assert len(kept(stage, 2)) == 1

    def test_what_is_changed_before_it_is_sent_again_is_another_wish(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        form = filled_in(client, "/meetings/new", on(3))
        client.post("/meetings/new", data=form)
        assert client.post("/meetings/new", data=form | on(4)).status_code == 303
        assert (len(kept(stage, 3)), len(kept(stage, 4))) == (1, 1)

    def test_what_came_to_nothing_may_be_sent_again(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        form = filled_in(client, "/meetings/new", on(5) | {"expected_people": "900"})
        assert client.post("/meetings/new", data=form).status_code == 409
        assert client.post("/meetings/new", data=form).status_code == 409
        assert kept(stage, 5) == ()

    def test_a_calendar_and_a_contact_are_made_once(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        feed = {"name": "Eenmaal", "place": VENUE, "url": "https://example.org/1.ics"}
        form = filled_in(client, "/settings/calendars/new", feed)
        for _ in range(2):
            assert client.post("/settings/calendars/new", data=form).status_code == 303
        page = client.get("/settings/contacts").text
        start = page.index(f"/settings/venues/{VENUE}/contacts#")
        key = re.search(r'name="once" value="([^"]+)"', page[start:])
        assert key is not None
        contact = {"name": "Eenmaal", "address": "e@example.org", "once": key[1]}
        for _ in range(2):
            answer = client.post(
                f"/settings/venues/{VENUE}/contacts", data=contact | {"csrf_token": token(page)}
            )
            assert answer.status_code == 303
        with stage.database.read() as conn:
            assert [feed.name for feed in all_feeds(conn)].count("Eenmaal") == 1
            assert [one.name for one in contacts_of(conn, VENUE)].count("Eenmaal") == 1

    def test_one_that_is_under_way_for_too_long_is_not_lost(
        self, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(once, "LOOK_EVERY_S", 0.0)
        monkeypatch.setattr(idempotency_keys, "keep", lambda *_: None)
        form = filled_in(client, "/meetings/new", on(6))
        assert client.post("/meetings/new", data=form).status_code == 303
        again = client.post("/meetings/new", data=form)
        assert again.status_code == 503
        assert 'value="Dubbel"' in again.text

    @pytest.mark.parametrize("key", ["", "x" * 5000, "é\n\u2028", "%00"])
    def test_a_key_of_ones_own_making_does_no_harm(self, client: FlaskClient, key: str) -> None:
        form = filled_in(client, "/meetings/new", on(7)) | {"once": key}
        assert client.post("/meetings/new", data=form).status_code in (303, 409)


class TestForms:
    def test_each_that_makes_something_carries_a_key(self) -> None:
        bare = []
        for template in sorted((ROOT / "dashboard/templates").glob("*.html")):
            forms = re.findall(r"<form\b.*?</form>", template.read_text(), re.DOTALL)
            for form in forms:
                makes = re.search(r"url_for\('\w+\.(?:make|add_\w+|test)\b", form)
                own = 'method="post"' in form and "action=" not in form
                if (makes or own) and template.name not in ONCE_ANYWAY and "once()" not in form:
                    bare.append(template.name)
        assert bare == []
