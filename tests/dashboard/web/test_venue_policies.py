"""Who keeps a venue's own limits, and who may be held to them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.dashboard.setup import VENUE
from tests.dashboard.web.house import BODIES, FORMS, OTHER, ROOM, House, build

POLICIES: Final = "/api/v1/policies"
STRICT: Final = {"name": "Streng", "co2_limit_ppm": 900.0}


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    made, database = build(furnished, tmp_path)
    yield made
    made.close()
    database.close()


def listed(house: House, who: str, query: str = "") -> set[str]:
    answer = house.ask(who, "GET", f"{POLICIES}{query}").json
    assert answer is not None
    return {one["policy"] for one in answer["policies"] if not one["preset"]}


def put(house: House, who: str, policy: str, **more: Any) -> int:
    return house.ask(who, "PUT", f"{POLICIES}/{policy}", json=STRICT | more).status_code


def test_a_manager_keeps_the_own_venues_and_no_others(house: House) -> None:
    assert put(house, "manager", "streng", venue=VENUE) == 200
    assert put(house, "manager", "streng", venue=VENUE, co2_limit_ppm=950.0) == 200
    assert put(house, "manager", "wijd", venue=OTHER) == 404
    assert put(house, "manager", "m-eigen", venue=VENUE) == 404
    assert put(house, "manager", "k-eigen", venue=OTHER) == 404
    assert house.ask("manager", "GET", f"{POLICIES}/m-eigen").status_code == 404
    assert house.ask("manager", "DELETE", f"{POLICIES}/m-eigen").status_code == 404
    assert house.ask("manager", "DELETE", f"{POLICIES}/streng").status_code == 204


def test_the_whole_houses_are_an_admins(house: House) -> None:
    assert put(house, "admin", "huis") == 200
    assert house.ask("manager", "GET", f"{POLICIES}/huis").json["venue"] is None  # type: ignore[index]
    assert put(house, "manager", "huis", venue=VENUE) == 403
    assert put(house, "manager", "k-eigen") == 403
    assert house.ask("manager", "POST", POLICIES, json=STRICT).status_code == 403
    assert house.ask("manager", "DELETE", f"{POLICIES}/huis").status_code == 403


def test_each_sees_the_houses_and_those_of_their_venues(house: House) -> None:
    put(house, "admin", "huis")
    assert listed(house, "viewer") == {"huis", "k-eigen"}
    assert listed(house, "outsider") == {"huis", "m-eigen"}
    assert listed(house, "admin") == {"huis", "k-eigen", "m-eigen"}
    assert listed(house, "admin", f"?venue={OTHER}") == {"huis", "m-eigen"}
    assert house.ask("viewer", "GET", f"{POLICIES}?venue={OTHER}").status_code == 404


def together(house: House) -> None:
    venues = {"name": "Club", "venues": [VENUE, OTHER]}
    assert house.ask("admin", "PUT", "/api/v1/organisations/k-club", json=venues).status_code == 200


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("policies", STRICT),
        ("protocols", {"name": "Regels", "items": [{"id": "open", "text": "Ramen open"}]}),
    ],
)
def test_an_organisations_are_for_all_of_its_venues_and_kept_by_who_manages_each(
    house: House, kind: str, body: dict[str, Any]
) -> None:
    together(house)
    name = "policy" if kind == "policies" else "protocol"
    path, whose = f"/api/v1/{kind}/van-de-club", {"organisation": "k-club"}
    assert house.ask("manager", "PUT", path, json=body | whose).status_code == 403
    roles = "/api/v1/organisations/k-club/users/manager"
    assert house.ask("admin", "PUT", roles, json={"roles": ["manager"]}).status_code == 200
    assert house.ask("admin", "PUT", path, json=body | whose).status_code == 200
    for venue in (VENUE, OTHER):
        told = house.ask("admin", "GET", f"/api/v1/{kind}?venue={venue}").json
        assert told is not None
        assert "van-de-club" in [one[name] for one in told[kind]]
    told = house.ask("viewer", "GET", f"/api/v1/{kind}?organisation=k-club").json
    assert told is not None
    assert [one["organisation"] for one in told[kind]] == ["k-club"]
    room = {"name": "Molenzaal", name: "van-de-club"}
    assert house.ask("admin", "PUT", f"/api/v1/rooms/{OTHER}/{ROOM}", json=room).status_code == 200
    narrower = body | {"venue": VENUE}
    assert house.ask("admin", "PUT", path, json=narrower).status_code == 409
    both = body | whose | {"venue": VENUE}
    assert house.ask("admin", "PUT", path, json=both).status_code == 422
    nobodys = body | {"organisation": "elders"}
    assert house.ask("admin", "PUT", path, json=nobodys).status_code == 422
    page = house.ask("admin", "GET", "/settings/limits?lang=en").text
    shown = "Streng (of the organisation)" in page
    assert shown == (kind == "policies")
    gone = house.ask("admin", "DELETE", "/api/v1/organisations/k-club")
    assert gone.status_code == 204
    left = house.ask("admin", "GET", path).json
    assert left is not None
    assert (left["organisation"], left["venue"]) == (None, None)


@pytest.mark.parametrize("who", ["manager", "admin"])
@pytest.mark.parametrize(("policy", "status"), [("k-eigen", 200), ("m-eigen", 422)])
def test_a_venue_is_held_to_no_other_venues_limits(
    house: House, who: str, policy: str, status: int
) -> None:
    room = {"name": "Zaal", "policy": policy}
    meeting = BODIES["PUT /api/v1/meetings/<meeting>"] | {"policy": policy}
    venue = {"name": "De Kade", "healthy_policy": policy}
    for path, body in (
        (f"rooms/{VENUE}/{ROOM}", room), ("meetings/k-own", meeting), (f"venues/{VENUE}", venue),
    ):  # fmt: skip
        answer = house.ask(who, "PUT", f"/api/v1/{path}", json=body)
        assert answer.status_code == status, path
        assert status == 200 or "m-eigen" not in str(answer.json["errors"]), path  # type: ignore[index]
    new = house.ask(who, "POST", "/api/v1/rooms", json=room | {"venue": VENUE, "name": "Nieuw"})
    assert new.status_code == {200: 201}.get(status, status)


def test_the_plan_of_a_room_takes_no_other_venues_limits(house: House) -> None:
    asked = f"venue={VENUE}&room={ROOM}&people=8&minutes=60"
    for policy, status in (("k-eigen", 200), ("m-eigen", 404)):
        plan = house.ask("admin", "GET", f"/api/v1/plan?{asked}&policy={policy}")
        assert plan.status_code == status
        page = f"/plan?room={VENUE}/{ROOM}&people=8&minutes=60&policy={policy}"
        assert house.ask("admin", "GET", page).status_code == {404: 400}.get(status, status)


def test_forms_offer_a_venue_its_own_and_take_no_others(house: House) -> None:
    for page in ("/settings/limits", "/meetings/new", "/plan"):
        shown = house.ask("manager", "GET", page).text
        assert 'value="k-eigen"' in shown, page
        assert "m-eigen" not in shown, page
    for form, status in ((f"rooms/{ROOM}", 422), ("standards", 404)):
        path = f"/settings/venues/{VENUE}/{form}"
        given = {"name": "Zaal", "policy": "m-eigen", "legal": "m-eigen"}
        assert house.ask("admin", "POST", path, data=given).status_code == status, form
    meeting = FORMS["POST /meetings/new"] | {"policy": "m-eigen"}
    answer = house.ask("admin", "POST", "/meetings/new", data=meeting)
    assert answer.status_code == 422
    assert "Deze grenzen horen bij een ander gebouw" in answer.text


def test_limits_that_others_are_held_to_are_given_to_no_venue(house: House) -> None:
    put(house, "admin", "huis")
    room = {"name": "Molenzaal", "policy": "huis"}
    assert house.ask("admin", "PUT", f"/api/v1/rooms/{OTHER}/{ROOM}", json=room).status_code == 200
    assert put(house, "admin", "huis", venue=VENUE) == 409
    assert put(house, "admin", "huis", venue=OTHER) == 200
    assert put(house, "admin", "huis", venue="nergens") == 422


def test_who_reads_what_was_changed_sees_the_own_venues_limits_alone(house: House) -> None:
    for venue in (VENUE, OTHER):
        put(house, "admin", f"van-{venue}", venue=venue)
    put(house, "admin", "huis")
    read = house.ask("manager", "GET", "/api/v1/audit?what=policy").text
    assert f"van-{VENUE}" in read
    assert f"van-{OTHER}" not in read
    assert "huis" not in read
