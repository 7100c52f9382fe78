"""Two gateways on one database, each with venues of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.domain.room import Room, Venue
from gateway.live.engine import Engine
from gateway.registry.alerts.flags import open_flags, unpublished_changes
from gateway.registry.database import Database
from gateway.registry.devices import place
from gateway.registry.live.operator_requests import ask_acknowledge, ask_people, pending_requests
from gateway.registry.rooms import put_room, put_venue
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.live_venue import START, StandingClock, air, minute, new_database

KADE, WERF = VenueSlug("de-kade"), VenueSlug("de-werf")
SERRE, LOODS = RoomSlug("serre"), RoomSlug("loods")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """De Kade, and De Werf with a sensor too."""
    found = new_database(tmp_path)
    with found.write() as conn:
        put_venue(conn, Venue(WERF, "De Werf"))
        put_room(conn, Room(WERF, LOODS, "Loods", seats=10))
        place(conn, WERF, DeviceSlug("co2-09"), LOODS, START)
    return found


def started(database: Database, name: str, *venues: str) -> Engine:
    live = Engine(database, StandingClock(), name, venues=frozenset(venues))
    live.load()
    return live


def test_each_judges_its_own_rooms_and_leaves_the_flags_of_the_others(database: Database) -> None:
    kade, werf = started(database, "a", KADE), started(database, "b", WERF)
    assert (set(kade.rooms), set(werf.rooms)) == (
        {(KADE, SERRE), (KADE, RoomSlug("zaal"))},
        {(WERF, LOODS)},
    )
    for minutes in range(1, 40):
        StandingClock.at = minute(minutes)
        kade.apply([(minutes, air(minutes, 800))], {})
        kade.tick()
        werf.tick()
    with database.read() as conn:
        (silent,) = open_flags(conn)
        assert (silent.venue, silent.rule) == (WERF, "no_data")
        assert {flag.venue for flag, _ in unpublished_changes(conn, venues=frozenset({WERF}))} == {
            WERF
        }
    assert (kade.unpublished(), len(werf.unpublished()) > 0) == ((), True)
    again = started(database, "a", KADE)
    again.tick()
    with database.read() as conn:
        assert open_flags(conn) == (silent,)


def test_what_is_asked_is_done_by_whose_venue_it_is(database: Database) -> None:
    kade, werf = started(database, "a", KADE), started(database, "b", WERF)
    StandingClock.at = minute(40)
    werf.tick()
    with database.write() as conn:
        (silent,) = open_flags(conn)
        ask_acknowledge(conn, silent.id, "anna", "seen", minute(40))
        ask_people(conn, KADE, SERRE, 7, "anna", minute(40))
        ask_people(conn, WERF, LOODS, 3, "anna", minute(40))
    kade.refresh()
    with database.read() as conn:
        assert len(pending_requests(conn)) == 2
        assert open_flags(conn) == (silent,)
    werf.refresh()
    with database.read() as conn:
        assert pending_requests(conn) == ()
        assert open_flags(conn)[0].acknowledged_by == "anna"
