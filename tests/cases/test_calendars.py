"""What people reported of calendars, one row each in calendars.toml: bytes in, meetings out."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.calendars.ical import Period, Read, read_calendar
from gateway.domain.calendar.occurrence import Occurrence
from gateway.domain.calendar.room_matching import RoomMatching, Unplaced
from gateway.domain.room import Room, Venue
from sensors.wire.topic import RoomSlug, VenueSlug

HERE = Path(__file__).parent
SPAN = Period(datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))
KADE = VenueSlug("de-kade")
ROOMS = (("grote-zaal", "Grote zaal"), ("serre", "Serre"), ("cafe", "Café Überblick"))
MATCHING = RoomMatching(
    Venue(KADE, "De Kade"), tuple(Room(KADE, RoomSlug(slug), name) for slug, name in ROOMS)
)
USUAL = {
    "UID": "UID:case@example.org",
    "DTSTAMP": "DTSTAMP:20261101T120000Z",
    "DTSTART": "DTSTART;TZID=Europe/Amsterdam:20261124T100000",
    "DURATION": "DURATION:PT1H30M",
    "SUMMARY": "SUMMARY:Case",
    "LOCATION": "LOCATION:Grote zaal",
}

Row = dict[str, Any]


def rows() -> list[Any]:
    found: list[Row] = tomllib.loads((HERE / "calendars.toml").read_text())["case"]
    return [pytest.param(row, id=row.get("file") or row["what"]) for row in found]


def data_of(row: Row) -> bytes:
    """The file of a row; or a calendar around the lines of its event, each in place of the usual
    one of its name.
    """
    if "file" in row:
        return (HERE / "calendars" / str(row["file"])).read_bytes()
    lines = dict(USUAL)
    for line in row.get("event", ()):
        lines.pop(line.replace(";", ":").partition(":")[0], None)
    event = ("BEGIN:VEVENT", *lines.values(), *row.get("event", ()), "END:VEVENT")
    after = row.get("after", ())
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", *row.get("head", ()), *event, *after)
    text = str(row.get("line_end", "\r\n")).join((*whole, "END:VCALENDAR", ""))
    return text.encode(str(row.get("encoding", "utf-8")))


def room_of(occurrence: Occurrence) -> str:
    found = MATCHING.room_of(occurrence)
    return f"? {found.reason}" if isinstance(found, Unplaced) else found


def shown(found: Read) -> list[str]:
    return [
        f"{one.start:%Y-%m-%d %H:%M}-{one.end:%H:%M} {room_of(one)}" for one in found.occurrences
    ]


@pytest.mark.parametrize("row", rows())
def test_a_calendar_becomes_the_meetings_that_it_must_mean(row: Row) -> None:
    found = read_calendar(
        data_of(row), SPAN, ZoneInfo("Europe/Amsterdam"), charset=row.get("charset", "")
    )
    assert shown(found) == row["meetings"]
    assert sorted({problem.code for problem in found.problems}) == sorted(row.get("told", []))
    for name in ("title", "location", "organiser", "expected_people"):
        if name in row:
            said = {getattr(one, name) for one in found.occurrences}
            assert said == {row[name] or None}
