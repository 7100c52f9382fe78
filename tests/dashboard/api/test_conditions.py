"""ETags, and requests that depend on them."""

import threading
from typing import Any

import pytest

from dashboard.api import ROUTES
from tests.dashboard.setup import VENUE, Site, publish_state, state
from tests.servers import wait_until

SERRE = f"/api/v1/rooms/{VENUE}/serre"
MEETING: dict[str, Any] = {
    "venue": VENUE, "room": "serre", "title": "Ontbijt",
    "start": "2026-11-24T07:30:00+01:00", "end": "2026-11-24T09:00:00+01:00",
}  # fmt: skip
THINGS: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("/api/v1/meetings/m-1", MEETING, {"title": "Lunch"}),
    (f"/api/v1/venues/{VENUE}", {"name": "De Kade"}, {"name": "De Kaai"}),
    (f"{SERRE}/settings", {"name": "Serre"}, {"seats": 9}),
    (f"/api/v1/devices/{VENUE}/co2-1", {"room": "serre"}, {"room": None}),
    ("/api/v1/policies/koor", {"name": "Koor"}, {"name": "Koorzaal"}),
    (
        "/api/v1/feeds/agenda",
        {"venue": VENUE, "name": "Agenda", "url": "https://example.org/a.ics"},
        {"name": "Rooster"},
    ),
    (
        f"/api/v1/venues/{VENUE}/contacts",
        {"contacts": [{"name": "Olga", "address": "olga@example.org"}]},
        {"contacts": []},
    ),
)


def put(site: Site, path: str, body: object, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.call("PUT", path.removesuffix("/settings"), body, headers=named)


class TestIfMatch:
    @pytest.mark.parametrize(("path", "body", "change"), THINGS)
    def test_two_managers_do_not_overwrite_each_other(
        self, site: Site, path: str, body: dict[str, Any], change: dict[str, Any]
    ) -> None:
        assert put(site, path, body).status_code == 200
        read = site.call("GET", path).headers["ETag"]
        changed = put(site, path, body | change, If_Match=read)
        assert changed.status_code == 200, changed.text
        late = put(site, path, body, If_Match=read)
        assert late.status_code == 412
        assert late.content_type == "application/problem+json"
        again = site.call("GET", path)
        assert put(site, path, body, If_Match=again.headers["ETag"]).status_code == 200

    @pytest.mark.parametrize(("path", "body", "change"), THINGS)
    def test_the_answer_of_a_put_is_known_by_the_same_version(
        self, site: Site, path: str, body: dict[str, Any], change: dict[str, Any]
    ) -> None:
        first = put(site, path, body).headers["ETag"]
        second = put(site, path, body | change, If_Match=first)
        assert second.status_code == 200
        assert put(site, path, body, If_Match=f"W/{second.headers['ETag']}").status_code == 200

    def test_a_delete_too(self, site: Site) -> None:
        old = put(site, "/api/v1/meetings/m-1", MEETING).headers["ETag"]
        put(site, "/api/v1/meetings/m-1", MEETING | {"title": "Lunch"})
        refused = site.call("DELETE", "/api/v1/meetings/m-1", headers={"If-Match": old})
        assert refused.status_code == 412
        assert site.call("GET", "/api/v1/meetings/m-1").status_code == 200
        now = site.call("GET", "/api/v1/meetings/m-1").headers["ETag"]
        done = site.call("DELETE", "/api/v1/meetings/m-1", headers={"If-Match": now})
        assert done.status_code == 204

    def test_any_version_of_what_is_there_and_none_of_what_is_not(self, site: Site) -> None:
        path = "/api/v1/meetings/m-1"
        assert put(site, path, MEETING, If_Match="*").status_code == 412
        assert put(site, path, MEETING, If_None_Match="*").status_code == 200
        assert put(site, path, MEETING, If_Match="*").status_code == 200
        assert put(site, path, MEETING, If_None_Match="*").status_code == 412
        assert put(site, path, MEETING, If_Match='"x", "y"').status_code == 412
        assert put(site, path, MEETING, If_Match="nonsense").status_code == 412

    def test_a_room_whose_air_changes_keeps_nobody_from_changing_its_settings(
        self, site: Site
    ) -> None:
        for co2_ppm in (700.0, 900.0):
            publish_state(site.broker, shown := state("serre", co2_ppm=co2_ppm))  # type: ignore[arg-type]
            wait_until(lambda: shown in site.feed.rooms(), "the state")
            if co2_ppm == 700.0:
                read = site.call("GET", SERRE).headers["ETag"]
        assert site.call("GET", SERRE).headers["ETag"] != read
        assert put(site, SERRE, {"name": "Serre", "seats": 9}, If_Match=read).status_code == 200
        assert put(site, SERRE, {"name": "Serre", "seats": 8}, If_Match=read).status_code == 412

    def test_of_two_at_the_same_time_one_is_taken(self, site: Site) -> None:
        read = put(site, "/api/v1/policies/koor", {"name": "Koor"}).headers["ETag"]
        site.token()
        together = threading.Barrier(4)
        statuses = []

        def change(number: int) -> None:
            together.wait(30)
            answer = put(site, "/api/v1/policies/koor", {"name": f"{number}"}, If_Match=read)
            statuses.append(answer.status_code)

        threads = [threading.Thread(target=change, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(statuses) == [200, 412, 412, 412]

    def test_whatever_can_be_put_at_an_address_can_be_read_and_asked_for_by_version(self) -> None:
        without = (
            "/rooms/{venue}/{room}/people",  # a count is asked of the gateway, not set
            "/users/{user}/roles/{venue}",  # read with the user that they are part of
            "/organisations/{organisation}/users/{user}",  # read with the user that it is a role of
            "/meetings/{meeting}/links",  # all of them are withdrawn, whichever there are
        )
        for route in ROUTES:
            if route.method in ("PUT", "DELETE") and route.path not in without:
                same = {one.method for one in ROUTES if one.path == route.path}
                assert "GET" in same, route.path
                assert route.version is not None or route.method == "DELETE", route.path


class TestIfNoneMatch:
    @pytest.mark.parametrize(
        "path", ["/api/v1/venues", f"/api/v1/venues/{VENUE}", "/api/v1/policies?limit=3"]
    )
    def test_what_is_known_already_is_not_sent_again(self, site: Site, path: str) -> None:
        first = site.call("GET", path)
        assert first.headers["Cache-Control"] == "private, no-cache"
        known = {"If-None-Match": f'"other", W/{first.headers["ETag"]}'}
        second = site.call("GET", path, headers=known)
        assert (second.status_code, second.data) == (304, b"")
        assert second.headers["ETag"] == first.headers["ETag"]
        site.call("PUT", "/api/v1/venues/de-bron", {"name": "De Bron"})
        site.call("PUT", f"/api/v1/venues/{VENUE}", {"name": "De Kaai"})
        third = site.call("GET", path, headers=known)
        assert third.status_code == (304 if "policies" in path else 200)
