"""Lists in pieces, and filtered."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from dashboard.api import ROUTES
from gateway.domain.alerts.flag import Flag
from gateway.domain.refused_message import RefusedMessage
from gateway.registry.alerts.flags import put_flag
from gateway.registry.devices import note_online, place
from gateway.registry.live import quarantine
from sensors.clock import SYSTEM
from sensors.wire.instant import to_ns, to_wire
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, RoomSlug
from tests.dashboard.setup import VENUE, Site, publish_state, state
from tests.servers import wait_until

NOW = SYSTEM.now().replace(microsecond=0)
ROOM = RoomSlug("serre")


def pieces(site: Site, path: str, things: str) -> list[list[Any]]:
    """What each piece holds, from the first to where no Link leads on."""
    found = []
    address: str | None = path
    while address is not None:
        answer = site.call("GET", address)
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        found.append(answer.json[things])
        link = answer.headers.get("Link")
        assert link is None or link.endswith('>; rel="next"')
        address = None if link is None else link[1:].partition(">")[0]
    return found


def whole(site: Site, path: str, things: str) -> list[Any]:
    answer = site.call("GET", path)
    assert answer.json is not None
    assert "Link" not in answer.headers
    found: list[Any] = answer.json[things]
    return found


def furnish(site: Site) -> None:
    """Five of each, some at the same moment."""
    with site.database.write() as conn:
        for n in range(5):
            since = NOW - timedelta(minutes=n // 2)
            flag = Flag(f"f-{n}", VENUE, ROOM, "co2" if n % 2 else "occupancy", "firing", since)
            put_flag(conn, flag if n < 4 else replace(flag, state="resolved", resolved_at=NOW))
            message = RefusedMessage("x", b"", Reason.NOT_UTF8, f"{n}", to_ns(NOW))
            quarantine.add(conn, message)
            place(conn, VENUE, DeviceSlug(f"co2-{n}"), ROOM, NOW)
            note_online(conn, VENUE, DeviceSlug(f"co2-{n}"), online=bool(n % 2))
    for n in range(5):
        at = {"start": to_wire(NOW), "end": to_wire(NOW + timedelta(hours=1))}
        meeting = {"venue": VENUE, "room": "serre", "title": f"{n}"} | at
        assert site.call("PUT", f"/api/v1/meetings/m-{n}", meeting).status_code == 200
        body = {"venue": VENUE, "until": at["end"], "reason": f"{n}"}
        assert site.call("POST", "/api/v1/silences", body).status_code == 201
        person = {"name": f"Olga {n}", "address": "olga@example.org"}
        path = f"/api/v1/venues/{VENUE}/contacts"
        assert site.call("POST", path, person).status_code == 201


LISTS = (
    ("/api/v1/alerts", "alerts"),
    ("/api/v1/quarantine", "refused"),
    ("/api/v1/devices", "devices"),
    ("/api/v1/meetings", "meetings"),
    ("/api/v1/silences", "silences"),
    ("/api/v1/policies", "policies"),
    (f"/api/v1/venues/{VENUE}/contacts", "contacts"),
)


class TestPieces:
    @pytest.mark.parametrize(("path", "things"), LISTS)
    def test_they_are_the_whole_list_each_thing_once(
        self, site: Site, path: str, things: str
    ) -> None:
        furnish(site)
        expected = whole(site, path, things)
        found = pieces(site, f"{path}?limit=2", things)
        assert [len(piece) for piece in found[:-1]] == [2] * (len(found) - 1)
        told = [thing for piece in found for thing in piece]
        assert len(told) == len(expected) >= 5
        assert all(thing in told for thing in expected)

    @pytest.mark.parametrize(("path", "things"), LISTS)
    def test_a_limit_that_all_keep_within_leads_nowhere_else(
        self, site: Site, path: str, things: str
    ) -> None:
        furnish(site)
        assert len(pieces(site, f"{path}?limit=1000", things)) == 1

    def test_the_order_of_what_is_newest_first_stays(self, site: Site) -> None:
        furnish(site)
        expected = whole(site, "/api/v1/alerts", "alerts")
        found = pieces(site, "/api/v1/alerts?limit=1", "alerts")
        assert [thing for piece in found for thing in piece] == expected

    def test_what_comes_meanwhile_repeats_nothing(self, site: Site) -> None:
        furnish(site)
        first = site.call("GET", "/api/v1/quarantine?limit=2")
        with site.database.write() as conn:
            quarantine.add(conn, RefusedMessage("x", b"", Reason.NOT_UTF8, "new", to_ns(NOW)))
        second = site.call("GET", first.headers["Link"][1:].partition(">")[0])
        assert first.json is not None
        assert second.json is not None
        details = [one["detail"] for one in (*first.json["refused"], *second.json["refused"])]
        assert details == ["4", "3", "2", "1"]

    def test_a_filter_goes_along(self, site: Site) -> None:
        furnish(site)
        found = pieces(site, "/api/v1/alerts?limit=1&rule=co2", "alerts")
        assert [one["id"] for piece in found for one in piece] == ["f-1", "f-3"]

    @pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=1001"])
    def test_a_limit_that_is_none_is_told(self, site: Site, query: str) -> None:
        answer = site.call("GET", f"/api/v1/venues?{query}")
        assert answer.status_code == 400
        assert answer.json is not None
        assert [error["pointer"] for error in answer.json["errors"]] == ["limit"]

    @pytest.mark.parametrize("cursor", ["x", "%FF", "WzFd", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OV0", ""])
    def test_so_is_a_cursor(self, site: Site, cursor: str) -> None:
        answer = site.call("GET", f"/api/v1/alerts?cursor={cursor}")
        assert answer.status_code == 400
        assert answer.json is not None
        assert [error["pointer"] for error in answer.json["errors"]] == ["cursor"]

    def test_every_list_is_told_in_pieces(self) -> None:
        # Of one room, one meeting or one span, cut by what is asked.
        one_of_many = (
            "SeriesAnswer",
            "PlanAnswer",
            "MeetingProtocolAnswer",
            "Comparison",
            "SeasonAnswer",
        )
        for route in ROUTES:
            if route.method != "GET" or route.answer is None or route.path.endswith("}"):
                continue
            named = msgspec.json.schema(route.answer)["$defs"][route.answer.__name__]
            lists = [k for k in named["properties"].values() if k.get("type") == "array"]
            if lists and route.answer.__name__ not in one_of_many:
                assert route.paging is not None, route.path


class TestFilters:
    @pytest.mark.parametrize(
        ("path", "things", "expected"),
        [
            ("/api/v1/alerts?state=resolved", "alerts", 1),
            ("/api/v1/alerts?state=firing&rule=co2", "alerts", 2),
            ("/api/v1/alerts?room=grote-zaal", "alerts", 0),
            ("/api/v1/devices?room=serre&status=online", "devices", 2),
            ("/api/v1/devices?room=grote-zaal", "devices", 0),
            ("/api/v1/meetings?room=serre", "meetings", 5),
            ("/api/v1/meetings?room=grote-zaal", "meetings", 0),
            ("/api/v1/silences?room=serre", "silences", 0),
            ("/api/v1/silences?rule=co2", "silences", 0),
        ],
    )
    def test_what_is_asked_for_is_told_alone(
        self, site: Site, path: str, things: str, expected: int
    ) -> None:
        furnish(site)
        assert len(whole(site, path, things)) == expected

    def test_rooms_by_level(self, site: Site) -> None:
        for room, level in (("serre", "act"), ("grote-zaal", "good")):
            publish_state(site.broker, state(RoomSlug(room), level=level))
        wait_until(
            lambda: {one.level for one in site.feed.rooms()} == {"act", "good"}, "the states"
        )
        (found,) = whole(site, "/api/v1/rooms?level=act", "rooms")
        assert found["room"] == "serre"
        assert whole(site, "/api/v1/rooms?level=act&room=grote-zaal", "rooms") == []
        assert len(pieces(site, "/api/v1/rooms?limit=1", "rooms")) == 2
        assert site.call("GET", "/api/v1/rooms?level=bad").status_code == 400
