"""One's own account: what is open, what programs get in by, its password and its language."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.registry.accounts import sessions, tokens, users
from sensors.clock import SYSTEM
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import PASSWORD, Site, csrf_token, log_in

NEW = "vier heel andere woorden"
PHONE = "Mozilla/5.0 (Linux; Android 10; K) Chrome/142.0 Mobile Safari/537.36"


def logged_in(
    site: Site, agent: str = "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"
) -> FlaskClient:
    browser = site.visitor()
    browser.environ_base |= {"HTTP_USER_AGENT": agent, "HTTP_ACCEPT_LANGUAGE": "en"}
    assert log_in(browser).status_code == 303
    return browser


def send(browser: FlaskClient, path: str, **form: object) -> TestResponse:
    token = csrf_token(browser.get("/account"))
    return browser.post(path, data={"csrf_token": token, **form})


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


class TestSessions:
    def test_they_are_told_in_words_that_one_knows_them_by(self, site: Site) -> None:
        browser, _ = logged_in(site), logged_in(site, PHONE)
        page = browser.get("/account").text
        assert "This computer, Firefox on Linux" in page
        assert "A phone, Chrome on Android" in page
        assert page.index("This computer") < page.index("A phone")

    def test_one_is_ended_and_the_others_go_on(self, site: Site) -> None:
        browser, phone, third = logged_in(site), logged_in(site, PHONE), logged_in(site)
        page = browser.get("/account").text
        row = page[page.index("A phone") :]
        found = re.search(r'action="(/account/sessions/[0-9a-f]+/end)"', row)
        assert found is not None
        assert send(browser, found[1]).location == "/account"
        assert (is_in(browser), is_in(phone), is_in(third)) == (True, False, True)
        assert send(browser, found[1]).status_code == 404

    def test_all_others_are_ended_at_once(self, site: Site) -> None:
        browser, phone, third = logged_in(site), logged_in(site, PHONE), logged_in(site)
        send(browser, "/account/sessions/end")
        assert "2 other browsers are logged out" in browser.get("/account").text
        assert (is_in(browser), is_in(phone), is_in(third)) == (True, False, False)

    def test_those_of_others_are_neither_seen_nor_ended(self, site: Site) -> None:
        browser = logged_in(site)
        with site.database.write() as conn:
            users.add_user(conn, "ben", "admin", None, SYSTEM.now())
            sessions.begin_session(conn, "ben", SYSTEM.now(), PHONE, "", stays=True)
            (his,) = sessions.sessions_of(conn, "ben", SYSTEM.now())
        assert "A phone" not in browser.get("/account").text
        assert send(browser, f"/account/sessions/{his.number}/end").status_code == 404
        assert site.call("DELETE", f"/api/v1/sessions/{his.number}").status_code == 404

    def test_a_program_lists_and_ends_them_too(self, site: Site) -> None:
        browser, phone = logged_in(site), logged_in(site, PHONE)
        listed = browser.get("/api/v1/sessions").json
        assert listed is not None
        assert [one["own"] for one in listed["sessions"]].count(True) == 1
        other = next(one for one in listed["sessions"] if not one["own"])
        assert other["agent"] == PHONE
        path = f"/api/v1/sessions/{other['id']}"
        assert browser.get(path).json == other
        assert site.call("DELETE", path).status_code == 204
        assert (is_in(browser), is_in(phone)) == (True, False)
        assert site.call("GET", path).status_code == 404


class TestPassword:
    FORM = {"current_password": PASSWORD, "password": NEW, "password_again": NEW}  # noqa: RUF012

    def test_another_one_ends_everything_but_this(self, site: Site) -> None:
        browser, phone = logged_in(site), logged_in(site, PHONE)
        token = site.token()
        assert send(browser, "/account/password", **self.FORM).location == "/account"
        assert (is_in(browser), is_in(phone)) == (True, False)
        with site.database.read() as conn:
            assert users.check_password(conn, "anna", NEW) is not None
            assert tokens.user_of_token(conn, token, SYSTEM.now()) is None

    def test_a_copy_of_the_cookie_from_before_is_worth_nothing(self, site: Site) -> None:
        browser, thief = logged_in(site), site.visitor()
        cookie = browser.get_cookie("luchtig")
        assert cookie is not None
        thief.set_cookie("luchtig", cookie.value)
        send(browser, "/account/password", **self.FORM)
        assert not is_in(thief)

    @pytest.mark.parametrize(
        ("form", "says"),
        [
            ({"current_password": "wrong"}, "That is not your password."),
            ({"password": "short", "password_again": "short"}, "at least 10 characters"),
            ({"password": "wachtwoord1", "password_again": "wachtwoord1"}, "lists that go round"),
            ({"password_again": f"{NEW}!"}, "The two are not the same."),
        ],
    )
    def test_what_is_wrong_is_said_beside_it(
        self, site: Site, form: dict[str, str], says: str
    ) -> None:
        browser, phone = logged_in(site), logged_in(site, PHONE)
        answer = send(browser, "/account/password", **self.FORM | form)
        assert answer.status_code == 422
        assert says in answer.text
        assert NEW not in answer.text
        assert is_in(phone)

    def test_guessing_at_it_is_slowed(self, site: Site) -> None:
        browser = logged_in(site)
        wrong = self.FORM | {"current_password": "guess"}
        while (answer := send(browser, "/account/password", **wrong)).status_code == 422:
            pass
        assert answer.status_code == 429


class TestTokens:
    def test_one_is_shown_once_and_may_what_was_chosen(self, site: Site) -> None:
        browser = logged_in(site)
        form = {"label": "grafana", "scopes": ["metrics", "read"], "expires_days": "30"}
        answer = send(browser, "/account/tokens", **form)
        assert answer.status_code == 201
        found = re.search(r"<code>(luchtig_\S+)</code>", answer.text)
        assert found is not None
        assert found[1] not in browser.get("/account").text
        with site.database.read() as conn:
            token = tokens.find_token(conn, found[1], SYSTEM.now())
        assert token is not None
        assert token[1].limits.scopes == ("read", "metrics")
        assert token[1].limits.expires is not None

    def test_it_is_ended_there(self, site: Site) -> None:
        browser, token = logged_in(site), site.token()
        page = browser.get("/account").text
        found = re.search(r'action="(/account/tokens/[0-9a-f]+/revoke)"', page)
        assert found is not None
        assert send(browser, found[1]).location == "/account#tokens"
        assert send(browser, found[1]).status_code == 404
        headers = {"Authorization": f"Bearer {token}"}
        assert site.visitor().get("/api/v1/rooms", headers=headers).status_code == 401

    @pytest.mark.parametrize(
        ("form", "status"),
        [
            ({"label": ""}, 422),
            ({"label": "x", "expires_days": "9"}, 422),
            ({"label": "x", "scopes": "all"}, 404),
        ],
    )
    def test_what_cannot_be_is_refused(self, site: Site, form: dict[str, str], status: int) -> None:
        assert send(logged_in(site), "/account/tokens", **form).status_code == status


class TestLanguage:
    def test_it_is_spoken_wherever_one_logs_in(self, site: Site) -> None:
        send(logged_in(site), "/account/language", language="de")
        elsewhere = logged_in(site)
        assert '<html lang="de"' in elsewhere.get("/account").text
        assert send(elsewhere, "/account/language", language="xx").status_code == 404


def test_who_is_not_logged_in_has_none(site: Site) -> None:
    assert site.visitor().get("/account").location == "/login?next=/account"


def test_the_demo_has_none(make_site: SiteMaker) -> None:
    assert make_site(demo=True).visitor().get("/account").status_code == 409
