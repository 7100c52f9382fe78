from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from gateway.domain.door import Decided, Door
from gateway.domain.people import RoomPeople
from gateway.domain.report.material import SetCount
from gateway.domain.room import Room, Venue
from gateway.registry.agenda.report_facts import ghosts_ended
from gateway.registry.devices import place
from gateway.registry.live.door_decisions import KEPT, decisions_of, put_decisions
from gateway.registry.live.live_state import all_people, put_people
from gateway.registry.rooms import put_room, put_venue
from sensors.wire.instant import to_ns
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KADE = VenueSlug("de-kade")
DOOR = (KADE, DeviceSlug("door-01"))
OTHER = (KADE, DeviceSlug("door-02"))
SERRE = (KADE, RoomSlug("serre"))


def decided(number: int) -> Decided:
    return Decided(NOW + timedelta(seconds=number), "in", "passing", number + 1, number)


def test_of_each_door_the_newest_decisions_are_kept(conn: Connection) -> None:
    put_decisions(conn, [(OTHER, decided(0))])
    for number in range(KEPT + 5):
        put_decisions(conn, [(DOOR, decided(number))])
    kept = decisions_of(conn, *DOOR)
    assert [one.shown for one in kept] == list(range(KEPT + 4, 4, -1))
    assert kept[0] == decided(KEPT + 4)
    assert decisions_of(conn, *OTHER) == (decided(0),)


def test_a_door_comes_back_with_what_its_totals_may_mean(conn: Connection) -> None:
    door = Door(NOW, 500, 480)
    for second, pair in enumerate([(505, 480), (0, 481)], 1):
        door = door.showing(NOW + timedelta(seconds=second), *pair)
    assert door.totals[0].rival is not None
    put_people(conn, [(SERRE, RoomPeople({DOOR[1]: door}))])
    (people,) = all_people(conn).values()
    assert people.doors[DOOR[1]] == replace(door, decided=())


def test_a_report_hears_of_the_ghosts_that_the_doors_of_its_room_had(conn: Connection) -> None:
    put_venue(conn, Venue(KADE, "De Kade"))
    for room in ("serre", "zaal"):
        put_room(conn, Room(KADE, RoomSlug(room), room))
    place(conn, *DOOR, RoomSlug("serre"), NOW)
    place(conn, *OTHER, RoomSlug("zaal"), NOW)
    place(conn, *DOOR, RoomSlug("zaal"), NOW + timedelta(hours=2))
    ended = [
        replace(decided(3600 * hour), decision="ghosts", before=3, shown=0) for hour in (0, 1, 3)
    ]
    put_decisions(conn, [(DOOR, one) for one in [decided(60), *ended]])
    put_decisions(conn, [(OTHER, replace(ended[1], before=5))])
    span = (to_ns(NOW), to_ns(NOW + timedelta(hours=9)))
    assert ghosts_ended(conn, *SERRE, *span) == (
        SetCount(to_ns(ended[0].at), 0),
        SetCount(to_ns(ended[1].at), 0),
    )
    assert ghosts_ended(conn, *SERRE, span[0], to_ns(ended[1].at)) == (SetCount(span[0], 0),)
