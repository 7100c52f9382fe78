"""Policies of a venue's own, beside those of the whole house."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from gateway.domain.meeting import Meeting
from gateway.domain.policy import Policy
from gateway.domain.room import Room, Venue
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.policies import (
    all_policies,
    policies_by_slug,
    policies_for,
    put_policy,
    put_presets,
    venues_that_name,
)
from gateway.registry.rooms import delete_venue, put_room, put_venue
from sensors.wire.topic import RoomSlug, VenueSlug

KADE, MOLEN, BRON = VenueSlug("kade"), VenueSlug("molen"), VenueSlug("bron")
ZAAL = RoomSlug("zaal")
HOUSE = Policy("huis", "Huis", co2_limit_ppm=900.0)
OF_KADE = Policy("koor", "Koor", co2_limit_ppm=800.0, venue=KADE)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def furnish(conn: Connection) -> None:
    for venue in (KADE, MOLEN, BRON):
        put_venue(conn, Venue(venue, venue.title()))
        put_room(conn, Room(venue, ZAAL, "Zaal"))
    put_policy(conn, HOUSE)
    put_policy(conn, OF_KADE)


def test_a_venue_may_name_the_houses_and_its_own(conn: Connection) -> None:
    furnish(conn)
    assert policies_for(conn, KADE) == {"huis": HOUSE, "koor": OF_KADE}
    assert policies_for(conn, MOLEN) == {"huis": HOUSE}
    assert set(policies_by_slug(conn)) == {"huis", "koor"}


def test_presets_are_the_whole_houses(conn: Connection) -> None:
    put_presets(conn)
    assert {policy.venue for policy in all_policies(conn)} == {None}


def test_who_names_a_policy_is_known(conn: Connection) -> None:
    furnish(conn)
    assert venues_that_name(conn, "huis") == frozenset()
    put_room(conn, Room(KADE, ZAAL, "Zaal", policy="huis"))
    put_venue(conn, Venue(MOLEN, "Molen", legal_policy="huis"))
    hour = timedelta(hours=1)
    put_meeting(conn, Meeting("m", BRON, ZAAL, "Koor", NOW, NOW + hour, policy="huis"))
    assert venues_that_name(conn, "huis") == {KADE, MOLEN, BRON}


def test_a_venue_goes_with_its_own_policies_though_they_are_named(conn: Connection) -> None:
    furnish(conn)
    put_venue(conn, Venue(KADE, "Kade", healthy_policy="koor"))
    put_room(conn, Room(KADE, ZAAL, "Zaal", policy="koor"))
    assert delete_venue(conn, KADE)
    assert set(policies_by_slug(conn)) == {"huis"}
