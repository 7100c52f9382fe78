"""A role in all of an organisation is one in each of its venues, as they come and go."""

from datetime import UTC, datetime

import pytest

from gateway.domain.access import Access, Need
from gateway.domain.organisation import Organisation
from gateway.domain.room import Venue
from gateway.registry.accounts.grants import access_of, set_roles
from gateway.registry.accounts.sessions import begin_session, find_session
from gateway.registry.accounts.users import add_user, delete_user, find_user
from gateway.registry.database import Database
from gateway.registry.organisations import (
    delete_organisation,
    find_organisation,
    put_organisation,
    roles_in,
    set_roles_in,
)
from gateway.registry.rooms import delete_venue, put_venue
from sensors.wire.topic import VenueSlug

KADE, MOLEN, BRON = (VenueSlug(slug) for slug in ("de-kade", "molen", "bron"))
AT = datetime(2026, 11, 1, tzinfo=UTC)
CLUB = Organisation("club", "De Club", (KADE, MOLEN))


@pytest.fixture
def club(database: Database) -> Database:
    """Three venues, two of which belong to a club, and Eva who looks after the club."""
    with database.write() as conn:
        for slug in (KADE, MOLEN, BRON):
            put_venue(conn, Venue(slug, slug))
        add_user(conn, "eva", "", None, AT, "eva@example.org", verified=True)
        put_organisation(conn, CLUB)
        set_roles_in(conn, "club", "eva", ["manager"])
    return database


def access(database: Database) -> Access:
    with database.read() as conn:
        user = find_user(conn, "eva")
        assert user is not None
        return access_of(conn, user)


def test_it_is_one_in_each_venue_and_in_no_other(club: Database) -> None:
    assert access(club).venues(Need.SETTINGS) == frozenset({KADE, MOLEN})


def test_it_adds_up_with_a_role_in_a_venue(club: Database) -> None:
    with club.write() as conn:
        set_roles(conn, "eva", BRON, ["viewer"])
        set_roles(conn, "eva", KADE, ["viewer"])
    assert access(club).venues() == frozenset({KADE, MOLEN, BRON})
    assert access(club).venues(Need.SETTINGS) == frozenset({KADE, MOLEN})


def test_a_venue_that_comes_to_it_is_theirs_and_one_that_leaves_is_not(club: Database) -> None:
    with club.write() as conn:
        put_organisation(conn, Organisation("club", "De Club", (MOLEN, BRON)))
    assert access(club).venues() == frozenset({MOLEN, BRON})


def test_a_venue_belongs_to_one_and_leaves_the_other(club: Database) -> None:
    with club.write() as conn:
        put_organisation(conn, Organisation("school", "De School", (MOLEN,)))
        assert find_organisation(conn, "club") == Organisation("club", "De Club", (KADE,))
    assert access(club).venues() == frozenset({KADE})


def test_what_was_open_ends_with_the_role_and_with_a_venue_that_leaves(club: Database) -> None:
    for change in (
        Organisation("club", "De Club", (KADE,)),
        Organisation("school", "De School", (KADE,)),
    ):
        with club.write() as conn:
            opened = begin_session(conn, "eva", AT, "Firefox", "", stays=True)
            put_organisation(conn, change)
            assert find_session(conn, opened, AT) is None
    with club.write() as conn:
        opened = begin_session(conn, "eva", AT, "Firefox", "", stays=True)
        assert set_roles_in(conn, "club", "eva", []) is True
        assert set_roles_in(conn, "club", "eva", []) is False
        assert find_session(conn, opened, AT) is None
        assert roles_in(conn, "club") == {}


def test_what_is_deleted_takes_its_part_along(club: Database) -> None:
    with club.write() as conn:
        delete_venue(conn, KADE)
        assert find_organisation(conn, "club") == Organisation("club", "De Club", (MOLEN,))
        delete_user(conn, "eva")
        assert roles_in(conn, "club") == {}
        assert delete_organisation(conn, "club") is True
        assert delete_organisation(conn, "club") is False
