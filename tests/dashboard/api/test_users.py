"""Accounts through the API: an admin sees to all of them, a manager to the roles of the own venues."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.setup import VENUE
from tests.dashboard.web.house import OTHER, House, build

GOOD = "drie woorden genoeg"


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    made, database = build(furnished, tmp_path)
    yield made
    database.close()


def users(house: House, who: str) -> dict[str, dict[str, Any]]:
    answer = house.ask(who, "GET", "/api/v1/users")
    assert answer.json is not None
    return {one["user"]: one for one in answer.json["users"]}


def give(house: House, who: str, user: str, venue: str, *roles: str) -> int:
    path = f"/api/v1/users/{user}/roles/{venue}"
    return house.ask(who, "PUT", path, json={"roles": roles}).status_code


class TestManager:
    def test_sees_who_has_a_role_in_the_own_venue_and_that_role_alone(self, house: House) -> None:
        assert give(house, "admin", "host", OTHER, "manager") == 200
        house.tokens["host"] = ""
        assert users(house, "manager").keys() == {"viewer", "host", "organiser", "manager"}
        assert users(house, "manager")["host"]["roles"] == {VENUE: ["host"]}
        assert users(house, "admin")["host"]["roles"] == {VENUE: ["host"], OTHER: ["manager"]}

    def test_gives_and_takes_roles_of_the_own_venue_up_to_manager(self, house: House) -> None:
        assert give(house, "manager", "viewer", VENUE, "manager", "organiser") == 200
        assert users(house, "manager")["viewer"]["roles"] == {VENUE: ["organiser", "manager"]}
        assert give(house, "manager", "viewer", VENUE) == 204
        assert "viewer" not in users(house, "manager")
        assert give(house, "manager", "organiser", VENUE, "admin") == 422

    def test_gives_nothing_elsewhere_and_to_nobody_from_elsewhere(self, house: House) -> None:
        assert give(house, "manager", "viewer", OTHER, "viewer") == 404
        assert give(house, "manager", "outsider", VENUE, "viewer") == 404
        assert give(house, "manager", "admin", VENUE, "viewer") == 404
        invite = {"email": "eva@example.org", "role": "admin"}
        assert house.ask("manager", "POST", "/api/v1/invitations", json=invite).status_code == 403

    def test_neither_sees_nor_triggers_the_reset_of_who_has_rights_elsewhere(
        self, house: House
    ) -> None:
        reset = house.ask("manager", "POST", "/api/v1/users/viewer/reset")
        assert reset.status_code == 200
        assert "/invite/" in reset.text
        assert give(house, "admin", "viewer", OTHER, "viewer") == 200
        refused = house.ask("manager", "POST", "/api/v1/users/viewer/reset")
        assert refused.status_code == 403
        assert "/invite/" not in refused.text
        assert house.ask("manager", "POST", "/api/v1/users/outsider/reset").status_code == 404
        assert house.ask("manager", "POST", "/api/v1/users/admin/reset").status_code == 404

    def test_withdraws_invitations_to_the_own_venue_alone(self, house: House) -> None:
        path = f"/api/v1/invitations/{house.invitation}"
        assert house.ask("outsider", "DELETE", path).status_code == 404
        assert house.ask("manager", "DELETE", path).status_code == 204
        listed = house.ask("manager", "GET", "/api/v1/invitations")
        assert listed.json == {"invitations": []}


class TestAdmin:
    def test_makes_changes_and_deletes_an_account(self, house: House) -> None:
        body = {"email": "ot@example.org", "password": GOOD}
        made = house.ask("admin", "PUT", "/api/v1/users/ot", json=body)
        assert made.json is not None
        assert (made.json["verified"], made.json["has_password"]) == (True, True)
        changed = house.ask("admin", "PUT", "/api/v1/users/ot", json={"disabled": True})
        assert changed.json is not None
        assert (changed.json["disabled"], changed.json["email"]) == (True, None)
        assert house.ask("admin", "DELETE", "/api/v1/users/ot").status_code == 204
        assert house.ask("admin", "GET", "/api/v1/users/ot").status_code == 404

    @pytest.mark.parametrize("body", [{"disabled": True, "admin": True}, {"admin": False}, None])
    def test_the_last_ones_end_is_refused(self, house: House, body: dict[str, Any] | None) -> None:
        assert house.ask("admin", "DELETE", "/api/v1/users/anna").status_code == 204
        method, more = ("DELETE", {}) if body is None else ("PUT", {"json": body})
        answer = house.ask("admin", method, "/api/v1/users/admin", **more)
        assert answer.status_code == 409
        assert users(house, "admin")["admin"]["admin"] is True

    @pytest.mark.parametrize(
        ("name", "body", "pointer"),
        [
            ("ot", {"password": "wachtwoord"}, "/password"),
            ("ot", {"password": "kort"}, "/password"),
            ("o\u202et", {}, "/user"),
        ],
    )
    def test_what_is_wrong_is_pointed_at(
        self, house: House, name: str, body: dict[str, Any], pointer: str
    ) -> None:
        answer = house.ask("admin", "PUT", f"/api/v1/users/{name}", json=body)
        assert answer.status_code == 422
        assert answer.json is not None
        assert answer.json["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("ends", ["role", "password", "disable", "delete"])
def test_what_ends_a_right_ends_what_was_open_in_its_name(house: House, ends: str) -> None:
    assert house.ask("viewer", "GET", "/api/v1/rooms").status_code == 200
    if ends == "role":
        assert give(house, "manager", "viewer", VENUE, "host") == 200
    elif ends == "delete":
        house.ask("admin", "DELETE", "/api/v1/users/viewer")
    else:
        body = {"password": GOOD} if ends == "password" else {"disabled": True}
        house.ask("admin", "PUT", "/api/v1/users/viewer", json=body)
    assert house.ask("viewer", "GET", "/api/v1/rooms").status_code == 401
