"""What the API answers about flags, refusals and history; and that its description is true."""

import json
from datetime import timedelta
from typing import Any, ClassVar, Final

import msgspec
import pytest

from dashboard.api import PREFIX, ROUTES, WEBHOOK
from gateway.domain.alerts.contact import Contact
from gateway.domain.alerts.flag import Flag
from gateway.domain.alerts.silence import Silence
from gateway.domain.calendar.feed import Feed
from gateway.domain.meeting import Meeting
from gateway.domain.room_state import FlagView, MeetingView
from gateway.domain.webhook import Webhook
from gateway.journal.entry import RefusedMessage
from gateway.registry.accounts.door_pages import make_door_page
from gateway.registry.accounts.invitations import invite
from gateway.registry.accounts.kiosks import make_kiosk
from gateway.registry.accounts.sessions import begin_session
from gateway.registry.accounts.users import NUMBER_LENGTH, secret_hash
from gateway.registry.agenda.feeds import put_feed
from gateway.registry.agenda.meetings import MeetingFlag, put_meeting, put_meeting_flag
from gateway.registry.alerts.contacts import put_contacts
from gateway.registry.alerts.flags import put_flag
from gateway.registry.alerts.push_subscriptions import put_subscription
from gateway.registry.alerts.sent_links import SentLink, put_link
from gateway.registry.alerts.silences import put_silence
from gateway.registry.devices import note_about, note_online, note_seen
from gateway.registry.live.metric_totals import put_totals
from gateway.registry.live.operator_requests import AcknowledgeRequest, pending_requests
from gateway.registry.live.quarantine import add
from gateway.registry.room_tests import RoomTest, begin_test
from gateway.registry.webhooks import make_webhook
from gateway.store.interface import SERIES_FIELDS, Placed, RoomSample
from sensors.clock import SYSTEM
from sensors.wire.instant import to_ns, to_wire
from sensors.wire.reading import About, AirReading
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, RoomSlug
from tests.clocks import StillClock
from tests.dashboard.api.schema import mistakes
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import VENUE, Site, publish_state, state
from tests.servers import wait_until

NOW = SYSTEM.now().replace(microsecond=0)
START = NOW - timedelta(minutes=30)
SERIES = f"/api/v1/rooms/{VENUE}/serre/series"


@pytest.fixture
def busy(make_site: SiteMaker) -> Site:
    """A site at NOW where a meeting went over, a device is new and a message was refused."""
    site = make_site(StillClock(to_ns(NOW)))
    meeting = Meeting("m-1", VENUE, RoomSlug("serre"), "Ontbijt", START, START + timedelta(hours=1))
    flag = Flag(
        "f-1", VENUE, RoomSlug("serre"), "co2", "firing", START - timedelta(minutes=9),
        fired_at=START, value=1240.0, peak=1310.0, limit=1200.0,
    )  # fmt: skip
    with site.database.write() as conn:
        put_meeting(conn, meeting)
        put_feed(conn, Feed("agenda", VENUE, "Agenda", "https://example.org/a.ics"))
        put_flag(conn, flag)
        put_meeting_flag(
            conn, MeetingFlag("m-1", "f-1", "co2", "firing", START, None, 1310.0, 1200.0)
        )
        note_seen(conn, VENUE, DeviceSlug("co2-09"), NOW)
        note_online(conn, VENUE, DeviceSlug("co2-09"), online=True)
        note_about(
            conn, VENUE, DeviceSlug("co2-09"), About("mh-z19b", "1", 10.0, RoomSlug("serre"))
        )
        refused = RefusedMessage(
            "luchtig/devices/x", b"\xff{", Reason.NOT_UTF8, "byte 0", to_ns(NOW)
        )
        add(conn, refused)
        put_contacts(conn, VENUE, (Contact("Olga", "olga@example.org"),))
        make_webhook(conn, Webhook(0, VENUE, "Control", "https://example.org/x", "whsec_x"))
        put_silence(
            conn, Silence(VENUE, None, None, NOW, NOW + timedelta(hours=1), "paint", "anna")
        )
        put_totals(conn, "gw-1", {("messages_refused_total", "not_utf8"): 3.0})
    view = FlagView("co2", "firing", to_wire(START), 1240.0, 1200.0)
    on = MeetingView("m-1", "Ontbijt", to_wire(START), to_wire(START + timedelta(hours=1)))
    shown = state(
        RoomSlug("serre"), at=NOW, name="Serre", level="act", co2_ppm=1240.0, people=18, capacity=8, flags=(view,),
        meeting=on, advice=({"code": "open_windows"}, {"code": "at_most", "people": 8}),
    )  # fmt: skip
    publish_state(site.broker, shown)
    wait_until(lambda: shown in site.feed.rooms(), "the state")
    return site


def get(site: Site, path: str, **query: str) -> Any:
    answer = site.call("GET", path, query_string=query)
    assert answer.status_code == 200, answer.text
    return json.loads(answer.data)


ALERT: dict[str, Any] = {
    "id": "f-1", "venue": VENUE, "room": "serre", "rule": "co2", "state": "firing",
    "since": to_wire(START - timedelta(minutes=9)), "until": None,
    "value": 1240.0, "peak": 1310.0, "limit": 1200.0, "meeting": "m-1",
    "acknowledged": False, "acknowledged_at": None, "acknowledged_by": None,
    "acknowledged_note": "", "silenced_until": None,
}  # fmt: skip


class TestAlerts:
    def test_open_flag_with_its_meeting(self, busy: Site) -> None:
        assert get(busy, "/api/v1/alerts") == {"alerts": [ALERT]}
        assert get(busy, "/api/v1/alerts/f-1") == ALERT
        assert get(busy, "/api/v1/alerts", venue="de-bron") == {"alerts": []}

    def test_acknowledging_is_asked_of_the_gateway(self, busy: Site) -> None:
        answer = busy.call("POST", "/api/v1/alerts/f-1/acknowledge", {"note": "ramen open"})
        assert answer.status_code == 204
        with busy.database.read() as conn:
            (request,) = pending_requests(conn)
        assert isinstance(request, AcknowledgeRequest)
        assert (request.flag, request.note, request.by) == ("f-1", "ramen open", "anna")


class TestMeetings:
    def test_flag_says_how_long_and_how_far_over(self, busy: Site) -> None:
        (meeting,) = get(busy, "/api/v1/meetings")["meetings"]
        (flag,) = meeting["flags"]
        assert flag == {
            "id": "f-1", "rule": "co2", "state": "firing", "since": to_wire(START),
            "until": None, "minutes": 30.0, "peak": 1310.0, "limit": 1200.0,
        }  # fmt: skip


class TestQuarantine:
    def test_newest_refusals_and_totals_by_reason(self, busy: Site) -> None:
        assert get(busy, "/api/v1/quarantine") == {
            "refused": [
                {
                    "id": 1, "at": to_wire(NOW), "topic": "luchtig/devices/x", "reason": "not_utf8",
                    "detail": "byte 0", "payload": "\\xff{",
                }
            ],
            "by_reason": {"not_utf8": 3},
        }  # fmt: skip


class TestSeries:
    def test_history_of_a_room_in_spans(self, site: Site) -> None:
        start_ns = to_ns(START)
        rows: list[Placed | RoomSample] = [
            Placed(
                RoomSlug("serre"),
                AirReading(VENUE, DeviceSlug("co2-1"), start_ns + s * 10**9, 0, True, 600.0 + s),
            )
            for s in (1, 2, 61)
        ]
        rows.append(RoomSample(VENUE, RoomSlug("serre"), start_ns + 10**9, "good", 601.0, 4))
        site.app.extensions["luchtig"].store.write(rows)
        end = START + timedelta(minutes=3)
        found = get(site, SERIES, **{"from": to_wire(START), "to": to_wire(end), "points": "3"})
        assert found == {
            "at": [to_wire(START + timedelta(minutes=m)) for m in (0, 1, 2)],
            "co2_ppm": {
                "mean": [601.5, 661.0, None], "min": [601.0, 661.0, None],
                "max": [602.0, 661.0, None],
            },
            "people": {"mean": [4, None, None], "min": [4, None, None], "max": [4, None, None]},
        }  # fmt: skip

    def test_fields_are_those_asked_for(self, site: Site) -> None:
        assert set(get(site, SERIES, fields="temperature_c")) == {"at", "temperature_c"}

    def test_every_field_of_a_store_can_be_asked_for(self, site: Site) -> None:
        sample = RoomSample(
            VENUE,
            RoomSlug("serre"),
            to_ns(START),
            "good",
            601.0,
            4,
            80.0,
            60.0,
            110.0,
            4.2,
            20.0,
            15.0,
            27.5,
        )
        site.app.extensions["luchtig"].store.write([sample])
        asked = ",".join(SERIES_FIELDS)
        span = {"from": to_wire(START), "to": to_wire(START + timedelta(minutes=1)), "points": "1"}
        found = get(site, SERIES, fields=asked, **span)
        assert set(found) == {"at", *SERIES_FIELDS}
        assert found["people_estimate"]["mean"] == [4.2]
        assert found["per_person_low_lps"]["min"] == [15.0]


class TestPlan:
    QUERY: ClassVar = {"venue": VENUE, "room": "grote-zaal", "people": "6", "minutes": "45"}

    def test_what_to_expect_with_how_sure_that_is(self, site: Site) -> None:
        found = get(site, "/api/v1/plan", **self.QUERY, start_ppm="700", policy="who-10")
        assert (found["known_from"], found["opened"]) == ("typical", None)
        assert (found["start_ppm"], found["outdoor_ppm"], found["places"]) == (700.0, 430.0, 20)
        assert (found["policy"], found["min_flow_lps"]) == ("who-10", 10.0)
        peak = found["closed"]["peak_ppm"]
        assert peak["low"] < peak["value"] < peak["high"]
        path = found["closed"]["path"]
        assert (path[0]["minutes"], path[-1]["minutes"], path[0]["ppm"]) == (0.0, 45.0, 700.0)

    def test_outdoors_is_what_the_room_shows_of_it(self, site: Site) -> None:
        shown = state(RoomSlug("grote-zaal"), outdoor_ppm=455.0)
        publish_state(site.broker, shown)
        wait_until(lambda: shown in site.feed.rooms(), "the state")
        assert get(site, "/api/v1/plan", **self.QUERY)["outdoor_ppm"] == 455.0

    @pytest.mark.parametrize(
        ("query", "status", "pointers"),
        [
            ({"people": "0", "minutes": "721"}, 400, ["people", "minutes"]),
            ({"start_ppm": "12", "activity": "sleeping"}, 400, ["activity", "start_ppm"]),
            ({"room": "kelder"}, 404, ["room"]),
            ({"policy": "of-tomorrow"}, 404, ["policy"]),
            ({"room": "serre"}, 409, ["room"]),
        ],
    )
    def test_what_is_not_right_is_a_problem_document(
        self, site: Site, query: dict[str, str], status: int, pointers: list[str]
    ) -> None:
        answer = site.call("GET", "/api/v1/plan", query_string=self.QUERY | query)
        problem = json.loads(answer.data)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
        assert [error["pointer"] for error in problem["errors"]] == pointers

    def test_without_a_room_it_answers_for_all_the_best_first(self, site: Site) -> None:
        asked = {"people": "6", "minutes": "45", "at": "2031-11-24T10:00:00Z"}
        meeting = {
            "venue": VENUE, "room": "grote-zaal", "title": "Koor",
            "start": "2031-11-24T10:30:00Z", "end": "2031-11-24T12:00:00Z",
        }  # fmt: skip
        made = site.call("POST", "/api/v1/meetings", meeting).json
        assert made is not None
        found = get(site, "/api/v1/plan", **asked)["rooms"]
        by_room = {one["room"]: one for one in found}
        assert by_room["serre"]["plan"] is None
        hall = by_room["grote-zaal"]
        assert (hall["fits"], hall["taken"]) == (False, [made["id"]])
        assert hall["free_from"] == "2031-11-24T12:00:00.000Z"
        open_ended = get(site, "/api/v1/plan", people="6", minutes="45")["rooms"]
        assert [one["taken"] for one in open_ended] == [[], []]
        components = get(site, "/api/v1/openapi.json")["components"]["schemas"]
        told = get(site, "/api/v1/plan", **asked)
        assert mistakes(told, components["RoomChoices"], components, "plan") == []
        unknown = site.call("GET", "/api/v1/plan", query_string=asked | {"policy": "of-tomorrow"})
        assert unknown.status_code == 404


def logged_in(site: Site) -> str:
    """The number of a session that goes on."""
    with site.database.write() as conn:
        secret = begin_session(conn, "anna", NOW, "Firefox", "192.0.2.7", stays=True)
    return secret_hash(secret)[:NUMBER_LENGTH]


def noted(busy: Site) -> str:
    body = {"venue": VENUE, "room": "serre", "text": "nieuwe roosters"}
    made = busy.call("POST", "/api/v1/annotations", body).json
    assert made is not None
    return str(made["id"])


def together(busy: Site) -> str:
    body = {"name": "Club", "venues": [VENUE]}
    assert busy.call("PUT", "/api/v1/organisations/club", body).status_code == 200
    return "club"


def carded(busy: Site) -> str:
    with busy.database.write() as conn:
        return make_door_page(conn, VENUE, RoomSlug("serre"), "anna", NOW).number


def hung(site: Site) -> str:
    """The number of a wall screen."""
    with site.database.write() as conn:
        return make_kiosk(conn, VENUE, "Hal", "anna", NOW).number


def subscribed(site: Site) -> str:
    """The number of a browser that is told by web push."""
    with site.database.write() as conn:
        made = put_subscription(
            conn, "anna", "https://push.example.org/1", ("p", "a"), label="telefoon",
            language="nl", venues=[VENUE], at=NOW,
        )  # fmt: skip
    return made.number


def invited(site: Site) -> str:
    """The id of an invitation that is out."""
    with site.database.write() as conn:
        return invite(
            conn, "eva@example.org", VENUE, "host", "anna", SYSTEM.now(), verifies=True
        ).id


def mailed(site: Site) -> str:
    """The id of the links of a mail."""
    room, until = RoomSlug("serre"), NOW + timedelta(days=7)
    link = SentLink(
        "l-1", VENUE, "eva@example.org", "organiser", "alerts", (room,), ("f-1",), (),
        private=False, made=NOW, expires=until,
    )  # fmt: skip
    with site.database.write() as conn:
        put_link(conn, link)
    return link.id


def under_test(site: Site) -> str:
    """The number of a room's test."""
    asked = RoomTest("", VENUE, RoomSlug("serre"), "windows shut", "anna", NOW, None)
    with site.database.write() as conn:
        return begin_test(conn, asked).id


QUERIES: Final[dict[str, dict[str, str]]] = {"/plan": TestPlan.QUERY, "/season": {"venue": VENUE}}
"""What a route cannot do without."""


def _address(rule: str) -> str:
    """A rule of the router as the description writes it."""
    plain = rule.replace(WEBHOOK, "{webhook}").replace("<word:", "<")
    return plain.replace("<", "{").replace(">", "}")


class TestDescription:
    def test_every_address_of_the_api_is_described(self, site: Site) -> None:
        described = {
            (method.upper(), path)
            for path, methods in get(site, "/api/v1/openapi.json")["paths"].items()
            for method in methods
        }
        served = {
            (method, _address(rule.rule))
            for rule in site.app.url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
            if rule.rule.startswith(PREFIX) and rule.endpoint != "api.nothing"
        }
        assert described == served

    def test_answers_are_as_described(self, busy: Site) -> None:
        document = get(busy, "/api/v1/openapi.json")
        components = document["components"]["schemas"]
        named = {
            "venue": VENUE,
            "room": "serre",
            "meeting": "m-1",
            "alert": "f-1",
            "feed": "agenda",
            "token": secret_hash(busy.token())[:NUMBER_LENGTH],
            "silence": "1",
            "policy": "nl-target-1200",
            "protocol": "school",
            "device": "co2-09",
            "channel": "mail",
            "place": "0",
            "webhook": "1",
            "refused": "1",
            "session": logged_in(busy),
            "kiosk": hung(busy),
            "door": carded(busy),
            "annotation": noted(busy),
            "organisation": together(busy),
            "user": "anna",
            "invitation": invited(busy),
            "link": mailed(busy),
            "test": under_test(busy),
            "subscription": subscribed(busy),
        }
        checked = 0
        for route in ROUTES:
            if route.method == "GET" and route.media is None:
                query = QUERIES.get(route.path, {})
                answer = get(busy, PREFIX + route.path.format(**named), **query)
                operation = document["paths"][PREFIX + route.path]["get"]
                schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
                assert mistakes(answer, schema, components, route.path) == []
                checked += 1
        assert checked == 57

    def test_problems_are_as_described(self, site: Site) -> None:
        components = get(site, "/api/v1/openapi.json")["components"]["schemas"]
        problem = json.loads(site.call("PUT", f"/api/v1/rooms/{VENUE}/serre", {}).data)
        assert mistakes(problem, components["ProblemDocument"], components, "problem") == []

    def test_every_reference_leads_somewhere(self, site: Site) -> None:
        document = get(site, "/api/v1/openapi.json")
        text = msgspec.json.encode(document).decode()
        names = {piece.split('"')[0] for piece in text.split('"#/components/schemas/')[1:]}
        assert names <= set(document["components"]["schemas"])
        assert document["openapi"] == "3.1.0"
