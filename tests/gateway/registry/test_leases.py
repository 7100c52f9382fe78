"""Leases of venues, on both databases: one holder at a time, and nothing is written by another."""

import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, update

from gateway.domain.room import Room, Venue
from gateway.leases.keeper import LeaseKeeper
from gateway.registry import leases
from gateway.registry.database import Database, open_database
from gateway.registry.leases import LeaseLost
from gateway.registry.live.live_state import Cursor, find_cursor, put_cursor
from gateway.registry.rooms import put_room, put_venue
from gateway.registry.tables.leases import lease_holders
from gateway.registry.tables.leases import leases as table
from gateway.registry.tables.live_state import air_memory
from sensors.clock import SYSTEM
from sensors.wire.topic import RoomSlug, VenueSlug

KADE, WERF = VenueSlug("de-kade"), VenueSlug("de-werf")
LONG_NS = 3_600 * 10**9


@pytest.fixture(params=["sqlite", "postgresql"])
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    url = "sqlite:///luchtig.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_server").new_database_url()
    found = open_database(url, tmp_path)
    found.migrate()
    with found.write() as conn:
        for venue in (KADE, WERF):
            put_venue(conn, Venue(venue, venue))
            put_room(conn, Room(venue, RoomSlug("serre"), "Serre"))
    yield found
    found.close()


def joined(database: Database, *names: str) -> None:
    with database.write() as conn:
        for name in names:
            leases.renew(conn, name, {}, LONG_NS)


def runs_out(database: Database) -> None:
    """All that was leased, and everybody, ran out a moment ago."""
    with database.write() as conn:
        conn.execute(update(table).values(until=1))
        conn.execute(update(lease_holders).values(until=1))


def test_a_venue_has_one_holder_and_its_number_rises_with_each_lease(database: Database) -> None:
    joined(database, "a", "b")
    with database.write() as conn:
        assert leases.take(conn, "a", [KADE, WERF], LONG_NS) == ({KADE: 1, WERF: 1}, 0)
    with database.write() as conn:
        assert leases.take(conn, "b", [KADE, WERF], LONG_NS) == ({}, 0)
        leases.give_back(conn, "a", {WERF})
        assert leases.take(conn, "b", [KADE, WERF], LONG_NS) == ({WERF: 2}, 0)
    runs_out(database)
    with database.write() as conn:
        assert leases.take(conn, "b", [KADE], LONG_NS) == ({KADE: 2}, 1)
        assert leases.renew(conn, "a", {KADE: 1}, LONG_NS) == set()
        assert leases.renew(conn, "b", {KADE: 2, WERF: 2}, LONG_NS) == {KADE, WERF}
        assert leases.look(conn).held == {KADE: "b"} | {WERF: "b"}


def test_whoever_lost_a_venue_writes_nothing_any_more(database: Database) -> None:
    joined(database, "a", "b")
    with database.write() as conn:
        held, _ = leases.take(conn, "a", [KADE, WERF], LONG_NS)
    fenced = database.fenced(lambda conn: leases.fence(conn, "a", held))
    with fenced.write() as conn:
        put_cursor(conn, "a", Cursor(1, SYSTEM.now()))
    runs_out(database)
    with database.write() as conn:
        leases.take(conn, "b", [KADE], LONG_NS)
    with pytest.raises(LeaseLost), fenced.write() as conn:
        put_cursor(conn, "a", Cursor(2, SYSTEM.now()))
    with database.read() as conn:
        cursor = find_cursor(conn, "a")
        assert cursor is not None
        assert cursor.position == 1


def test_what_is_remembered_of_a_venue_is_as_of_where_its_new_gateway_stands(
    database: Database,
) -> None:
    joined(database, "a", "b")
    memory = {"kind": "room", "slug": "serre", "position": 700, "at_ns": 1, "state": b"x"}
    with database.write() as conn:
        leases.take(conn, "a", [KADE, WERF], LONG_NS)
        conn.execute(air_memory.insert(), [memory | {"venue": KADE}, memory | {"venue": WERF}])
        put_cursor(conn, "b", Cursor(30, SYSTEM.now()))
        leases.give_back(conn, "a", {KADE})
        leases.take(conn, "b", [KADE], LONG_NS)
        leases.take(conn, "a", [WERF], LONG_NS)
        found = conn.execute(select(air_memory.c.venue, air_memory.c.position)).all()
    assert {(venue, position) for venue, position in found} == {(KADE, 30), (WERF, 700)}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_who_takes_a_venue_waits_for_what_is_being_written_but_not_for_ever(
    database: Database,
) -> None:
    joined(database, "a", "b")
    with database.write() as conn:
        held, _ = leases.take(conn, "a", [KADE], LONG_NS)
    runs_out(database)
    fenced = database.fenced(lambda conn: leases.fence(conn, "a", held))
    order: list[str] = []

    def take() -> None:
        with database.write() as conn:
            leases.take(conn, "b", [KADE], LONG_NS)
        order.append("taken")

    thread = threading.Thread(target=take)
    with fenced.write() as conn:
        put_cursor(conn, "a", Cursor(1, SYSTEM.now()))
        with database.write() as other:  # its own renewal is not in its way
            leases.renew(other, "a", held, 1)
        thread.start()
        time.sleep(0.3)
        order.append("written")
    thread.join(20)
    assert order == ["written", "taken"]


def test_two_share_and_whoever_is_left_has_all(database: Database) -> None:
    one, two = (partial(LeaseKeeper, database, for_s=3600.0)(name) for name in ("a", "b"))
    assert one.settle()
    assert set(one.held) == {KADE, WERF}
    assert not two.settle()
    changed = threading.Event()
    one.on_change(changed.set)
    one.look()
    assert changed.is_set()
    assert one.settle()
    assert two.settle()
    assert {len(one.held), len(two.held)} == {1}
    for keeper in (one, two):
        keeper.look()
        assert not keeper.has_changed
    stop = threading.Event()
    stop.set()
    two.run(stop)  # a clean end gives back at once
    one.look()
    assert one.has_changed
    assert one.settle()
    assert set(one.held) == {KADE, WERF}
    assert one.take_failovers() == 0


def test_one_that_woke_knows_that_it_has_nothing_and_gets_its_part_again(
    database: Database,
) -> None:
    one, two = (LeaseKeeper(database, name, for_s=3600.0) for name in ("a", "b"))
    assert one.settle()
    runs_out(database)
    assert two.settle()
    assert two.take_failovers() == 2
    with pytest.raises(LeaseLost), database.fenced(one.fence).write():
        pass
    one.look()
    assert one.has_changed
    assert not one.settle()
    two.look()
    two.settle()
    one.settle()
    assert {len(one.held), len(two.held)} == {1}


def test_the_same_gateway_started_anew_goes_on_with_what_it_had(database: Database) -> None:
    assert LeaseKeeper(database, "a", for_s=3600.0).settle()
    again = LeaseKeeper(database, "a", for_s=3600.0)
    assert again.settle()
    assert again.held == {KADE: 2, WERF: 2}
    assert again.take_failovers() == 0
