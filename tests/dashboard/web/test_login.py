"""Guessing at the form itself: slowed, without locking anybody out, and with few hashes at a time."""

import threading
from typing import Literal

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from dashboard.web import judge
from dashboard.web.identity import guessing
from dashboard.web.identity.guessing import FREE_TRIES_OF_PAIR
from dashboard.web.identity.known_device import COOKIE
from gateway.domain.access import ADMIN
from gateway.registry.accounts import users
from gateway.registry.accounts.grants import set_roles
from gateway.registry.accounts.sessions import sessions_of
from gateway.registry.accounts.users import User
from gateway.registry.database import DatabaseAway
from sensors.clock import SYSTEM
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import PASSWORD, VENUE, Site, csrf_token, log_in


def come_from(browser: FlaskClient, address: str) -> FlaskClient:
    browser.environ_base["REMOTE_ADDR"] = address
    return browser


def guess_until_slowed(site: Site, address: str) -> None:
    guesser = come_from(site.visitor(), address)
    while log_in(guesser, "guess").status_code != 429:
        pass


class TestGuessing:
    def test_a_guesser_elsewhere_does_not_lock_a_person_out(self, site: Site) -> None:
        guess_until_slowed(site, "10.0.0.9")
        assert log_in(come_from(site.visitor(), "10.0.0.1")).status_code == 303

    def test_a_guesser_behind_the_same_router_does_not_lock_a_known_browser_out(
        self, make_site: SiteMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(guessing, "FREE_TRIES_OF_ADDRESS", 3)
        site = make_site()
        browser = site.visitor()
        assert log_in(browser).status_code == 303
        browser.delete_cookie("luchtig")
        for number in range(3):
            log_in(site.visitor(), "guess", name=f"name-{number}")
        guess_until_slowed(site, "127.0.0.1")
        assert log_in(site.visitor()).status_code == 429
        assert log_in(browser).status_code == 303

    def test_a_known_browser_is_known_for_its_own_names_alone(self, site: Site) -> None:
        browser = site.visitor()
        log_in(browser)
        browser.delete_cookie("luchtig")
        for _ in range(FREE_TRIES_OF_PAIR + 1):
            assert log_in(browser, "guess", name="ben").status_code == 401
        assert log_in(browser, "guess", name="ben").status_code == 429

    @pytest.mark.parametrize("forged", ["", "x", "WyJrZXkiLCJhIl0.AAAA"])
    def test_a_cookie_of_ones_own_making_makes_nobody_known(self, site: Site, forged: str) -> None:
        guess_until_slowed(site, "127.0.0.1")
        browser = site.visitor()
        browser.set_cookie(COOKIE, forged)
        assert log_in(browser).status_code == 429

    def test_the_cookie_lets_nobody_in(self, site: Site) -> None:
        browser = site.visitor()
        log_in(browser)
        browser.delete_cookie("luchtig")
        assert browser.get("/").status_code == 303

    def test_the_name_stays_filled_in(self, site: Site) -> None:
        answer = log_in(site.visitor(), "guess", name='<anna">')
        assert 'value="&lt;anna&#34;&gt;"' in answer.text
        assert "guess" not in answer.text


class TestHashes:
    @pytest.mark.parametrize("name", ["anna", "nobody", "disabled", "tokens only"])
    def test_a_name_that_is_not_there_takes_a_hash_as_well(
        self, site: Site, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        with site.database.write() as conn:
            users.add_user(conn, "disabled", "admin", "another long word", SYSTEM.now())
            users.disable(conn, "disabled", SYSTEM.now())
            users.add_user(conn, "tokens only", "admin", None, SYSTEM.now())
        judged = []

        class Counting(PasswordHasher):
            def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
                judged.append(hash)
                return super().verify(hash, password)

        monkeypatch.setattr(users, "_hasher", Counting)
        assert log_in(site.visitor(), "a wrong guess", name=name).status_code == 401
        assert len(judged) == 1

    def test_what_finds_no_turn_is_told_to_come_again(
        self, make_site: SiteMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(judge, "HASHES_AT_MOST", 1)
        monkeypatch.setattr(judge, "HASHES_WAITING", 0)
        hashing, done = threading.Event(), threading.Event()

        def slow(*_given: object) -> User | None:
            hashing.set()
            assert done.wait(60)
            return None

        monkeypatch.setattr(judge, "check_password", slow)
        site = make_site()
        first = threading.Thread(target=log_in, args=(site.visitor(), "guess"))
        first.start()
        try:
            assert hashing.wait(60)
            for _ in range(FREE_TRIES_OF_PAIR + 5):  # it is not counted as a guess
                answer = log_in(site.visitor())
                assert answer.status_code == 429
                assert int(answer.headers["Retry-After"]) >= 1
                assert "tegelijk" in answer.text
        finally:
            done.set()
            first.join(60)

    def test_a_database_that_is_away_is_no_guess(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_given: object) -> User | None:
            raise DatabaseAway("locked")

        browser = site.visitor()
        token = csrf_token(browser.get("/login"))
        form = {"csrf_token": token, "name": "anna", "password": PASSWORD}
        with monkeypatch.context() as locked:
            locked.setattr(judge, "check_password", away)
            for _ in range(FREE_TRIES_OF_PAIR + 2):
                assert browser.post("/login", data=form).status_code == 503
        assert browser.post("/login", data=form).status_code == 303


@pytest.mark.parametrize(
    ("role", "form", "stays"),
    [
        ("host", {}, True),
        ("organiser", {}, True),
        ("manager", {}, False),
        ("manager", {"stay": "on"}, True),
        (ADMIN, {}, False),
    ],
)
def test_hours_of_silence_end_the_log_in_of_who_runs_a_venue_alone(
    site: Site, role: str, form: dict[str, str], stays: bool
) -> None:
    with site.database.write() as conn:
        users.add_user(conn, "piet", role if role == ADMIN else "none", PASSWORD, SYSTEM.now())
        if role != ADMIN:
            set_roles(conn, "piet", VENUE, [role])  # type: ignore[list-item]  # one of the venue's
    assert log_in(site.visitor(), name="piet", **form).status_code == 303
    with site.database.read() as conn:
        (begun,) = sessions_of(conn, "piet", SYSTEM.now())
    assert begun.stays == stays
