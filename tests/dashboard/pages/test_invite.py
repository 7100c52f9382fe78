"""The page of an invitation: it works once, for whoever has the link."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer

from gateway.links import Links
from gateway.registry.accounts import grants, invitations, users
from gateway.registry.accounts.invitations import Invitation
from gateway.registry.audit.entries import Wanted, every_entry
from gateway.registry.database import Database
from sensors.clock import SYSTEM
from tests.dashboard.pages.reading import token
from tests.dashboard.setup import PASSWORD, VENUE, log_in
from tests.dashboard.web.house import House, build

GOOD = "heel andere woorden"
LINKS = Links("a secret of tests", "")


class Door:
    """The house and an invitation to it."""

    def __init__(self, house: House, database: Database) -> None:
        self.house, self.database = house, database
        self.client = house.app.test_client()

    def invite(self, role: Any = "host", **more: Any) -> Invitation:
        venue = None if role == "admin" else VENUE
        at = more.pop("at", SYSTEM.now())
        with self.database.write() as conn:
            return invitations.invite(
                conn,
                "eva@example.org",
                venue,
                role,
                "anna",
                at,
                verifies=more.get("verifies", True),
            )

    def reset(self, name: str) -> Invitation:
        with self.database.write() as conn:
            user = users.find_user(conn, name)
            assert user is not None
            return invitations.ask_reset(conn, user, "anna", SYSTEM.now())

    def follow(self, invitation: Invitation, client: FlaskClient | None = None, **form: str) -> int:
        client = client or self.client
        page = client.get(link(invitation))
        if page.status_code != 200:
            return page.status_code
        given = {"csrf_token": token(page.text), "name": "eva", "password": GOOD} | form
        return client.post(link(invitation), data=given).status_code

    def roles(self, name: str) -> Any:
        with self.database.read() as conn:
            return grants.roles_of(conn, name)

    def user(self, name: str) -> users.User | None:
        with self.database.read() as conn:
            return users.find_user(conn, name)


def link(invitation: Invitation) -> str:
    return LINKS.invite(invitation.id, "nl", invitation.expires)


@pytest.fixture
def door(furnished: Path, tmp_path: Path) -> Iterator[Door]:
    house, database = build(furnished, tmp_path)
    yield Door(house, database)
    database.close()


def test_it_makes_an_account_with_the_role_and_lets_in(door: Door) -> None:
    assert door.follow(door.invite()) == 303
    assert door.client.get("/alerts").status_code == 200
    made = door.user("eva")
    assert made is not None
    assert (made.email, made.verified, made.role) == ("eva@example.org", True, "")
    assert door.roles("eva") == {VENUE: ("host",)}


def test_an_admin_may_be_invited(door: Door) -> None:
    assert door.follow(door.invite("admin")) == 303
    assert door.client.get("/settings").status_code == 200


def test_a_link_that_was_handed_over_says_nothing_of_the_address(door: Door) -> None:
    assert door.follow(door.invite("organiser", verifies=False)) == 303
    made = door.user("eva")
    assert made is not None
    assert not made.verified
    assert door.client.get("/meetings/new").status_code == 403


def test_it_works_once(door: Door) -> None:
    invitation = door.invite()
    assert door.follow(invitation) == 303
    stranger = door.house.app.test_client()
    assert door.follow(invitation, stranger, name="eve") == 410
    assert stranger.get(link(invitation)).status_code == 410
    assert door.user("eve") is None


def test_expired_withdrawn_and_forged_ones_work_not_at_all(door: Door) -> None:
    old = door.invite(at=SYSTEM.now() - timedelta(days=8))
    assert door.follow(old) == 410
    withdrawn = door.invite()
    with door.database.write() as conn:
        assert invitations.withdraw(conn, withdrawn.id)
    assert door.follow(withdrawn) == 410
    assert door.client.get(link(door.invite())[:-2] + "xx").status_code == 403
    body = [door.invite().id, "nl", 2**33]
    forged = URLSafeSerializer("another secret", salt="luchtig link: invite").dumps(body)
    assert door.client.get(f"/invite/{forged}").status_code == 403
    other_purpose = LINKS.page(door.invite().id, "nl", SYSTEM.now()).rpartition("/")[2]
    assert door.client.get(f"/invite/{other_purpose}").status_code == 403


def test_a_second_invitation_takes_the_place_of_the_first(door: Door) -> None:
    first, second = door.invite(), door.invite("manager")
    assert door.follow(first) == 410
    assert door.follow(second) == 303


@pytest.mark.parametrize(
    "wrong", [{"name": "anna"}, {"name": ""}, {"password": "kort"}, {"name": "a/b"}]
)
def test_what_is_wrong_is_told_and_leaves_it_as_it_was(door: Door, wrong: dict[str, str]) -> None:
    invitation = door.invite()
    assert door.follow(invitation, None, **wrong) == 422
    assert door.follow(invitation) == 303


def test_who_is_logged_in_takes_it_with_the_account_there_is(door: Door) -> None:
    with door.database.write() as conn:
        users.add_user(conn, "ben", "", PASSWORD, SYSTEM.now())
        grants.set_roles(conn, "ben", VENUE, ["viewer"])
    log_in(door.client, name="ben")
    assert door.follow(door.invite(), own="yes") == 303
    assert door.roles("ben") == {VENUE: ("viewer", "host")}
    assert door.client.get("/alerts").status_code == 200
    assert door.user("eva") is None


def test_looking_changes_nothing_and_a_form_of_another_site_is_refused(door: Door) -> None:
    invitation = door.invite()
    for _ in range(2):
        assert door.client.get(link(invitation)).status_code == 200
    bare = door.client.post(link(invitation), data={"name": "eva", "password": GOOD})
    assert bare.status_code == 403
    assert door.user("eva") is None


class TestReset:
    def test_another_password_ends_what_was_open(self, door: Door) -> None:
        assert door.follow(door.reset("anna")) == 303
        with door.database.read() as conn:
            assert users.check_password(conn, "anna", GOOD) is not None
            assert users.check_password(conn, "anna", PASSWORD) is None

    def test_it_makes_nobody(self, door: Door) -> None:
        assert door.follow(door.reset("anna"), name="eve", own="yes") == 303
        assert door.user("eve") is None

    def test_who_was_disabled_meanwhile_stays_out(self, door: Door) -> None:
        invitation = door.reset("viewer")
        with door.database.write() as conn:
            users.disable(conn, "viewer", SYSTEM.now())
        assert door.follow(invitation) == 410


def test_who_came_in_by_an_invitation_is_on_record(door: Door) -> None:
    invitation = door.invite()
    assert door.follow(invitation) == 303
    with door.database.read() as conn:
        found = list(every_entry(conn, Wanted(), SYSTEM.now()))
    made = {entry.what: entry.act for entry in found}
    assert made["user.made"].who == made["role.made"].who == "eva"
    assert made["user.made"].how == "link"
    assert GOOD not in str(found)
