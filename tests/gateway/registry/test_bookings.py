"""Of two who book a room at the same moment the second is told of the first."""

import threading
from datetime import UTC, datetime, timedelta

from gateway.domain.booking import Concern, Taken
from gateway.domain.meeting import Meeting
from gateway.domain.room import Room, Venue
from gateway.registry.agenda.bookings import concerns_of
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.database import Database
from gateway.registry.rooms import put_room, put_venue
from sensors.wire.topic import RoomSlug, VenueSlug

START = datetime(2026, 12, 1, 10, tzinfo=UTC)
VENUE, SERRE = VenueSlug("de-kade"), RoomSlug("serre")
FIRST = Meeting("first", VENUE, SERRE, "A", START, START + timedelta(hours=1))
SECOND = Meeting("second", VENUE, SERRE, "B", START, START + timedelta(hours=1))


def test_who_comes_second_waits_and_is_told(database: Database) -> None:
    with database.write() as conn:
        put_venue(conn, Venue(VENUE, "De Kade"))
        put_room(conn, Room(VENUE, SERRE, "Serre"))
    told: list[tuple[Concern, ...]] = []
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with database.write() as conn:
            told.append(concerns_of(conn, SECOND, None))
            put_meeting(conn, SECOND)

    other = threading.Thread(target=second)
    with database.write() as conn:
        assert concerns_of(conn, FIRST, None) == ()
        other.start()
        assert begun.wait(60)
        other.join(0.2)  # as far as it comes
        put_meeting(conn, FIRST)
    other.join(60)
    assert told == [(Taken((FIRST,)),)]
