"""Calendar feeds through the API, and the meetings that follow them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.domain.calendar.feed import FeedState, UnplacedEvent
from gateway.domain.calendar.problem import CalendarProblem, Failure
from gateway.domain.meeting import Meeting
from gateway.registry.agenda import feeds as registry
from gateway.registry.agenda.meetings import find_meeting, put_meeting
from sensors.clock import SYSTEM
from sensors.wire.instant import from_ns, to_ns, to_wire
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.dashboard.setup import Site

PATH = "/api/v1/feeds/agenda"
SECRET = "https://anna:geheim@example.org/private-geheim/basic.ics"
BODY: dict[str, Any] = {
    "venue": "de-kade", "name": "Agenda", "url": SECRET, "room": None, "every_s": 600.0,
    "rules": [{"field": "title", "text": "koor", "room": "serre"}],
}  # fmt: skip


def answer(site: Site, method: str, path: str = PATH, body: object = None) -> dict[str, Any]:
    found = site.call(method, path, body)
    assert found.status_code == 200, found.text
    assert found.json is not None
    return dict(found.json)


def test_a_feed_is_made_listed_and_never_shows_its_address(site: Site) -> None:
    made = answer(site, "PUT", body=BODY)
    assert made == BODY | {
        "feed": "agenda", "url": "https://example.org/…", "meetings": 0, "tried_at": None,
        "ok_at": None, "failing_since": None, "failure": None, "mistakes": [], "unplaced": [],
    }  # fmt: skip
    assert answer(site, "GET") == made
    assert answer(site, "GET", "/api/v1/feeds?venue=de-kade") == {"feeds": [made]}
    assert answer(site, "GET", "/api/v1/feeds?venue=de-bron") == {"feeds": []}


def test_an_address_is_kept_where_none_is_given(site: Site) -> None:
    answer(site, "PUT", body=BODY)
    answer(site, "PUT", body=BODY | {"url": None, "name": "Other", "rules": []})
    with site.database.read() as conn:
        found = registry.find_feed(conn, "agenda")
    assert found is not None
    assert (found.url, found.name, found.rules, found.asked) == (SECRET, "Other", (), 1)


def test_how_it_goes_is_told(site: Site) -> None:
    answer(site, "PUT", body=BODY)
    now = from_ns(to_ns(SYSTEM.now()) // 10**9 * 10**9)
    state = FeedState(tried_at=now, ok_at=now - timedelta(hours=2), failing_since=now, meetings=7,
                      failure=Failure("status", "404 Not Found"), failures=1)  # fmt: skip
    with site.database.write() as conn:
        registry.put_state(conn, "agenda", state)
        registry.put_troubles(
            conn, "agenda", [CalendarProblem("no_end", "Koor")],
            [UnplacedEvent("Borrel", "Kelder", "unknown_location", now, 3)],
        )  # fmt: skip
    found = answer(site, "GET")
    assert found["failure"] == "the server answers 404 Not Found"
    assert found["mistakes"] == ["Koor has no end: left out; give it an end or a duration"]
    assert found["unplaced"] == [
        {"title": "Borrel", "location": "Kelder", "reason": "unknown_location",
         "start": to_wire(now), "meetings": 3}
    ]  # fmt: skip
    assert (found["meetings"], found["ok_at"]) == (7, to_wire(now - timedelta(hours=2)))


def test_reading_it_at_once_is_asked_of_the_gateway(site: Site) -> None:
    answer(site, "PUT", body=BODY)
    assert site.call("POST", f"{PATH}/read").status_code == 204
    with site.database.read() as conn:
        found = registry.find_feed(conn, "agenda")
    assert found is not None
    assert found.asked == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"venue": "de-bron"}, "/venue"),
        ({"room": "kelder"}, "/room"),
        ({"rules": [{"field": "title", "text": "x", "room": "kelder"}]}, "/rules/0/room"),
        ({"rules": [{"field": "colour", "text": "x", "room": "serre"}]}, "/rules/0/field"),
        ({"rules": [{"field": "title", "text": "", "room": "serre"}]}, "/rules/0/text"),
        ({"url": "ftp://example.org/"}, "/url"),
        ({"url": None}, "/url"),
        ({"url": "file:///etc/passwd"}, "/url"),
        ({"every_s": 1}, "/every_s"),
        ({"name": ""}, "/name"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_is_wrong_is_pointed_at(site: Site, change: dict[str, Any], pointer: str) -> None:
    refused = site.call("PUT", PATH, BODY | change)
    assert refused.status_code == 422
    assert refused.json is not None
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]
    assert "geheim" not in refused.text


def test_what_is_not_there_is_not_found(site: Site) -> None:
    assert site.call("GET", PATH).status_code == 404
    assert site.call("DELETE", PATH).status_code == 404
    assert site.call("POST", f"{PATH}/read").status_code == 404
    assert site.call("PUT", "/api/v1/feeds/No!", BODY).status_code == 422


class TestMeetingsOfAFeed:
    def given(self, site: Site, hours: float) -> dict[str, Any]:
        start = SYSTEM.now().replace(microsecond=0) + timedelta(hours=hours)
        meeting = Meeting("m-1", VenueSlug("de-kade"), RoomSlug("serre"), "Koor", start, start + timedelta(hours=2),
                          feed="agenda", uid="u")  # fmt: skip
        with site.database.write() as conn:
            put_meeting(conn, meeting)
        found = answer(site, "GET", "/api/v1/meetings/m-1")
        assert found["feed"] == "agenda"
        return {key: value for key, value in found.items() if key not in {"id", "feed", "flags"}}

    def test_what_a_person_may_choose_is_changed(self, site: Site) -> None:
        body = self.given(site, 3)
        chosen = {
            "policy": "who-10",
            "activity": "standing",
            "host": "h@example.org",
            "language": "en",
        }
        changed = answer(site, "PUT", "/api/v1/meetings/m-1", body | chosen)
        assert (changed["feed"], changed["activity"]) == ("agenda", "standing")
        with site.database.read() as conn:
            kept = find_meeting(conn, "m-1")
        assert kept is not None
        assert (kept.uid, kept.policy) == ("u", "who-10")

    @pytest.mark.parametrize(
        "change", [{"title": "Other"}, {"room": "grote-zaal"}, {"organiser": "a@example.org"},
                   {"expected_people": 4}]
    )  # fmt: skip
    def test_what_the_calendar_says_is_changed_there(
        self, site: Site, change: dict[str, Any]
    ) -> None:
        body = self.given(site, 3)
        refused = site.call("PUT", "/api/v1/meetings/m-1", body | change)
        assert refused.status_code == 409
        assert "agenda" in refused.text

    def test_it_is_taken_out_there_until_it_began(self, site: Site) -> None:
        self.given(site, 3)
        assert site.call("DELETE", "/api/v1/meetings/m-1").status_code == 409
        self.given(site, -1)
        assert site.call("DELETE", "/api/v1/meetings/m-1").status_code == 204

    def test_removing_the_feed_takes_what_is_to_come_along(self, site: Site) -> None:
        answer(site, "PUT", body=BODY)
        self.given(site, 3)
        with site.database.write() as conn:
            coming = find_meeting(conn, "m-1")
            assert coming is not None
            begun = SYSTEM.now() - timedelta(minutes=5)
            put_meeting(conn, replace(coming, id="m-2", start=begun))
        assert site.call("DELETE", PATH).status_code == 204
        assert site.call("GET", "/api/v1/meetings/m-1").status_code == 404
        assert answer(site, "GET", "/api/v1/meetings/m-2")["feed"] == "agenda"
