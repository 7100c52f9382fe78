"""The page of who there is: invited, given roles, let in no more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from gateway.registry.accounts import grants, users
from gateway.registry.database import Database
from tests.dashboard.pages.reading import said
from tests.dashboard.setup import VENUE
from tests.dashboard.web.house import OTHER, House, build

PAGE = "/settings/users?lang=en"


class Office:
    def __init__(self, house: House, database: Database) -> None:
        self.house, self.database = house, database

    def read(self, who: str) -> str:
        return said(self.house.ask(who, "GET", PAGE))

    def send(self, who: str, action: str, **form: str) -> TestResponse:
        return self.house.ask(who, "POST", f"/settings/users/{action}?lang=en", data=form)

    def roles(self, name: str) -> grants.Roles:
        with self.database.read() as conn:
            return grants.roles_of(conn, name)


@pytest.fixture
def office(furnished: Path, tmp_path: Path) -> Iterator[Office]:
    house, database = build(furnished, tmp_path)
    yield Office(house, database)
    database.close()


def test_it_says_who_may_do_what_where(office: Office) -> None:
    seen = office.read("admin")
    assert "outsider manager in De Molen" in seen
    assert "admin you admin" in seen
    assert "eva@example.org host in De Kade" in seen


def test_a_manager_finds_the_own_venue_and_nothing_that_is_an_admins(office: Office) -> None:
    seen = office.read("manager")
    assert "viewer in De Kade" in seen
    for hidden in ("De Molen", "outsider", "anna admin", "Make an admin", "Let in no more"):
        assert hidden not in seen
    assert "Let them choose another password" in seen


def test_roles_are_given_and_taken(office: Office) -> None:
    form = {"user": "viewer", "venue": VENUE}
    answer = office.house.ask(
        "manager", "POST", "/settings/users/roles", data=form | {"roles": "host"}
    )
    assert answer.status_code == 303
    assert office.roles("viewer") == {VENUE: ("host",)}
    assert office.send("manager", "roles", **form).status_code == 303
    assert office.roles("viewer") == {}
    elsewhere = office.send("manager", "roles", user="host", venue=OTHER, roles="host")
    assert elsewhere.status_code == 404


def test_a_link_is_shown_to_be_handed_over_where_no_mail_goes_out(office: Office) -> None:
    answer = office.send("manager", "invite", email="ot@example.org", role="host", venue=VENUE)
    assert answer.status_code == 201
    assert "/invite/" in answer.text
    assert "ot@example.org" in office.read("manager")
    assert "/invite/" not in office.house.ask("manager", "GET", PAGE).text
    reset = office.send("manager", "reset", user="viewer")
    assert (reset.status_code, "/invite/" in reset.text) == (201, True)


@pytest.mark.parametrize(
    "wrong", [{"email": ""}, {"email": "ot"}, {"role": "admin"}, {"venue": OTHER}, {"venue": ""}]
)
def test_what_is_wrong_with_an_invitation_is_told(office: Office, wrong: dict[str, str]) -> None:
    form = {"email": "ot@example.org", "role": "host", "venue": VENUE} | wrong
    assert office.send("manager", "invite", **form).status_code == 422


def test_an_invitation_is_withdrawn(office: Office) -> None:
    form = {"invitation": office.house.invitation}
    assert office.send("outsider", "withdraw", **form).status_code == 404
    assert office.send("manager", "withdraw", **form).status_code == 303
    assert "eva@example.org" not in office.read("manager")


def test_an_admin_lets_in_no_more_and_again_and_deletes(office: Office) -> None:
    assert office.send("admin", "change", user="viewer", do="disable").status_code == 303
    assert "viewer not let in" in office.read("admin")
    office.send("admin", "change", user="viewer", do="enable")
    assert "not let in" not in office.read("admin")
    office.send("admin", "change", user="viewer", do="delete")
    with office.database.read() as conn:
        assert users.find_user(conn, "viewer") is None


def test_the_last_admin_stays(office: Office) -> None:
    office.send("admin", "change", user="anna", do="no_admin")
    for do in ("disable", "no_admin", "delete"):
        assert office.send("admin", "change", user="admin", do=do).status_code == 303
    with office.database.read() as conn:
        left = users.find_user(conn, "admin")
    assert left is not None
    assert (left.role, left.disabled) == ("admin", False)
