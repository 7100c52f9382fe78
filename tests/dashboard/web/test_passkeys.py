"""Where passkeys are offered, and what a device is asked to sign. The whole way is walked in a browser."""

import pytest
from flask import Flask, request

from dashboard.web.identity.challenges import Challenges, Stale
from dashboard.web.identity.passkeys import Site, site_of
from gateway.registry.accounts import passkeys, users
from sensors.clock import SYSTEM
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import Site as Dashboard
from tests.dashboard.setup import csrf_token, log_in

NAMED = "https://board.example.org"


class TestWhere:
    @pytest.mark.parametrize(
        ("base", "public_url", "found"),
        [
            ("http://localhost:8080", "http://127.0.0.1:8080", Site("localhost", "http://localhost:8080")),
            (NAMED, NAMED, Site("board.example.org", NAMED)),
            ("https://other.example.org", NAMED, Site("other.example.org", "https://other.example.org")),
            ("http://board.example.org", NAMED, Site("board.example.org", NAMED)),
            ("http://board.example.org", "http://board.example.org", "https"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "name"),
            ("https://192.0.2.7", "https://192.0.2.7", "name"),
            ("http://[::1]:8080", "http://127.0.0.1:8080", "name"),
        ],
    )  # fmt: skip
    def test_names_over_https_and_localhost(
        self, base: str, public_url: str, found: Site | str
    ) -> None:
        with Flask("here").test_request_context(base_url=base):
            assert site_of(request, public_url) == found

    @pytest.mark.parametrize(
        ("base", "says"),
        [("http://127.0.0.1", "opened by an IP address"), ("http://board.example", "over https")],
    )
    def test_the_account_says_why_they_are_not_offered(
        self, site: Dashboard, base: str, says: str
    ) -> None:
        browser = site.visitor()
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        token = csrf_token(browser.get("/login", base_url=base))
        form = {"csrf_token": token, "name": "anna", "password": "drie woorden genoeg"}
        browser.post("/login", data=form, base_url=base)
        page = browser.get("/account", base_url=base).text
        assert says in page
        assert "make-passkey" not in page


class TestChallenges:
    def test_one_is_answered_once_and_for_its_purpose(self) -> None:
        challenges = Challenges("secret")
        kept, challenge = challenges.make("enter")
        with pytest.raises(Stale):
            challenges.take(kept, "make anna")
        assert challenges.take(kept, "enter") == challenge
        with pytest.raises(Stale):
            challenges.take(kept, "enter")

    @pytest.mark.parametrize("kept", [None, "", "made up", 3, ["enter", "x"]])
    def test_what_is_none_of_ours_is_none(self, kept: object) -> None:
        with pytest.raises(Stale):
            Challenges("secret").take(kept, "enter")

    def test_one_of_another_secret_is_none(self) -> None:
        kept, _ = Challenges("another").make("enter")
        with pytest.raises(Stale):
            Challenges("secret").take(kept, "enter")


class TestRefused:
    @pytest.mark.parametrize("credential", [None, 3, "x", {}, {"id": "x", "rawId": "x"}, []])
    def test_what_is_no_answer_lets_nobody_in(self, site: Dashboard, credential: object) -> None:
        browser = site.visitor()
        headers = {"X-CSRFToken": csrf_token(browser.get("/login"))}
        browser.post("/login/passkey/options", headers=headers, json={})
        answer = browser.post("/login/passkey", headers=headers, json={"credential": credential})
        assert (answer.status_code, answer.json) == (401, {"error": "not_taken"})
        assert browser.get("/api/v1/rooms").status_code == 401

    def test_a_form_of_another_site_asks_for_nothing(self, site: Dashboard) -> None:
        assert site.visitor().post("/login/passkey/options", json={}).status_code == 403

    def test_making_one_takes_the_password_again(self, site: Dashboard) -> None:
        browser = site.visitor()
        log_in(browser)
        headers = {"X-CSRFToken": csrf_token(browser.get("/account"))}
        path = "/account/passkeys/options"
        answer = browser.post(path, headers=headers, json={"current_password": "guess"})
        assert (answer.status_code, answer.json) == (422, {"error": "wrong"})
        good = {"current_password": "drie woorden genoeg"}
        asked = browser.post(path, headers=headers, json=good).json
        assert asked is not None
        assert asked["rp"]["id"] == "localhost"
        assert asked["authenticatorSelection"]["userVerification"] == "required"
        assert "anna" not in asked["user"]["id"]

    def test_they_are_not_offered_where_they_cannot_be(self, make_site: SiteMaker) -> None:
        browser = make_site(public_url="http://192.0.2.7").visitor()
        base = "http://192.0.2.7"
        headers = {"X-CSRFToken": csrf_token(browser.get("/login", base_url=base))}
        answer = browser.post("/login/passkey/options", headers=headers, json={}, base_url=base)
        assert answer.status_code == 409


def test_one_ends_with_its_account_and_sleeps_while_that_is_disabled(site: Dashboard) -> None:
    now = SYSTEM.now()
    with site.database.write() as conn:
        key = (b"credential", b"public", 0)
        passkeys.add_passkey(conn, "anna", "phone", "localhost", key, now)
        with pytest.raises(passkeys.PasskeyExists):
            passkeys.add_passkey(conn, "anna", "again", "localhost", key, now)
        assert passkeys.find_passkey(conn, b"another") is None
        found = passkeys.find_passkey(conn, b"credential")
        assert found is not None
        assert (found[0].name, found[1].label, found[1].used) == ("anna", "phone", None)
        passkeys.note_passkey_used(conn, found[1].number, 3, now)
        (used,) = passkeys.passkeys_of(conn, "anna")
        assert (used.uses, used.used) == (3, now)
        users.disable(conn, "anna", now)
        assert passkeys.find_passkey(conn, b"credential") is None
        users.enable(conn, "anna")
        assert not passkeys.remove_passkey(conn, "ben", used.number)
        assert passkeys.remove_passkey(conn, "anna", used.number)
        assert not passkeys.are_there_passkeys(conn)
