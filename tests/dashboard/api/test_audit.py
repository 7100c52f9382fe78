"""The audit trail as programs read it, and who may."""

from datetime import timedelta
from typing import Any

from gateway.domain.access import VenueRole
from gateway.domain.room import Venue
from gateway.registry.accounts import grants, users
from gateway.registry.accounts.tokens import new_token
from gateway.registry.rooms import put_venue
from sensors.clock import SYSTEM
from sensors.wire.instant import to_wire
from sensors.wire.topic import VenueSlug
from tests.dashboard.setup import VENUE, Site

MOLEN = VenueSlug("molen")


def token_of(site: Site, name: str, role: VenueRole, venue: VenueSlug) -> dict[str, str]:
    with site.database.write() as conn:
        users.add_user(conn, name, "", None, SYSTEM.now())
        grants.set_roles(conn, name, venue, [role])
        token = new_token(conn, name, "tests", SYSTEM.now())
    return {"Authorization": f"Bearer {token}"}


def audit(site: Site, query: str = "", **more: Any) -> list[dict[str, Any]]:
    answer = site.call("GET", f"/api/v1/audit{query}", **more)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["audit"]
    return found


def test_an_entry_says_who_what_before_after_when_and_from_where(site: Site) -> None:
    body = {"name": "Serre", "seats": 9}
    address = {"REMOTE_ADDR": "192.0.2.7"}
    site.call("PUT", f"/api/v1/rooms/{VENUE}/serre", body, environ_base=address)
    (entry,) = audit(site, f"?venue={VENUE}")
    assert entry.pop("at") <= to_wire(SYSTEM.now())
    assert entry.pop("id") > 0
    assert entry == {
        "who": "anna", "how": "token", "label": "tests", "what": "room.changed", "venue": VENUE,
        "object": "serre", "before": {"seats": 8}, "after": {"seats": 9}, "from": "192.0.2.7",
    }  # fmt: skip


def test_it_is_filtered_and_told_in_pieces(site: Site) -> None:
    for seats in (9, 10, 11):
        site.call("PUT", f"/api/v1/rooms/{VENUE}/serre", {"name": "Serre", "seats": seats})
    assert [one["after"] for one in audit(site, "?what=room&limit=2")] == [
        {"seats": 11}, {"seats": 10},
    ]  # fmt: skip
    answer = site.call("GET", "/api/v1/audit?what=room&limit=2")
    onward = answer.headers["Link"].split(">")[0].lstrip("<")
    assert [one["after"] for one in site.call("GET", onward).get_json()["audit"]] == [{"seats": 9}]
    later = to_wire(SYSTEM.now() + timedelta(hours=1))
    assert audit(site, f"?since={later}") == audit(site, "?who=bert") == []


def test_a_manager_reads_of_their_own_venues_alone(site: Site) -> None:
    with site.database.write() as conn:
        put_venue(conn, Venue(MOLEN, "De Molen"))
    site.call("PUT", f"/api/v1/rooms/{VENUE}/serre", {"name": "Serre", "seats": 9})
    site.call("PUT", f"/api/v1/rooms/{MOLEN}/zolder", {"name": "Zolder"})
    site.call("POST", "/api/v1/tokens", {"label": "another"})  # of no venue: for admins
    assert {one["venue"] for one in audit(site)} == {VENUE, MOLEN, None}
    manager = token_of(site, "bea", "manager", MOLEN)
    assert {one["venue"] for one in audit(site, headers=manager)} == {MOLEN}
    assert site.call("GET", f"/api/v1/audit?venue={VENUE}", headers=manager).status_code == 404
    for role in ("viewer", "host", "organiser"):
        other = token_of(site, role, role, VENUE)
        assert site.call("GET", f"/api/v1/audit?venue={VENUE}", headers=other).status_code == 403


def test_a_manager_withdraws_links_of_their_own_venues_alone(site: Site) -> None:
    with site.database.write() as conn:
        put_venue(conn, Venue(MOLEN, "De Molen"))
    manager = token_of(site, "bea", "manager", MOLEN)
    assert site.call("GET", f"/api/v1/links?venue={VENUE}", headers=manager).status_code == 404
    assert site.call("GET", "/api/v1/links", headers=manager).get_json() == {"links": []}
