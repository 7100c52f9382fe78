"""A token may what its scopes say, and never more than its user."""

from datetime import timedelta

import pytest

from gateway.domain.room import Venue
from gateway.domain.scope import SCOPES, Scope, UnknownScope, read_scopes
from gateway.registry.accounts import tokens, users
from gateway.registry.accounts.tokens import UNLIMITED, Limits
from gateway.registry.rooms import put_venue
from sensors.clock import SYSTEM
from sensors.wire.topic import VenueSlug
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import VENUE, Site, log_in

PEOPLE = f"/api/v1/rooms/{VENUE}/serre/people"


def token(site: Site, limits: Limits = UNLIMITED) -> str:
    with site.database.write() as conn:
        return tokens.new_token(conn, "anna", "", SYSTEM.now(), limits)


def status(site: Site, secret: str, method: str, path: str, body: object = None) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    return site.call(method, path, body, headers=headers).status_code


ASKED = {
    "read": ("GET", "/api/v1/rooms", None, 200),
    "export": ("GET", f"/api/v1/export.csv?venue={VENUE}", None, 200),
    "write": ("PUT", PEOPLE, {"people": 3}, 204),
    "metrics": ("GET", "/metrics", None, 200),
}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_opens_its_own_and_nothing_else(site: Site, scope: Scope) -> None:
    secret = token(site, Limits(scopes=(scope,)))
    for needed, (method, path, body, good) in ASKED.items():
        wanted = good if needed == scope else 403
        assert status(site, secret, method, path, body) == wanted, (scope, path)


def test_pages_too_are_read_by_what_may_read_alone(site: Site) -> None:
    assert status(site, token(site, Limits(scopes=("read",))), "GET", "/meetings") == 200
    assert status(site, token(site, Limits(scopes=("metrics",))), "GET", "/meetings") == 403


def test_a_token_of_no_scope_opens_nothing_but_what_is_public(site: Site) -> None:
    secret = token(site, Limits(scopes=()))
    assert {status(site, secret, *asked[:3]) for asked in ASKED.values()} == {403}
    assert status(site, secret, "GET", "/healthz") == 200


def test_one_that_has_ended_is_none(site: Site) -> None:
    ended = token(site, Limits(expires=SYSTEM.now()))
    goes_on = token(site, Limits(expires=SYSTEM.now() + timedelta(days=1)))
    assert status(site, ended, "GET", "/api/v1/rooms") == 401
    assert status(site, goes_on, "GET", "/api/v1/rooms") == 200


def test_no_scope_makes_a_token_of_more(site: Site) -> None:
    limited = token(site, Limits(scopes=SCOPES))
    assert status(site, limited, "POST", "/api/v1/tokens", {}) == 403
    assert status(site, limited, "GET", "/api/v1/tokens") == 403


class TestVenues:
    def test_one_is_limited_to_a_venue_and_is_no_admin_there(self, site: Site) -> None:
        with site.database.write() as conn:
            put_venue(conn, Venue(VenueSlug("molen"), "De Molen"))
        secret = token(site, Limits(venues=(VenueSlug("molen"),)))
        assert status(site, secret, "GET", "/api/v1/venues/molen/contacts") == 200
        assert status(site, secret, "GET", f"/api/v1/venues/{VENUE}/contacts") == 404
        assert status(site, secret, "GET", f"/api/v1/export.csv?venue={VENUE}") == 404
        assert status(site, secret, "PUT", PEOPLE, {"people": 3}) == 404
        assert status(site, secret, "GET", "/metrics") == 403
        assert status(site, secret, "POST", "/api/v1/tokens", {}) == 403

    def test_it_is_said_and_must_be_there(self, site: Site) -> None:
        made = site.call("POST", "/api/v1/tokens", {"venues": [VENUE]})
        assert made.json is not None
        assert made.json["venues"] == [VENUE]
        assert site.call("POST", "/api/v1/tokens", {"venues": ["nowhere"]}).status_code == 422


def test_a_report_is_read_by_what_may_read_alone(site: Site) -> None:
    path = "/meetings/m-1/report"
    assert status(site, token(site, Limits(scopes=("read",))), "GET", path) == 404
    assert status(site, token(site, Limits(scopes=("metrics",))), "GET", path) in (303, 401)


class TestOwnTokens:
    def test_one_is_told_once_listed_and_ended(self, site: Site) -> None:
        body = {"label": "grafana", "scopes": ["metrics", "read"], "expires_days": 30}
        made = site.call("POST", "/api/v1/tokens", body)
        assert made.status_code == 201
        assert made.json is not None
        secret, number = made.json["token"], made.json["id"]
        assert made.headers["Location"] == f"/api/v1/tokens/{number}"
        assert status(site, secret, "GET", "/metrics") == 200
        one = site.call("GET", made.headers["Location"]).json
        assert one is not None
        assert "token" not in one
        assert (one["label"], one["scopes"]) == ("grafana", ["read", "metrics"])
        assert one["last_used"] is not None
        listed = site.call("GET", "/api/v1/tokens").json
        assert listed is not None
        assert one in listed["tokens"]
        assert site.call("DELETE", f"/api/v1/tokens/{number}").status_code == 204
        assert status(site, secret, "GET", "/metrics") == 401
        assert site.call("DELETE", f"/api/v1/tokens/{number}").status_code == 404
        assert site.call("GET", f"/api/v1/tokens/{number}").status_code == 404

    @pytest.mark.parametrize(
        "body",
        [
            {"scopes": ["all"]}, {"scopes": "read"}, {"expires_days": 0},
            {"expires_days": 10**9}, {"label": "x" * 101}, {"label": "a\nb"}, {"user": "ben"},
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_422(self, site: Site, body: dict[str, object]) -> None:
        assert site.call("POST", "/api/v1/tokens", body).status_code == 422

    def test_those_of_others_are_neither_seen_nor_ended(self, site: Site) -> None:
        with site.database.write() as conn:
            users.add_user(conn, "ben", "admin", None, SYSTEM.now())
            tokens.new_token(conn, "ben", "", SYSTEM.now())
            (his,) = tokens.tokens_of(conn, "ben")
        assert site.call("GET", f"/api/v1/tokens/{his.number}").status_code == 404
        assert site.call("DELETE", f"/api/v1/tokens/{his.number}").status_code == 404

    def test_a_browser_makes_them_as_well(self, site: Site) -> None:
        browser = site.visitor()
        log_in(browser)
        assert browser.get("/api/v1/tokens").json == {"tokens": []}

    def test_the_demo_has_none(self, make_site: SiteMaker) -> None:
        answer = make_site(demo=True).visitor().post("/api/v1/tokens", json={})
        assert answer.status_code == 409


def test_scopes_are_read_in_one_order_each_once() -> None:
    assert read_scopes(["write", "read", "write"]) == ("read", "write")
    with pytest.raises(UnknownScope, match="known are read, export"):
        read_scopes(["read", "all"])
