"""The demo's three months: a season to look at, made in no time and the same each time."""

from datetime import date

from dashboard.demo.past import past, put_past
from dashboard.season.scope import venue_scope
from gateway.domain.policy import DEFAULT
from gateway.domain.room import Room, Venue
from gateway.registry.database import Database
from gateway.reports.season import make_document
from sensors.clock import SYSTEM
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.dashboard.setup import VENUE

TODAY = date(2026, 11, 28)


def test_the_season_has_meetings_that_were_kept_and_some_that_were_not(database: Database) -> None:
    count = put_past(database, TODAY)
    assert put_past(database, TODAY) == count
    with database.read() as conn:
        scope = venue_scope(conn, VENUE)
    assert scope is not None
    span = date(2026, 9, 1), date(2026, 12, 1)
    document = make_document(database, scope, *span, SYSTEM.now()).document
    assert [month["month"] for month in document["months"]] == ["2026-09", "2026-10", "2026-11"]
    assert document["kept"] > document["not_kept"] > 0
    assert document["worst"]


def test_a_room_has_the_same_past_each_time() -> None:
    room = Room(VENUE, RoomSlug("zaal"), "Zaal", 150.0, seats=20)
    venue = Venue(VenueSlug(VENUE), "De Kade")
    first, again = (list(past(venue, room, DEFAULT, TODAY)) for _ in range(2))
    assert first == again
