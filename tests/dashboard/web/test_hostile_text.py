"""Line breaks, NUL and what turns the writing round are refused or left out wherever text comes in."""

from datetime import UTC, datetime

import pytest

from gateway.domain.alerts.flag import Flag
from gateway.domain.calendar.feed import Feed
from gateway.registry.accounts.sessions import sessions_of
from gateway.registry.agenda.feeds import find_feed, put_feed
from gateway.registry.alerts.contacts import contacts_of
from gateway.registry.alerts.flags import put_flag
from gateway.registry.alerts.silences import silences_since
from gateway.registry.live.operator_requests import AcknowledgeRequest, pending_requests
from sensors.clock import SYSTEM
from sensors.wire.topic import RoomSlug
from tests.dashboard.setup import VENUE, Site, csrf_token, log_in

HOSTILE = ["a\nb", "a\r", "nul\0", "\u202eleb", "Se\u200brre", "\x1b[31m", "line\u2028"]
START, END = "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z"
MEETING = {"venue": VENUE, "room": "serre", "start": START, "end": END}
SILENCE = {"venue": VENUE, "until": "2026-12-01T10:00:00Z"}
FEED = {"venue": VENUE, "name": "Agenda", "url": "https://example.org/a.ics"}


class TestApi:
    @pytest.mark.parametrize("text", HOSTILE)
    @pytest.mark.parametrize(
        ("path", "body", "field"),
        [
            (f"/venues/{VENUE}", {}, "name"),
            (f"/rooms/{VENUE}/serre", {}, "name"),
            ("/meetings/m1", MEETING, "title"),
            ("/feeds/agenda", FEED, "name"),
        ],
    )
    def test_a_name_or_title_is_refused(
        self, site: Site, path: str, body: dict[str, object], field: str, text: str
    ) -> None:
        answer = site.call("PUT", f"/api/v1{path}", body | {field: text})
        assert answer.status_code == 422
        assert answer.json is not None
        assert answer.json["errors"][0]["pointer"] == f"/{field}"

    @pytest.mark.parametrize("text", HOSTILE[2:])
    def test_a_note_has_lines_and_no_other_controls(self, site: Site, text: str) -> None:
        body = {"co2_limit_ppm": 1000.0, "name": "x", "note": "two\nlines"}
        assert site.call("PUT", "/api/v1/policies/own", body).status_code == 200
        refused = site.call("PUT", "/api/v1/policies/own", body | {"note": text})
        assert refused.status_code == 422

    @pytest.mark.parametrize("text", HOSTILE)
    def test_a_reason_and_a_rule_are_refused(self, site: Site, text: str) -> None:
        asked = site.call("POST", "/api/v1/silences", SILENCE | {"reason": text})
        assert asked.status_code == 422
        rule = {"field": "title", "text": text, "room": "serre"}
        asked = site.call("PUT", "/api/v1/feeds/agenda", FEED | {"rules": [rule]})
        assert asked.status_code == 422

    @pytest.mark.parametrize("path", ["/api/v1/meetings/%00", "/meetings/%00", "/%00"])
    def test_a_nul_in_an_address_is_not_found(self, site: Site, path: str) -> None:
        assert site.call("GET", path).status_code == 404

    @pytest.mark.parametrize("length", [301, 5000])
    def test_a_title_has_a_length(self, site: Site, length: int) -> None:
        body = MEETING | {"title": "x" * length}
        answer = site.call("PUT", "/api/v1/meetings/m1", body)
        assert answer.status_code == 422
        assert answer.json is not None
        assert "300" in answer.json["errors"][0]["message"]


class TestPages:
    def test_a_nul_is_refused_in_forms_and_queries(self, site: Site) -> None:
        browser = site.visitor()
        log_in(browser)
        token = csrf_token(browser.get("/"))
        form = {"csrf_token": token, "place": "\0", "reason": "x", "until": ""}
        assert browser.post("/alerts/silence", data=form).status_code == 400
        assert browser.get("/plan?room=%00").status_code == 400

    def test_a_note_a_reason_and_a_rule_are_one_plain_line(self, site: Site) -> None:
        browser = site.visitor()
        log_in(browser)
        at = datetime(2026, 11, 24, 10, tzinfo=UTC)
        with site.database.write() as conn:
            put_flag(conn, Flag("f1", VENUE, RoomSlug("serre"), "co2", "firing", at, at))
            put_feed(conn, Feed("agenda", VENUE, "Agenda", "https://example.org/a.ics"))
        token = csrf_token(browser.get("/"))
        until = datetime.fromtimestamp(SYSTEM.now().timestamp() + 7200, tz=UTC)
        for path, form in {
            "/alerts/f1/acknowledge": {"note": "on\nit\u202e"},
            "/alerts/silence": {
                "place": f"{VENUE}/", "reason": "paint\r\ning", "until": f"{until:%Y-%m-%dT%H:%M}",
            },
            "/settings/calendars/agenda/rules": {
                "room": "serre", "field": "title", "text": "ko\u200bor\n",
            },
        }.items():  # fmt: skip
            answer = browser.post(path, data=form | {"csrf_token": token})
            assert answer.status_code == 303, answer.text
        with site.database.read() as conn:
            (asked,) = [r for r in pending_requests(conn) if isinstance(r, AcknowledgeRequest)]
            ((_, silence),) = silences_since(conn, SYSTEM.now())
            feed = find_feed(conn, "agenda")
        assert asked.note == "on it"
        assert silence.reason == "paint ing"
        assert feed is not None
        assert [rule.text for rule in feed.rules] == ["ko or"]

    @pytest.mark.parametrize(
        ("name", "says"),
        [("x" * 201, "200"), ("a\nb", "Eén regel"), ("\u202eb", "Eén regel"), ("", "naam")],
    )
    def test_the_name_of_a_contact_is_one_line_of_a_length(
        self, site: Site, name: str, says: str
    ) -> None:
        browser = site.visitor()
        log_in(browser)
        token = csrf_token(browser.get("/settings/contacts"))
        form = {"csrf_token": token, "name": name, "address": "a@example.org"}
        answer = browser.post(f"/settings/venues/{VENUE}/contacts", data=form)
        assert answer.status_code == 422
        assert says in answer.text
        with site.database.read() as conn:
            assert contacts_of(conn, VENUE) == ()

    def test_what_a_browser_calls_itself_is_one_plain_line(self, site: Site) -> None:
        browser = site.visitor()
        browser.environ_base["HTTP_USER_AGENT"] = "Fox\u0085\u009b31m \x1b[31m 1.0" + "x" * 5000
        log_in(browser)
        with site.database.read() as conn:
            (session,) = sessions_of(conn, "anna", SYSTEM.now())
        assert session.agent.startswith("Fox 31m [31m 1.0x")
        assert len(session.agent) <= 200
