"""A week by room: a meeting is dragged, or moved by the arrow keys."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from gateway.domain.calendar.feed import Feed
from gateway.domain.meeting import Meeting
from gateway.registry.agenda.feeds import put_feed
from gateway.registry.agenda.meetings import find_meeting, put_meeting
from sensors.wire.topic import RoomSlug
from tests.browser.conftest import Venue, Visitor, VisitorMaker
from tests.dashboard.pages.scene import VENUE
from tests.servers import wait_until

START = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def week(live: Venue, visit: VisitorMaker) -> Visitor:
    with live.stage.database.write() as conn:
        put_feed(conn, Feed("agenda", VENUE, "Agenda", "https://example.org/a.ics"))
        put_meeting(
            conn, Meeting("d-own", VENUE, RoomSlug("serre"), "Ontbijt", START, START + HOUR)
        )
        put_meeting(conn, Meeting("d-koor", VENUE, RoomSlug("atelier"), "Koor", START, START + HOUR,
                                  feed="agenda", uid="u"))  # fmt: skip
    visitor = visit(1440, 1000)
    visitor.go(f"{live.url}/meetings?view=week&day=2026-11-26")
    return visitor


def drag(visitor: Visitor, meeting: str, room: str, day: str) -> None:
    page = visitor.page
    slot = page.locator(f".by-room .slot:has(a[href='/meetings/{meeting}'])")
    slot.scroll_into_view_if_needed()
    box = slot.bounding_box()
    to = page.locator(f"td[data-room='de-kade/{room}'][data-day='{day}']").bounding_box()
    assert box is not None
    assert to is not None
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(to["x"] + 30, to["y"] + 10, steps=5)
    page.mouse.up()


def place_of(venue: Venue, meeting: str) -> tuple[str, datetime]:
    with venue.stage.database.read() as conn:
        found = find_meeting(conn, meeting)
    assert found is not None
    return found.room, found.start


def test_a_meeting_is_dragged_to_another_room_and_day(week: Visitor, live: Venue) -> None:
    drag(week, "d-own", "bibliotheek", "2026-11-27")
    expect(week.page.locator(".notice").first).to_contain_text(
        "vrijdag 27 november, 09:00, Bibliotheek"
    )
    assert place_of(live, "d-own") == ("bibliotheek", START + timedelta(days=1))


def test_one_of_a_calendar_says_why_it_stays(week: Visitor, live: Venue) -> None:
    drag(week, "d-koor", "bibliotheek", "2026-11-27")
    expect(week.page.locator("#moving")).to_have_text(
        "Koor volgt een agenda: daar wordt het verplaatst."
    )
    assert place_of(live, "d-koor") == ("atelier", START)


def test_the_keyboard_does_it_as_well(week: Visitor, live: Venue) -> None:
    grip = week.page.locator(".by-room .grip[href='/meetings/d-own/move']")
    grip.focus()
    week.page.keyboard.press("ArrowRight")
    week.page.keyboard.press("ArrowUp")
    expect(week.page.locator("#moving")).to_have_text("Havenkamer, vrijdag 27 november")
    week.page.keyboard.press("Escape")
    expect(week.page.locator("#moving")).to_be_hidden()
    week.page.keyboard.press("ArrowRight")
    week.page.keyboard.press("Enter")
    expect(week.page.locator(".notice").first).to_contain_text("vrijdag 27 november, 09:00, Serre")
    assert place_of(live, "d-own") == ("serre", START + timedelta(days=1))
    assert week.complaints == []


def test_a_tablet_begins_at_today(live: Venue, visit: VisitorMaker) -> None:
    page = visit(820, 1100).page
    page.goto(f"{live.url}/meetings?view=week")
    sheet = page.get_by_role("region", name="De week per zaal")
    wait_until(lambda: sheet.evaluate("e => e.scrollLeft") > 0, "the sheet to be scrolled")
    room, today = (
        page.locator(f".week thead {which}").bounding_box()
        for which in ("th:first-child", "[aria-current]")
    )
    assert room is not None
    assert today is not None
    assert abs(today["x"] - (room["x"] + room["width"])) <= 1
