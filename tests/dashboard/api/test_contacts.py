"""Who is told and when: contacts, quiet hours, escalation and silences through the API."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.domain.alerts.contact import url_name
from gateway.registry import revision
from gateway.words.locale import LANGUAGES
from sensors.clock import SYSTEM
from sensors.wire.instant import to_wire
from tests.dashboard.setup import Site

VENUE = "/api/v1/venues/de-kade"
CONTACTS = f"{VENUE}/contacts"
SILENCES = "/api/v1/silences"
OLGA: dict[str, Any] = {"name": "Olga", "address": "olga@example.org"}
USUAL = {"language": "nl", "role": "manager", "rules": []}


def body(**changes: Any) -> dict[str, Any]:
    until = to_wire(SYSTEM.now() + timedelta(hours=2))
    return {"venue": "de-kade", "until": until, "reason": "painters"} | changes


def number(site: Site) -> int:
    with site.database.read() as conn:
        return revision.current(conn)


class TestContacts:
    def test_they_are_kept_in_their_order_and_the_gateway_hears_of_it(self, site: Site) -> None:
        before = number(site)
        wim = {
            "name": "Wim", "address": "json://user:secret@example.org", "language": "en",
            "role": "escalation", "rules": ["co2", "no_data"],
        }  # fmt: skip
        put = site.call("PUT", CONTACTS, {"contacts": [OLGA, wim]})
        kept = [OLGA | USUAL, wim | {"address": url_name("json://user:secret@example.org")}]
        assert put.json == {"contacts": kept}
        assert site.call("PUT", CONTACTS, put.json).json == put.json, "a name is taken back"
        assert site.call("GET", CONTACTS).json == put.json
        assert number(site) == before + 2
        assert "secret" not in site.call("GET", CONTACTS).text

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"address": "olga"}, "/contacts/0/address"),
            ({"address": "olga@example.org, wim@example.org"}, "/contacts/0/address"),
            ({"address": "url:nothing"}, "/contacts/0/address"),
            ({"rules": ["smell"]}, "/contacts/0/rules/0"),
            ({"role": "boss"}, "/contacts/0/role"),
            ({"language": "fy"}, "/contacts/0/language"),
        ],
    )
    def test_what_cannot_be_reached_is_refused(
        self, site: Site, changes: dict[str, Any], pointer: str
    ) -> None:
        refused = site.call("PUT", CONTACTS, {"contacts": [OLGA | changes]})
        assert refused.status_code == 422
        assert refused.json is not None
        assert [error["pointer"] for error in refused.json["errors"]] == [pointer]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_each_language_that_is_spoken_is_taken(self, site: Site, language: str) -> None:
        put = site.call("PUT", CONTACTS, {"contacts": [OLGA | {"language": language}]})
        assert put.json == {"contacts": [OLGA | USUAL | {"language": language}]}
        assert site.call("PUT", VENUE, {"name": "De Kade", "language": language}).json is not None

    def test_a_venue_that_is_not_there_has_none(self, site: Site) -> None:
        assert site.call("GET", "/api/v1/venues/de-bron/contacts").status_code == 404
        put = site.call("PUT", "/api/v1/venues/de-bron/contacts", {"contacts": []})
        assert put.status_code == 404


class TestQuietHours:
    def test_they_and_the_wait_before_escalation_are_kept(self, site: Site) -> None:
        told = {"quiet_from": "22:00", "quiet_until": "07:00", "escalate_after_min": 15}
        put = site.call("PUT", VENUE, {"name": "De Kade"} | told).json
        assert put is not None
        assert {key: put[key] for key in told} == told

    @pytest.mark.parametrize(
        ("told", "pointer"),
        [
            ({"quiet_from": "22:00"}, "/quiet_until"),
            ({"quiet_until": "22:00"}, "/quiet_from"),
            ({"quiet_from": "22:00", "quiet_until": "22:00"}, "/quiet_until"),
            ({"quiet_from": "22h", "quiet_until": "07:00"}, "/quiet_from"),
            ({"escalate_after_min": 0}, "/escalate_after_min"),
        ],
    )
    def test_half_of_them_is_refused(self, site: Site, told: dict[str, Any], pointer: str) -> None:
        refused = site.call("PUT", VENUE, {"name": "De Kade"} | told)
        assert refused.status_code == 422
        assert refused.json is not None
        assert [error["pointer"] for error in refused.json["errors"]] == [pointer]


class TestSilences:
    def test_made_listed_and_ended_with_who_and_why(self, site: Site) -> None:
        before = number(site)
        made = site.call("POST", SILENCES, body(room="serre", rule="co2")).json
        assert made is not None
        assert (made["room"], made["rule"], made["reason"]) == ("serre", "co2", "painters")
        assert (made["by"], made["ended_at"]) == ("anna", None)
        assert number(site) == before + 1
        assert site.call("GET", SILENCES).json == {"silences": [made]}
        elsewhere = site.call("GET", f"{SILENCES}?venue=de-bron")
        assert elsewhere.json == {"silences": []}
        path = f"{SILENCES}/{made['id']}"
        assert site.call("DELETE", path).status_code == 204
        assert number(site) == before + 2
        assert site.call("DELETE", path).status_code == 409
        assert site.call("GET", SILENCES).json == {"silences": []}
        past = site.call("GET", SILENCES, query_string={"since": made["since"]}).json
        assert past is not None
        assert [one["ended_by"] for one in past["silences"]] == ["anna"]

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"venue": "de-bron"}, "/venue"),
            ({"room": "kelder"}, "/room"),
            ({"rule": "smell"}, "/rule"),
            ({"reason": "  "}, "/reason"),
            ({"until": "2026-01-01T00:00:00Z"}, "/until"),
            ({"until": "2999-01-01T00:00:00Z"}, "/until"),
            ({"until": "2026-11-24T10:00:00"}, "/until"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, site: Site, changes: dict[str, Any], pointer: str
    ) -> None:
        refused = site.call("POST", SILENCES, body(**changes))
        assert refused.status_code == 422
        assert refused.json is not None
        assert [error["pointer"] for error in refused.json["errors"]] == [pointer]

    @pytest.mark.parametrize("silence", ["7", "x", "9" * 40, "-1"])
    def test_one_that_is_not_there_is_not_found(self, site: Site, silence: str) -> None:
        assert site.call("DELETE", f"{SILENCES}/{silence}").status_code == 404
