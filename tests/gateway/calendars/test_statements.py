"""What a calendar's events are about, besides the meetings they give: by METHOD, SEQUENCE, DTSTAMP."""

from datetime import UTC, datetime

import pytest

from gateway.calendars.ical import Read, read_calendar
from gateway.domain.calendar.occurrence import Statement
from tests.gateway.calendars.events import AMSTERDAM, WEEK, calendar, event

STAMP = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
NEW = ("SEQUENCE:2", "DTSTAMP:20261101T120000Z")
CHANGED = "RECURRENCE-ID;TZID=Europe/Amsterdam:20261125T110000"


def read(*calendars: bytes) -> Read:
    return read_calendar(b"".join(calendars), WEEK, AMSTERDAM)


def test_each_calendar_of_a_file_has_a_method_of_its_own() -> None:
    found = read(
        calendar(event("one"), head=("METHOD:PUBLISH",)),
        calendar(event("two"), head=("METHOD:CANCEL",)),
    )
    assert [(one.uid, one.method) for one in found.occurrences] == [("one", "PUBLISH")]
    said = [(one.uid, one.method, one.is_cancelled) for one in found.statements]
    assert said == [("one", "PUBLISH", False), ("two", "CANCEL", True)]


def test_a_method_counts_wherever_in_its_calendar_it_stands() -> None:
    text = calendar(event("x")).replace(b"END:VCALENDAR", b"METHOD:cancel \r\nEND:VCALENDAR")
    assert read(text).occurrences == ()


def test_an_occurrence_says_how_new_it_is_and_whom_it_is_for() -> None:
    (found,) = read(calendar(event("x", "CLASS:private", *NEW))).occurrences
    assert (found.sequence, found.stamp, found.classification) == (2, STAMP, "PRIVATE")


def test_an_apple_server_says_in_its_own_way_whom_it_is_for() -> None:
    (found,) = read(calendar(event("x", "X-CALENDARSERVER-ACCESS:CONFIDENTIAL"))).occurrences
    assert found.classification == "CONFIDENTIAL"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param(NEW, Statement("x", sequence=2, stamp=STAMP), id="the whole event"),
        pytest.param(
            (CHANGED,), Statement("x", "2026-11-25T10:00:00+00:00"), id="one occurrence alone"
        ),
        pytest.param(
            (CHANGED.replace(";", ";RANGE=THISANDFUTURE;"),),
            Statement("x", "2026-11-25T10:00:00+00:00", following=True),
            id="one and all that follow",
        ),
        pytest.param(("STATUS:CANCELLED",), Statement("x", is_cancelled=True), id="called off"),
    ],
)
def test_a_statement_says_what_it_is_about(lines: tuple[str, ...], said: Statement) -> None:
    assert read(calendar(event("x", *lines))).statements == (said,)


@pytest.mark.parametrize("method", ["REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER"])
def test_what_those_invited_say_brings_no_meeting_in_and_is_handed_on(method: str) -> None:
    answer = calendar(event("x", "SUMMARY:Other", *NEW), head=(f"METHOD:{method}",))
    found = read(calendar(event("x")), answer)
    assert [one.title for one in found.occurrences] == ["Event x"]
    assert [one.method for one in found.statements] == ["", method]


def test_one_occurrence_is_called_off_in_the_same_file() -> None:
    series = calendar(event("x", "RRULE:FREQ=DAILY;COUNT=3"), head=("METHOD:REQUEST",))
    off = calendar(event("x", CHANGED, start="20261125T100000Z"), head=("METHOD:CANCEL",))
    assert [one.start.day for one in read(series, off).occurrences] == [24, 26]


def test_a_message_about_the_past_is_handed_on() -> None:
    old = calendar(event("x", start="20240101T100000Z"), head=("METHOD:CANCEL",))
    assert read(old).statements == (Statement("x", method="CANCEL", is_cancelled=True),)
