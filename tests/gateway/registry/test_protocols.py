"""Protocols in their versions, and what a meeting is held under."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from gateway.domain.meeting import Meeting
from gateway.domain.protocol.protocol import Item, Protocol
from gateway.domain.protocol.templates import MEASURED_ONLY
from gateway.domain.protocol.verdict import Declaration
from gateway.domain.room import Room, Venue
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.protocols.kept import (
    delete_protocol,
    find_protocol,
    protocols_for,
    put_protocol,
    venues_that_choose,
)
from gateway.registry.protocols.of_meetings import (
    declarations_of,
    declare,
    keep_begun,
    protocol_of,
)
from gateway.registry.rooms import delete_venue, put_room, put_venue
from sensors.wire.topic import RoomSlug, VenueSlug

KADE, MOLEN, ZAAL = VenueSlug("kade"), VenueSlug("molen"), RoomSlug("zaal")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OPEN = Item("open", "declared", "break", text="Ramen open", texts={"de": "Fenster auf"})
CO2 = Item("co2", "measured", rule="co2")
OWN = Protocol("eigen", (OPEN,), "Eigen", {"en": "Our own"}, "het bestuur", "2026-11", KADE)
MEETING = Meeting("m", KADE, ZAAL, "Koor", NOW, NOW + HOUR)


def furnish(conn: Connection) -> None:
    for venue in (KADE, MOLEN):
        put_venue(conn, Venue(venue, venue.title()))
        put_room(conn, Room(venue, ZAAL, "Zaal"))
    put_protocol(conn, OWN, NOW - HOUR)


def test_what_is_put_is_found_as_it_was(conn: Connection) -> None:
    furnish(conn)
    assert find_protocol(conn, "eigen") == OWN
    assert "eigen" in protocols_for(conn, KADE)
    assert "eigen" not in protocols_for(conn, MOLEN)
    assert find_protocol(conn, "measured-only") == MEASURED_ONLY


def test_a_change_is_another_version_and_no_change_is_none(conn: Connection) -> None:
    furnish(conn)
    assert put_protocol(conn, OWN, NOW).version == 1
    assert put_protocol(conn, replace(OWN, items=(OPEN, CO2)), NOW).version == 2
    delete_protocol(conn, "eigen")
    assert find_protocol(conn, "eigen") is None
    assert put_protocol(conn, OWN, NOW).version == 3


def test_a_meeting_chooses_else_its_room_else_its_venue(conn: Connection) -> None:
    furnish(conn)
    assert protocol_of(conn, MEETING, NOW) == MEASURED_ONLY
    put_venue(conn, Venue(KADE, "Kade", protocol="school"))
    assert protocol_of(conn, MEETING, NOW).slug == "school"
    put_room(conn, Room(KADE, ZAAL, "Zaal", protocol="eigen"))
    assert protocol_of(conn, MEETING, NOW).slug == "eigen"
    chosen = replace(MEETING, protocol="club-2020-21")
    put_meeting(conn, chosen)
    assert protocol_of(conn, chosen, NOW).slug == "club-2020-21"
    assert venues_that_choose(conn, "club-2020-21") == {KADE}


def test_a_meeting_keeps_what_it_began_under(conn: Connection) -> None:
    furnish(conn)
    put_room(conn, Room(KADE, ZAAL, "Zaal", protocol="eigen"))
    put_meeting(conn, MEETING)
    assert keep_begun(conn, NOW - HOUR, NOW - MINUTE) == 0
    put_protocol(conn, replace(OWN, items=(OPEN, CO2)), NOW + MINUTE)
    # the gateway was down as it began: the version that held then is found all the same
    assert keep_begun(conn, NOW - HOUR, NOW + 2 * MINUTE) == 1
    assert keep_begun(conn, NOW - HOUR, NOW + 2 * MINUTE) == 0
    put_room(conn, Room(KADE, ZAAL, "Zaal", protocol="school"))
    delete_protocol(conn, "eigen")
    held = protocol_of(conn, MEETING, NOW + HOUR)
    assert (held.slug, held.version, held.items) == ("eigen", 1, (OPEN,))


def test_a_meeting_that_is_put_off_begins_under_what_holds_then(conn: Connection) -> None:
    furnish(conn)
    put_meeting(conn, MEETING)
    keep_begun(conn, NOW - HOUR, NOW)
    put_room(conn, Room(KADE, ZAAL, "Zaal", protocol="school"))
    later = replace(MEETING, start=NOW + HOUR, end=NOW + 2 * HOUR)
    put_meeting(conn, later)
    assert protocol_of(conn, later, NOW).slug == "school"
    assert keep_begun(conn, NOW, NOW + 2 * HOUR) == 1


def test_all_that_was_said_stays(conn: Connection) -> None:
    furnish(conn)
    put_meeting(conn, MEETING)
    no = Declaration("open", declared=False, by="host", at=NOW, note="het regende")
    yes = Declaration("open", declared=True, by="anna", at=NOW + MINUTE)
    declare(conn, MEETING, no)
    declare(conn, MEETING, yes)
    assert declarations_of(conn, ("m", "other")) == {"m": (no, yes)}


def test_a_venue_goes_with_its_protocols(conn: Connection) -> None:
    furnish(conn)
    assert delete_venue(conn, KADE)
    assert find_protocol(conn, "eigen") is None
