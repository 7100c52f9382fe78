"""One live room on its own: what it makes, hands over once, and goes on from."""

from datetime import datetime, timedelta

import pytest

from gateway.domain.alerts.flag import Flag
from gateway.domain.people import RoomPeople
from gateway.domain.room import Venue
from gateway.live.configuration import Configuration, KnownSpan, calendars
from gateway.live.outdoor import VenueOutdoor
from gateway.live.room.context import RoomContext
from gateway.live.room.flags import RoomFlags
from gateway.live.room.room import NOTHING, LiveRoom
from gateway.live.unit_of_work import UnitOfWork
from sensors.time_zone import zone_or_utc
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.aired import Spell, aired_room, hours
from tests.gateway.live_venue import START, meeting, minute

KEY = (VenueSlug("de-kade"), RoomSlug("serre"))
READINGS = [entry.reading for entry in hours(Spell(40, 12, 60.0))]


def configuration() -> Configuration:
    venue = Venue(VenueSlug("de-kade"), "De Kade")
    return Configuration(
        1,
        KnownSpan(START, START + timedelta(days=1)),
        venues={venue.slug: venue},
        zones={"de-kade": zone_or_utc(venue.timezone)},
        rooms={KEY: aired_room()},
        calendars=calendars([meeting("m1", 0, 60)]),
    )


def live_room(people: RoomPeople | None = None, *flags: Flag) -> LiveRoom:
    context, unit_of_work = RoomContext(KEY, configuration()), UnitOfWork()
    open_flags = RoomFlags(context, unit_of_work, flags)
    return LiveRoom(context, open_flags, unit_of_work, VenueOutdoor(), people or RoomPeople())


def given(room: LiveRoom, reading: AirReading | PeopleReading) -> None:
    at = START + timedelta(microseconds=(reading.at_ns - READINGS[0].at_ns) // 1000)
    if isinstance(reading, AirReading):
        assert room.read_air(at, at, reading.device, reading.co2_ppm)
    elif reading.count is not None:
        room.count(at, reading.count)


def test_what_a_room_made_is_drained_once() -> None:
    room = live_room()
    assert room.drain() is NOTHING
    for reading in READINGS:
        given(room, reading)
    made = room.drain()
    assert len(made.samples) == 120  # one a reading, every twenty seconds
    assert len(made.misses) > 10
    assert made.ended == ()
    assert room.drain() is NOTHING


def test_a_flag_that_was_resolved_is_drained_once() -> None:
    room = live_room()
    for m in range(1, 9):
        room.read_air(minute(m), minute(m), DeviceSlug("co2-01"), 1300)
    (flag,) = room.flags.values()
    assert (flag.rule, flag.state) == ("co2", "firing")
    for m in range(9, 13):
        room.read_air(minute(m), minute(m), DeviceSlug("co2-01"), 700)
    assert [(one.id, one.state) for one in room.drain().ended] == [(flag.id, "resolved")]
    assert room.drain().ended == ()


def test_a_room_goes_on_from_its_snapshot_and_its_newest_values() -> None:
    room = live_room()
    for reading in READINGS[:-30]:
        given(room, reading)
    other = live_room(None, *room.flags.values())
    other.go_on_from(room.newest)
    other.restore(room.snapshot())
    other.resume(START)
    for reading in READINGS[-30:]:
        given(room, reading)
        given(other, reading)
    assert other.snapshot() == room.snapshot()
    assert other.newest == room.newest
    assert other.estimate == room.estimate
    assert room.estimate is not None


@pytest.mark.parametrize("watched_since", [None, START], ids=["not watched", "watched"])
def test_the_newest_values_are_those_it_goes_on_from(watched_since: datetime | None) -> None:
    room, other = live_room(), live_room()
    for reading in READINGS[:50]:
        given(room, reading)
    if watched_since is not None:
        room.watch(watched_since, {DeviceSlug("co2-01"): None})
    other.go_on_from(room.newest)
    assert other.newest == room.newest
    assert other.newest.watched_since == watched_since
