"""Changing the set-up through the API, and being told what is wrong with a request."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from dashboard.api.places.policies import PolicyBody
from gateway.domain.presets import BY_SLUG, PRESETS
from gateway.registry import revision
from gateway.registry.devices import all_placements, note_about, note_seen
from gateway.registry.live.operator_requests import PeopleRequest, pending_requests
from gateway.store.interface import SERIES_FIELDS
from gateway.words.locale import LANGUAGES
from sensors.clock import SYSTEM
from sensors.wire.reading import About
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import Site
from tests.servers import free_port

ROOMS = "/api/v1/rooms/de-kade"
SLUGS = ", ".join(sorted(preset.slug for preset in PRESETS))
POLICY_KEYS = ", ".join(PolicyBody.__struct_fields__)
MEETING = {
    "venue": "de-kade", "room": "serre", "title": "Ontbijtsessie",
    "start": "2026-11-24T07:30:00+01:00", "end": "2026-11-24T09:30:00+01:00",
}  # fmt: skip
POLICY = {
    "name": "Eigen", "names": {"en": "Own"},
    "co2_warn_ppm": 700, "co2_limit_ppm": 900, "co2_clear_ppm": 850,
}  # fmt: skip


class TestVenues:
    def test_put_shows_in_the_list(self, site: Site) -> None:
        body = {"name": "De Bron", "timezone": "Europe/Brussels", "reset_at": "03:30"}
        put = site.call("PUT", "/api/v1/venues/de-bron", body)
        assert put.status_code == 200
        assert put.json == body | {
            "venue": "de-bron", "language": "nl", "trust_hints": False,
            "legal_policy": None, "healthy_policy": None, "quiet_from": None, "quiet_until": None,
            "escalate_after_min": None, "protocol": None, "rooms": [],
        }  # fmt: skip
        listed = site.call("GET", "/api/v1/venues").json
        assert listed is not None
        assert [venue["venue"] for venue in listed["venues"]] == ["de-bron", "de-kade"]
        assert [room["room"] for room in listed["venues"][1]["rooms"]] == ["grote-zaal", "serre"]

    def test_a_venue_names_what_it_is_shown_against(self, site: Site) -> None:
        body = {"name": "De Kade", "legal_policy": "be-b-1200", "healthy_policy": "en-16798-1-ii"}
        put = site.call("PUT", "/api/v1/venues/de-kade", body).json
        assert put is not None
        assert (put["legal_policy"], put["healthy_policy"]) == ("be-b-1200", "en-16798-1-ii")
        refused = site.call("PUT", "/api/v1/venues/de-kade", body | {"healthy_policy": "none"})
        assert refused.status_code == 422
        assert refused.json is not None
        assert refused.json["errors"][0]["pointer"] == "/healthy_policy"

    def test_delete_takes_its_rooms_along(self, site: Site) -> None:
        assert site.call("DELETE", "/api/v1/venues/de-kade").status_code == 204
        assert site.call("DELETE", "/api/v1/venues/de-kade").status_code == 404
        assert site.call("GET", "/api/v1/venues").json == {"venues": []}


class TestRooms:
    def test_put_raises_the_revision_for_the_gateway(self, site: Site) -> None:
        with site.database.read() as conn:
            before = revision.current(conn)
        body = {"name": "Zolder", "seats": 6, "volume_m3": 40, "policy": "hse-1500"}
        put = site.call("PUT", f"{ROOMS}/zolder", body)
        assert put.json == body | {
            "venue": "de-kade", "room": "zolder", "floor_area_m2": None, "design_flow_lps": None,
            "ventilation": None, "air_from": None, "protocol": None,
        }  # fmt: skip
        with site.database.read() as conn:
            assert revision.current(conn) == before + 1

    def test_what_the_ventilation_was_built_for_is_kept(self, site: Site) -> None:
        body = {"name": "Serre", "design_flow_lps": 120}
        site.call("PUT", f"{ROOMS}/serre", body)
        listed = site.call("GET", "/api/v1/venues").json
        assert listed is not None
        flows = {room["room"]: room["design_flow_lps"] for room in listed["venues"][0]["rooms"]}
        assert flows == {"grote-zaal": None, "serre": 120.0}

    def test_what_kind_of_room_it_is_is_kept(self, site: Site) -> None:
        body = {"name": "Serre", "ventilation": "co2", "air_from": "inside"}
        put = site.call("PUT", f"{ROOMS}/serre", body).json
        assert put is not None
        assert (put["ventilation"], put["air_from"]) == ("co2", "inside")
        listed = site.call("GET", "/api/v1/venues").json
        assert listed is not None
        kinds = {room["room"]: room["ventilation"] for room in listed["venues"][0]["rooms"]}
        assert kinds == {"grote-zaal": None, "serre": "co2"}

    def test_people_set_by_hand_are_asked_of_the_gateway(self, site: Site) -> None:
        assert site.call("PUT", f"{ROOMS}/serre/people", {"people": 7}).status_code == 204
        with site.database.read() as conn:
            (request,) = pending_requests(conn)
        assert isinstance(request, PeopleRequest)
        assert (request.room, request.people, request.by) == ("serre", 7, "anna")


class TestDevices:
    def test_new_device_is_adopted_then_moved_and_history_stays(self, site: Site) -> None:
        with site.database.write() as conn:
            note_seen(conn, VenueSlug("de-kade"), DeviceSlug("co2-09"), SYSTEM.now())
            note_about(
                conn,
                VenueSlug("de-kade"),
                DeviceSlug("co2-09"),
                About("mh-z19b", "1.0", 10.0, RoomSlug("serre")),
            )
        listed = site.call("GET", "/api/v1/devices?venue=de-kade").json
        assert listed is not None
        (found,) = listed["devices"]
        assert (found["new"], found["room"], found["room_hint"]) == (True, None, "serre")
        path = "/api/v1/devices/de-kade/co2-09"
        adopted = site.call("PUT", path, {"room": "serre"}).json
        assert adopted is not None
        assert (adopted["new"], adopted["room"], adopted["model"]) == (False, "serre", "mh-z19b")
        site.call("PUT", path, {"room": "grote-zaal"})
        taken_down = site.call("PUT", path, {"room": None}).json
        assert taken_down is not None
        assert (taken_down["new"], taken_down["room"]) == (False, None)
        with site.database.read() as conn:
            hung = [(p.room, p.until is None) for p in all_placements(conn)]
        assert hung == [("serre", False), ("grote-zaal", False)]
        assert site.call("DELETE", path).status_code == 204
        assert site.call("GET", "/api/v1/devices").json == {"devices": []}


class TestMeetings:
    def test_what_people_do_in_a_meeting_is_kept(self, site: Site) -> None:
        site.call("PUT", "/api/v1/meetings/m-1", MEETING | {"activity": "standing"})
        found = site.call("GET", "/api/v1/meetings/m-1").json
        assert found is not None
        assert found["activity"] == "standing"

    def test_put_get_list_delete(self, site: Site) -> None:
        put = site.call("PUT", "/api/v1/meetings/m-1", MEETING | {"organiser": "a@example.org"})
        expected: dict[str, Any] = MEETING | {
            "id": "m-1", "start": "2026-11-24T06:30:00.000Z", "end": "2026-11-24T08:30:00.000Z",
            "expected_people": None, "organiser": "a@example.org", "policy": None, "activity": None,
            "host": None, "language": None, "feed": None, "flags": [], "private": False,
            "protocol": None,
        }  # fmt: skip
        assert put.json == expected
        assert site.call("GET", "/api/v1/meetings/m-1").json == expected
        day = {"from": "2026-11-24T00:00:00Z", "to": "2026-11-25T00:00:00Z"}
        listed = site.call("GET", "/api/v1/meetings", query_string=day)
        assert listed.json == {"meetings": [expected]}
        elsewhere = day | {"venue": "de-bron"}
        assert site.call("GET", "/api/v1/meetings", query_string=elsewhere).json == {"meetings": []}
        assert site.call("DELETE", "/api/v1/meetings/m-1").status_code == 204
        assert site.call("GET", "/api/v1/meetings/m-1").status_code == 404


class TestPolicies:
    def test_own_limits_can_be_made_and_deleted_while_unused(self, site: Site) -> None:
        put = site.call("PUT", "/api/v1/policies/own", POLICY).json
        assert put is not None
        assert (put["policy"], put["co2_limit_ppm"], put["preset"]) == ("own", 900.0, False)
        assert (put["name"], put["names"]) == ("Eigen", {"en": "Own"})
        site.call("PUT", f"{ROOMS}/serre", {"name": "Serre", "policy": "own"})
        assert site.call("DELETE", "/api/v1/policies/own").status_code == 409
        site.call("PUT", f"{ROOMS}/serre", {"name": "Serre"})
        assert site.call("DELETE", "/api/v1/policies/own").status_code == 204

    def test_own_limits_may_have_no_co2_limit_at_all(self, site: Site) -> None:
        body = {
            "name": "Ruim",
            "min_flow_lps": 8,
            "area_m2_per_person": 4,
        }
        put = site.call("PUT", "/api/v1/policies/own", body).json
        assert put is not None
        assert (put["co2_limit_ppm"], put["co2_clear_ppm"], put["kind"]) == (None, None, "own")
        assert (put["min_flow_lps"], put["ventilation_pending_s"]) == (8.0, 600.0)
        listed = site.call("GET", "/api/v1/policies").json
        assert listed is not None
        assert put in listed["policies"]

    def test_own_limits_are_clear_at_the_limit_where_they_do_not_say(self, site: Site) -> None:
        body = {"name": "Eigen", "co2_limit_ppm": 500, "above_outdoor": True}
        put = site.call("PUT", "/api/v1/policies/own", body).json
        assert put is not None
        assert put["co2_clear_ppm"] == 500.0

    def test_a_preset_is_known_by_its_slug_and_has_no_name_here(self, site: Site) -> None:
        listed = site.call("GET", "/api/v1/policies").json
        assert listed is not None
        named = {p["policy"]: (p["name"], p["names"]) for p in listed["policies"] if p["preset"]}
        assert set(named) == set(BY_SLUG)
        assert set(map(str, named.values())) == {"(None, {})"}

    @pytest.mark.parametrize("method", ["PUT", "DELETE"])
    def test_presets_stay_as_they_were_published(self, site: Site, method: str) -> None:
        body = POLICY if method == "PUT" else None
        assert site.call(method, "/api/v1/policies/nl-target-1200", body).status_code == 409


REFUSED: list[Any] = [
    pytest.param(
        "PUT", f"{ROOMS}/serre", {"name": "S", "design_flow_lps": -1}, 422,
        [("/design_flow_lps", "expected float > 0.0")], id="no flow but a positive one",
    ),
    pytest.param(
        "PUT", f"{ROOMS}/serre", {"name": "S", "ventilation": "fan", "air_from": 3}, 422,
        [
            ("/ventilation", "expected one of constant, clock, co2, natural"),
            ("/air_from", "expected one of outdoors, inside"),
        ],
        id="no such kinds of rooms",
    ),
    pytest.param(
        "PUT", "/api/v1/meetings/m-1", MEETING | {"activity": "dancing"}, 422,
        [("/activity", "invalid enum value 'dancing'")], id="no such activity",
    ),
    pytest.param("PUT", f"{ROOMS}/serre", {}, 422, [("/name", "is missing")], id="missing"),
    pytest.param(
        "PUT", f"{ROOMS}/serre", {"name": 3, "seats": -1, "colour": "red"}, 422,
        [
            ("/colour", "is not known here; known are name, volume_m3, floor_area_m2, seats, policy, design_flow_lps, ventilation, air_from, protocol"),
            ("/name", "expected str, got int"),
            ("/seats", "expected int >= 1"),
        ],
        id="all mistakes are told together",
    ),
    pytest.param(
        "PUT", f"{ROOMS}/serre", {"name": "S", "volume_m3": 0}, 422,
        [("/volume_m3", "expected float > 0.0")], id="no room without air",
    ),
    pytest.param("PUT", f"{ROOMS}/serre", [1], 422, [("", "expected a JSON object")], id="array"),
    pytest.param(
        "PUT", f"{ROOMS}/serre", {"name": "S", "policy": "none"}, 422,
        [("/policy", f"expected one of {SLUGS}")], id="no such policy",
    ),
    pytest.param(
        "PUT", "/api/v1/policies/own",
        {
            "name": "E", "co2_warn_ppm": 700, "above_outdoor": True,
            "min_flow_area_lps_m2": 0.3, "one_suffices": True, "counts_cleaned_air": True,
        },
        422,
        [
            ("/co2_warn_ppm", "at most co2_limit_ppm"),
            ("/above_outdoor", "only with co2_limit_ppm"),
            ("/min_flow_area_lps_m2", "only with min_flow_lps"),
            ("/counts_cleaned_air", "only with min_flow_lps"),
            ("/one_suffices", "only with co2_limit_ppm and min_flow_lps"),
        ],
        id="limits that contradict each other",
    ),
    pytest.param(
        "PUT", "/api/v1/policies/own", {"name_nl": "E", "name_en": "O", "co2_limit_ppm": 900}, 422,
        [
            ("/name_nl", f"is not known here; known are {POLICY_KEYS}"),
            ("/name_en", f"is not known here; known are {POLICY_KEYS}"),
            ("/name", "is missing"),
        ],
        id="a policy has one name, and others by language",
    ),
    pytest.param(
        "PUT", "/api/v1/policies/own", {"name": "E", "names": {"Dutch": "E"}}, 422,
        [("/names/Dutch", f"expected one of {', '.join(LANGUAGES)}")], id="no language",
    ),
    pytest.param("PUT", "/api/v1/rooms/de-bron/x", {"name": "X"}, 404, [], id="no such venue"),
    pytest.param("PUT", f"{ROOMS}/nope/people", {"people": 1}, 404, [], id="people of no room"),
    pytest.param(
        "PUT", f"{ROOMS}/serre/people", {"people": True}, 422,
        [("/people", "expected int, got bool")], id="people as a boolean",
    ),
    pytest.param(
        "PUT", f"{ROOMS}/Grote%20Zaal", {"name": "G"}, 422,
        [("/room", "'Grote Zaal' is not a slug: small letters, digits and '-'")], id="no slug",
    ),
    pytest.param(
        "PUT", "/api/v1/venues/luchtig-check", {"name": "X"}, 422,
        [("/venue", "'luchtig-check' is the name of trials: choose another")], id="of trials",
    ),
    pytest.param(
        "PUT", "/api/v1/venues/x", {"name": "X", "timezone": "Mars/Olympus"}, 422,
        [("/timezone", "expected a zone like Europe/Amsterdam")], id="no such time zone",
    ),
    pytest.param(
        "PUT", "/api/v1/venues/x", {"name": "X", "timezone": "../../etc/passwd"}, 422,
        [("/timezone", "expected a zone like Europe/Amsterdam")], id="a path as time zone",
    ),
    pytest.param(
        "PUT", "/api/v1/meetings/m", MEETING | {"end": MEETING["start"]}, 422,
        [("/end", "expected a time after start, by three days at most")], id="ends as it starts",
    ),
    pytest.param(
        "PUT", "/api/v1/meetings/m", MEETING | {"start": "2026-11-24T07:30:00"}, 422,
        [("/start", "expected datetime with a timezone component")], id="time without zone",
    ),
    pytest.param(
        "PUT", "/api/v1/meetings/m", MEETING | {"room": "nope"}, 422,
        [("/room", "expected the slug of a room of this venue")], id="meeting in no room",
    ),
    pytest.param(
        "PUT", "/api/v1/policies/own", POLICY | {"co2_clear_ppm": 1000}, 422,
        [("/co2_clear_ppm", "at most co2_limit_ppm")], id="limits that contradict each other",
    ),
    pytest.param("DELETE", f"{ROOMS}/nope", None, 404, [], id="delete what is not there"),
    pytest.param("POST", "/api/v1/alerts/x/acknowledge", {}, 404, [], id="no such alert"),
    pytest.param("GET", f"{ROOMS}/nope", None, 404, [], id="state of no room"),
    pytest.param("GET", "/api/v1/nothing", None, 404, [], id="no such address"),
    pytest.param("PATCH", f"{ROOMS}/serre", {}, 405, [], id="a method that is not there"),
    pytest.param(
        "GET", "/api/v1/meetings?from=yesterday", None, 400,
        [("from", "invalid RFC3339 encoded datetime")], id="a time that is none",
    ),
    pytest.param(
        "GET", "/api/v1/meetings?form=2026-11-24T00:00:00Z", None, 400,
        [("form", "is not known here; known are from, to, venue, room, series, limit, cursor")], id="misspelt query",
    ),
    pytest.param(
        "GET", f"{ROOMS}/serre/series?fields=co2", None, 400,
        [("fields", "expected some of " + ", ".join(SERIES_FIELDS))],
        id="no such field",
    ),
    pytest.param(
        "GET", f"{ROOMS}/serre/series?points=2001", None, 400,
        [("points", "expected int <= 2000")], id="too many points",
    ),
    pytest.param(
        "GET", f"{ROOMS}/serre/series?from=2026-11-24T00:00:00Z&to=2026-11-24T00:00:00Z", None,
        400, [("from", "expected a time before to, by five years at most")], id="no span",
    ),
    pytest.param("GET", f"{ROOMS}/nope/series", None, 404, [], id="history of no room"),
]  # fmt: skip


class TestRefusals:
    @pytest.mark.parametrize(("method", "path", "body", "status", "errors"), REFUSED)
    def test_told_as_a_problem_document(
        self,
        site: Site,
        method: str,
        path: str,
        body: object,
        status: int,
        errors: list[tuple[str, str]],
    ) -> None:
        answer = site.call(method, path, body)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
        assert answer.json is not None
        assert answer.json["status"] == status
        assert answer.json["detail"]
        told = [(error["pointer"], error["message"]) for error in answer.json["errors"]]
        assert told == errors

    @pytest.mark.parametrize(
        ("data", "content_type", "status"),
        [
            (b'{"people":3}', "text/plain", 415),
            (b'{"people":3}', None, 415),
            (b"{", "application/json", 400),
            (b"\xff", "application/json", 400),
            (b'{"people":NaN}', "application/json", 400),
            (b"[" * 60_000, "application/json", 400),
            (b'{"people":3}' + b" " * 70_000, "application/json", 413),
        ],
    )
    def test_body_that_is_no_json(
        self, site: Site, data: bytes, content_type: str | None, status: int
    ) -> None:
        path = f"{ROOMS}/serre/people"
        answer = site.call("PUT", path, data=data, content_type=content_type)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")

    def test_method_not_allowed_says_which_are(self, site: Site) -> None:
        answer = site.call("PATCH", f"{ROOMS}/serre")
        assert {"GET", "PUT", "DELETE"} <= set(answer.headers["Allow"].split(", "))

    def test_locked_database_is_a_503_that_says_when_to_ask_again(self, site: Site) -> None:
        site.call("GET", "/api/v1/rooms")  # the token's use is noted

        def impatient(connection: Any, *_: object) -> None:
            connection.execute("PRAGMA busy_timeout=0")

        event.listen(site.database.engine, "checkout", impatient)
        with site.database.write():
            answer = site.call("PUT", f"{ROOMS}/serre/people", {"people": 1})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")

    def test_store_away_is_a_503_and_the_rest_works(self, make_site: SiteMaker) -> None:
        site = make_site(store_url=f"influxdb://127.0.0.1:{free_port()}/luchtig")
        answer = site.call("GET", f"{ROOMS}/serre/series")
        assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
        assert int(answer.headers["Retry-After"]) >= 1
        assert site.call("GET", "/api/v1/rooms").status_code == 200


def test_defaults_of_the_meeting_list_are_around_now(site: Site) -> None:
    for name, start in (("soon", SYSTEM.now()), ("later", SYSTEM.now() + timedelta(days=30))):
        times = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
        assert site.call("PUT", f"/api/v1/meetings/{name}", MEETING | times).status_code == 200
    listed = site.call("GET", "/api/v1/meetings").json
    assert listed is not None
    assert [meeting["id"] for meeting in listed["meetings"]] == ["soon"]
