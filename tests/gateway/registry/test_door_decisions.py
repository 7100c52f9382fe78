from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from gateway.domain.door import Decided, Door
from gateway.domain.people import RoomPeople
from gateway.registry.door_decisions import KEPT, decisions_of, put_decisions
from gateway.registry.live_state import all_people, put_people
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
