"""Webhooks through the API."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.domain.webhook_event import Event
from gateway.registry.webhook_outbox import Failure, due_messages, give_up, tell
from gateway.registry.webhooks import waiting_trials
from tests.dashboard.setup import VENUE, Site

HOOKS = "/api/v1/webhooks"
BODY: dict[str, Any] = {
    "venue": VENUE, "name": "Control", "url": "https://anna:pw@example.org/hook?key=secret-1",
    "events": ["luchtig.flag.fired"],
}  # fmt: skip
SHOWN: dict[str, Any] = {
    "id": 1, "venue": VENUE, "name": "Control", "url": "https://example.org/…",
    "events": ["luchtig.flag.fired"], "enabled": True,
}  # fmt: skip


def test_its_secret_is_told_once_and_what_is_secret_of_its_address_never(site: Site) -> None:
    made = site.call("POST", HOOKS, BODY)
    assert (made.status_code, made.headers["Location"]) == (201, f"{HOOKS}/1")
    assert made.json is not None
    secret = made.json["secret"]
    assert secret.startswith("whsec_")
    assert made.json == SHOWN | {"secret": secret}
    assert site.call("GET", f"{HOOKS}/1").json == SHOWN
    assert site.call("GET", HOOKS).json == {"webhooks": [SHOWN]}
    assert site.call("GET", f"{HOOKS}?venue=de-bron").json == {"webhooks": []}
    everything = site.call("GET", HOOKS).text + site.call("GET", f"{HOOKS}/1").text
    assert not any(hidden in everything for hidden in ("secret", "pw", "key="))


def test_it_is_changed_and_its_address_and_secret_stay(site: Site) -> None:
    secret = site.call("POST", HOOKS, BODY).json
    changed = BODY | {"name": "Other", "url": None, "events": [], "enabled": False}
    put = site.call("PUT", f"{HOOKS}/1", changed)
    assert put.json == SHOWN | {"name": "Other", "events": [], "enabled": False}
    with site.database.read() as conn:
        kept = conn.exec_driver_sql("SELECT url, secret FROM webhooks").one()
    assert secret is not None
    assert tuple(kept) == (BODY["url"], secret["secret"])
    renewed = site.call("POST", f"{HOOKS}/1/secret")
    assert renewed.json is not None
    assert renewed.json["secret"] not in (None, secret["secret"])
    assert site.call("DELETE", f"{HOOKS}/1").status_code == 204
    assert site.call("GET", f"{HOOKS}/1").status_code == 404


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"venue": "de-bron"}, "/venue"),
        ({"url": None}, "/url"),
        ({"url": "ftp://example.org/"}, "/url"),
        ({"url": "https://"}, "/url"),
        ({"events": ["luchtig.flag.pending"]}, "/events/0"),
        ({"name": "two\nlines"}, "/name"),
    ],
)
def test_a_mistake_is_told(site: Site, changes: dict[str, Any], pointer: str) -> None:
    refused = site.call("POST", HOOKS, BODY | changes)
    assert refused.status_code == 422
    assert refused.json is not None
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]


def test_it_stays_with_its_venue(site: Site) -> None:
    site.call("PUT", "/api/v1/venues/de-bron", {"name": "De Bron"})
    site.call("POST", HOOKS, BODY)
    assert site.call("PUT", f"{HOOKS}/1", BODY | {"venue": "de-bron"}).status_code == 422


def test_a_venue_has_so_many_at_most(site: Site) -> None:
    for _ in range(20):
        assert site.call("POST", HOOKS, BODY).status_code == 201
    assert site.call("POST", HOOKS, BODY).status_code == 409


def test_a_trial_is_asked_of_the_gateway(site: Site) -> None:
    site.call("POST", HOOKS, BODY)
    assert site.call("POST", f"{HOOKS}/1/test").status_code == 204
    with site.database.read() as conn:
        (trial,) = waiting_trials(conn)
    assert (trial.webhook, trial.by) == (1, "anna")


def test_what_was_told_is_shown_with_how_it_went(site: Site) -> None:
    site.call("POST", HOOKS, BODY)
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    with site.database.write() as conn:
        told = [Event(n, "luchtig.flag.fired", VENUE, f"alerts/{n}", at, {}) for n in "abc"]
        tell(conn, told)
        first = due_messages(conn, 1, 0, 1)[0]
        give_up(conn, first.id, 1_764_000_000_000_000_000, Failure("answered 410 Gone", 410))
    answer = site.call("GET", f"{HOOKS}/1/deliveries?limit=2")
    assert answer.json is not None
    assert [one["event"] for one in answer.json["deliveries"]] == ["c", "b"]
    rest = site.call("GET", answer.headers["Link"][1:].partition(">")[0])
    assert rest.json is not None
    (oldest,) = rest.json["deliveries"]
    assert (oldest["event"], oldest["state"], oldest["attempts"]) == ("a", "given_up", 1)
    assert (oldest["status"], oldest["error"]) == (410, "answered 410 Gone")


@pytest.mark.parametrize("number", ["0", "2", "x", "9" * 40, "-1"])
def test_one_that_is_not_there_is_not_found(site: Site, number: str) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/test"), ("GET", "/deliveries")):
        assert site.call(method, f"{HOOKS}/{number}{path}").status_code == 404
