"""POST makes ids; GET shows one of each thing."""

from typing import Any

import pytest

from tests.dashboard.setup import VENUE, Site

CONTACTS = f"/api/v1/venues/{VENUE}/contacts"
AT = {"start": "2026-11-24T07:30:00+01:00", "end": "2026-11-24T09:00:00+01:00"}
FEED = {"venue": VENUE, "name": "Agenda", "url": "https://example.org/a.ics"}
MADE: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("/api/v1/venues", {"name": "De Brón & co"}, "/api/v1/venues/de-bron-co"),
    ("/api/v1/rooms", {"venue": VENUE, "name": "Serre"}, f"/api/v1/rooms/{VENUE}/serre-2"),
    ("/api/v1/policies", {"name": "Who 10"}, "/api/v1/policies/who-10-2"),
    ("/api/v1/feeds", FEED, "/api/v1/feeds/agenda"),
    ("/api/v1/feeds", FEED | {"name": "集会"}, "/api/v1/feeds/feed"),
    (CONTACTS, {"name": "Olga", "address": "olga@example.org"}, f"{CONTACTS}/0"),
    (
        "/api/v1/silences",
        {"venue": VENUE, "until": "2026-12-24T10:00:00Z", "reason": "painters"},
        "/api/v1/silences/1",
    ),
)


@pytest.mark.parametrize(("path", "body", "location"), MADE)
def test_what_is_made_is_where_the_answer_says(
    site: Site, path: str, body: dict[str, Any], location: str
) -> None:
    if path.endswith("silences"):
        body = body | {"until": site_until(site)}
    made = site.call("POST", path, body)
    assert (made.status_code, made.headers["Location"]) == (201, location), made.text
    settings = f"{location}/settings" if path.endswith("rooms") else location
    assert site.call("GET", settings).json == made.json


def site_until(site: Site) -> str:
    """An hour from now."""
    from datetime import timedelta

    from sensors.wire.instant import to_wire

    now = site.app.extensions["luchtig"].clock.now()
    return to_wire(now + timedelta(hours=1))


def test_two_of_a_name_are_two(site: Site) -> None:
    found = [site.call("POST", "/api/v1/feeds", FEED).headers["Location"] for _ in range(3)]
    assert found == [f"/api/v1/feeds/agenda{n}" for n in ("", "-2", "-3")]


def test_a_meeting_gets_an_id_that_nobody_has(site: Site) -> None:
    body = {"venue": VENUE, "room": "serre", "title": "Ontbijt"} | AT
    first, second = (site.call("POST", "/api/v1/meetings", body) for _ in range(2))
    assert first.headers["Location"] != second.headers["Location"]
    assert site.call("GET", first.headers["Location"]).json == first.json


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/api/v1/rooms", {"venue": "de-bron", "name": "Zaal"}, "/venue"),
        ("/api/v1/rooms", {"name": "Zaal"}, "/venue"),
        ("/api/v1/feeds", FEED | {"url": None}, "/url"),
        ("/api/v1/meetings", {"venue": VENUE, "room": "kelder", "title": "x"} | AT, "/room"),
        (CONTACTS, {"name": "Olga", "address": "olga"}, "/address"),
    ],
)
def test_a_mistake_makes_nothing(site: Site, path: str, body: dict[str, Any], pointer: str) -> None:
    refused = site.call("POST", path, body)
    assert refused.status_code == 422
    assert refused.json is not None
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]


def test_a_body_that_holds_nothing_needed_may_be_left_out(site: Site) -> None:
    assert site.call("POST", "/api/v1/tokens").status_code == 201
    assert site.call("POST", "/api/v1/venues").status_code == 415
    empty = site.call("POST", "/api/v1/tokens", data=b"", content_type="application/json")
    assert empty.status_code == 400


class TestContacts:
    def test_one_is_changed_and_taken_off_by_place(self, site: Site) -> None:
        for name in ("Olga", "Wim", "Els"):
            body = {"name": name, "address": f"{name.lower()}@example.org"}
            assert site.call("POST", CONTACTS, body).status_code == 201
        changed = {"name": "Wim B.", "address": "wim@example.org", "role": "escalation"}
        assert site.call("PUT", f"{CONTACTS}/1", changed).status_code == 200
        assert site.call("DELETE", f"{CONTACTS}/0").status_code == 204
        found = site.call("GET", CONTACTS).json
        assert found is not None
        assert [one["name"] for one in found["contacts"]] == ["Wim B.", "Els"]
        assert site.call("GET", f"{CONTACTS}/2").status_code == 404
        assert site.call("GET", f"{CONTACTS}/x").status_code == 404

    def test_there_are_fifty_at_most(self, site: Site) -> None:
        one = {"name": "Olga", "address": "olga@example.org"}
        assert site.call("PUT", CONTACTS, {"contacts": [one] * 50}).status_code == 200
        assert site.call("POST", CONTACTS, one).status_code == 409


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/venues/de-bron",
        f"/api/v1/rooms/{VENUE}/kelder/settings",
        f"/api/v1/devices/{VENUE}/co2-7",
        "/api/v1/policies/nothing",
        "/api/v1/silences/7",
        "/api/v1/silences/x",
        "/api/v1/channels/pigeon",
        "/api/v1/quarantine/7",
        "/api/v1/quarantine/x",
    ],
)
def test_what_is_not_there_is_404(site: Site, path: str) -> None:
    answer = site.call("GET", path)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
