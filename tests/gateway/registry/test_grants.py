"""Roles as they are kept, and the admin that is always left."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from gateway.domain.access import Need
from gateway.domain.room import Venue
from gateway.registry.accounts import grants, sessions, tokens, users
from gateway.registry.rooms import delete_venue, put_venue
from sensors.wire.topic import VenueSlug

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KADE, MOLEN = VenueSlug("kade"), VenueSlug("molen")


@pytest.fixture
def ben(conn: Connection) -> users.User:
    for venue in (KADE, MOLEN):
        put_venue(conn, Venue(venue, venue.title()))
    return users.add_user(conn, "ben", "", None, NOW, "ben@example.org", verified=True)


def test_roles_of_a_venue_replace_those_there_and_no_others(
    conn: Connection, ben: users.User
) -> None:
    assert grants.set_roles(conn, "ben", KADE, ["organiser", "host"])
    assert grants.set_roles(conn, "ben", MOLEN, ["viewer"])
    assert grants.roles_of(conn, "ben") == {KADE: ("host", "organiser"), MOLEN: ("viewer",)}
    assert grants.set_roles(conn, "ben", KADE, ["manager"])
    assert grants.all_roles(conn) == {"ben": {KADE: ("manager",), MOLEN: ("viewer",)}}
    access = grants.access_of(conn, ben)
    assert access.may(Need.SETTINGS, KADE)
    assert not access.may(Need.SETTINGS, MOLEN)
    assert grants.set_roles(conn, "ben", KADE, ())
    assert grants.roles_of(conn, "ben") == {MOLEN: ("viewer",)}


def test_another_role_ends_sessions_and_tokens_and_the_same_does_not(
    conn: Connection, ben: users.User
) -> None:
    grants.set_roles(conn, "ben", KADE, ["viewer"])
    secret = sessions.begin_session(conn, "ben", NOW, "", "", stays=True)
    token = tokens.new_token(conn, "ben", "", NOW)
    assert not grants.set_roles(conn, "ben", KADE, ["viewer"])
    assert sessions.find_session(conn, secret, NOW) is not None
    assert grants.set_roles(conn, "ben", KADE, ["manager"])
    assert sessions.find_session(conn, secret, NOW) is None
    assert tokens.user_of_token(conn, token, NOW) is None


def test_an_organiser_is_one_by_a_verified_address(conn: Connection, ben: users.User) -> None:
    eva = users.add_user(conn, "eva", "", None, NOW, "eva@example.org")
    for name in ("ben", "eva"):
        grants.set_roles(conn, name, KADE, ["organiser"])
    assert grants.access_of(conn, ben).may(Need.OWN_MEETINGS, KADE)
    assert not grants.access_of(conn, eva).may(Need.OWN_MEETINGS, KADE)


def test_roles_go_with_their_venue_and_their_account(conn: Connection, ben: users.User) -> None:
    for venue in (KADE, MOLEN):
        grants.set_roles(conn, ben.name, venue, ["viewer"])
    delete_venue(conn, KADE)
    assert grants.roles_of(conn, "ben") == {MOLEN: ("viewer",)}
    users.delete_user(conn, "ben")
    assert grants.all_roles(conn) == {}


def test_nobody_has_a_role_where_there_is_no_venue(conn: Connection, ben: users.User) -> None:
    with pytest.raises(IntegrityError):
        grants.set_roles(conn, ben.name, VenueSlug("brug"), ["viewer"])


@pytest.mark.usefixtures("ben")
def test_an_admin_is_always_left(conn: Connection) -> None:
    assert not grants.has_admin(conn)
    users.add_user(conn, "anna", "admin", None, NOW)
    assert grants.has_admin(conn)
    with pytest.raises(grants.LastAdmin, match="anna"):
        grants.take_all_roles(conn, "anna")
    assert grants.make_admin(conn, "ben")
    assert grants.take_all_roles(conn, "anna")
    with pytest.raises(grants.LastAdmin, match="ben"):
        grants.keep_an_admin(conn, "ben")
