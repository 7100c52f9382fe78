"""Names as long as they may be, without a blank: no page is wider than the smallest phone."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest

from gateway.domain.meeting import Meeting
from gateway.domain.room import Room, Venue
from gateway.domain.room_state import MeetingView
from gateway.registry.agenda.meetings import delete_meeting, put_meeting
from gateway.registry.rooms import put_room, put_venue
from sensors.wire.instant import to_wire
from tests.browser.conftest import Venue as Shown
from tests.browser.conftest import VisitorMaker
from tests.dashboard.pages.scene import NOW, ROOMS, VENUE, evening
from tests.screenshots.faults import overflow

LONG = "Vergaderzaal" * 16
MEETING = Meeting(
    "m-lang", VENUE, ROOMS[0].slug, LONG, NOW, NOW.replace(hour=23),
    organiser=f"{LONG}@example.org",
)  # fmt: skip
PAGES = (
    "/", "/kiosk/de-kade", f"/rooms/de-kade/{ROOMS[0].slug}", "/meetings", "/meetings/m-lang",
    "/meetings/new", "/meetings/m-lang/edit", "/plan", "/alerts", "/settings/venues",
    "/settings/sensors", "/settings/protocols",
    "/settings/calendars/new",
)  # fmt: skip


@pytest.fixture
def long_named(live: Shown) -> Iterator[Shown]:
    room: Room = replace(ROOMS[0], name=LONG)
    with live.stage.database.write() as conn:
        put_venue(conn, Venue(VENUE, LONG, protocol="club-2020-21"))
        put_room(conn, room)
        put_meeting(conn, MEETING)
    seen = MeetingView(MEETING.id, LONG, to_wire(MEETING.start), to_wire(MEETING.end))
    live.tell(msgspec.structs.replace(evening()[0], name=LONG, meeting=seen))
    yield live
    with live.stage.database.write() as conn:
        put_venue(conn, Venue(VENUE, "De Kade"))
        put_room(conn, ROOMS[0])
        delete_meeting(conn, MEETING.id)


def test_a_name_without_a_blank_makes_no_page_wider_than_a_phone(
    long_named: Shown, visit: VisitorMaker
) -> None:
    visitor = visit(width=320, height=640)
    wide = {}
    for path in PAGES:
        visitor.go(long_named.url + path)
        if overflow(visitor.page) > 0:
            wide[path] = overflow(visitor.page)
    assert wide == {}
