"""What a broken calendar costs: the broken event, and one line that says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.calendars.ical import (
    MOST_OCCURRENCES,
    MOST_PROBLEMS,
    NotACalendar,
    Period,
    Read,
    TookTooLong,
    read_calendar,
)
from gateway.domain.calendar.problem import CalendarProblem, problem_line
from tests.gateway.calendars.events import AMSTERDAM, WEEK, calendar, event

GOOD = event("good")


def read(*events: list[str], head: tuple[str, ...] = (), span: Period = WEEK) -> Read:
    return read_calendar(calendar(*events, head=head), span, AMSTERDAM)


def uids(found: Read) -> list[str]:
    return sorted({one.uid for one in found.occurrences})


@pytest.mark.parametrize(
    ("bad", "code", "detail"),
    [
        pytest.param(event("x", start="tomorrow"), "no_start", "tomorrow", id="a start that is none"),
        pytest.param(event("x", "DTSTART"), "no_start", "", id="no start"),
        pytest.param(event("x", "DTEND:soon"), "no_end", "soon", id="an end that is none"),
        pytest.param(event("x", end="20261124T090000Z"), "ends_before_start", "", id="ends too early"),
        pytest.param(event("x", end="20261124T100000Z"), "ends_before_start", "", id="lasts no time"),
        pytest.param(event("x", end="20261129T100000Z"), "too_long", "", id="lasts five days"),
        pytest.param(
            event("x", "RRULE:FREQ=DAILY", "EXDATE:20261125T100000Z", "EXDATE:soon"),
            "bad_rule", None, id="what is left out cannot be read",
        ),
        pytest.param(event("x", "RDATE:soon"), "bad_rule", None, id="what is added cannot be read"),
        pytest.param(
            event("x", "RRULE:FREQ=SECONDLY"), "too_often", "FREQ=SECONDLY", id="every second",
        ),
        pytest.param(
            event("x", "RRULE:FREQ=DAILY;BYHOUR=9,10;BYMINUTE=" + ",".join(map(str, range(60)))),
            "too_often", None, id="every minute of some hours",
        ),
        pytest.param(event("x", "RRULE:FREQ=DAILY;INTERVAL=-1"), "bad_rule", None, id="backwards"),
        pytest.param(event("x", "RRULE:FREQ=NOW"), "bad_rule", "FREQ=NOW", id="a rule that is none"),
        pytest.param(event("x", "RRULE:INTERVAL=2"), "bad_rule", "INTERVAL=2", id="half a rule"),
        pytest.param(event("x", "RRULE:FREQ=DAILY;COUNT=-1"), "bad_rule", None, id="minus one times"),
        pytest.param(event("x", "RECURRENCE-ID:never"), "unreadable", "never", id="changes nothing"),
        pytest.param(
            event("x", "RECURRENCE-ID;TZID=Europe/Amsterdam:00010101T000000"),
            "no_start", None, id="changes what is before all years",
        ),
        pytest.param(event("x")[:-1], "unreadable", "END:VEVENT is missing", id="without an end"),
    ],
)  # fmt: skip
def test_a_broken_event_costs_itself_and_says_why(
    bad: list[str], code: str, detail: str | None
) -> None:
    found = read(bad, GOOD)
    assert uids(found) == ["good"]
    (problem,) = found.problems
    assert (problem.code, problem.event) == (code, "Event x")
    if detail is not None:
        assert problem.detail == detail
    assert found.unread == {"x"}
    assert found.uids == {"x", "good"}
    line = problem_line(problem)
    assert "\n" not in line
    assert line.startswith("Event x ")


def test_an_event_without_an_id_is_told() -> None:
    found = read(event("x", "UID:"), GOOD)
    assert uids(found) == ["good"]
    assert found.problems == (CalendarProblem("no_uid", "Event x"),)


def test_a_broken_line_that_no_meeting_needs_costs_nothing_but_itself() -> None:
    found = read(event("x", "%%%", "LOCATION:Serre", "X-NONSENSE;;=:1", "ATTENDEE;=;:who"), GOOD)
    assert uids(found) == ["good", "x"]
    assert [(m.code, m.event, m.detail) for m in found.problems] == [("bad_line", "Event x", "%%%")]


@pytest.mark.parametrize(
    "line", ["SEQUENCE:first", "LAST-MODIFIED:yesterday", "EXDATE:20261101T100000Z"]
)
def test_what_only_helps_may_be_broken(line: str) -> None:
    found = read(event("x", "RRULE:FREQ=WEEKLY", line), event("x", "SUMMARY:Other", "SEQUENCE:1"))
    assert [o.title for o in found.occurrences] == ["Other"]


def test_a_broken_alarm_is_no_matter() -> None:
    alarm = ("BEGIN:VALARM", "TRIGGER:never", "%%%", "UID:other", "END:VALARM")
    assert read(event("x", *alarm)).problems == ()
    assert uids(read(event("x", *alarm[:-1]))) == ["x"]


def test_two_events_with_one_id_are_one_line_and_the_newer_counts() -> None:
    old = event("x", "SUMMARY:Old", "SEQUENCE:1")
    new = event("x", "SUMMARY:New", "SEQUENCE:2", start="20261125T100000Z")
    for both in ((old, new), (new, old)):
        found = read(*both, GOOD)
        assert [o.title for o in found.occurrences if o.uid == "x"] == ["New"]
        assert [m.code for m in found.problems] == ["same_id"]


def test_the_same_event_twice_is_no_mistake() -> None:
    found = read(GOOD, GOOD)
    assert (len(found.occurrences), found.problems) == (1, ())


def test_a_rule_for_ever_is_read_for_the_span_alone() -> None:
    found = read(event("x", "RRULE:FREQ=DAILY", start="20240101T100000Z"))
    assert [o.start.day for o in found.occurrences] == [23, 24, 25, 26, 27, 28, 29]


def test_what_is_left_of_a_series_that_ended_is_still_read() -> None:
    series = event("x", "RRULE:FREQ=DAILY;UNTIL=20261020T100000Z", start="20261001T100000Z")
    moved = event("x", "RECURRENCE-ID:20261019T100000Z", start="20261125T100000Z")
    (found,) = read(series, moved).occurrences
    assert (found.key, found.start.day) == ("2026-10-19T10:00:00+00:00", 25)


def test_a_meeting_that_began_before_the_span_is_in_it_while_it_lasts() -> None:
    night = event("x", start="20261122T230000Z", end="20261123T010000Z")
    gone = event("y", start="20261122T220000Z", end="20261123T000000Z")
    assert uids(read(night, gone)) == ["x"]


def test_an_event_that_takes_too_long_is_told_and_the_others_stay() -> None:
    turns = iter((False, False, True, False))  # two events are read, then worked out

    @contextmanager
    def patience() -> Iterator[None]:
        if next(turns):
            raise TookTooLong
        yield

    found = read_calendar(calendar(event("x", "RRULE:FREQ=DAILY"), GOOD), WEEK, AMSTERDAM, patience)
    assert uids(found) == ["good"]
    assert found.problems == (CalendarProblem("too_slow", "Event x"),)


def test_a_wrong_occurrence_is_told_by_its_own_name() -> None:
    """Not by that of whichever occurrence of its series came last."""
    series = event("x", "RRULE:FREQ=DAILY", start="20261123T100000Z")
    retreat = event(
        "x",
        "RECURRENCE-ID:20261124T100000Z",
        "SUMMARY:Retreat",
        start="20261124T100000Z",
        end="20261129T100000Z",
    )
    assert read(series, retreat).problems == (CalendarProblem("too_long", "Retreat"),)


def test_a_rule_that_takes_too_long_is_told_by_the_name_of_its_series() -> None:
    """Whichever of its changed occurrences the calendar gives before it."""
    turns = iter((False, False, True))

    @contextmanager
    def patience() -> Iterator[None]:
        if next(turns):
            raise TookTooLong
        yield

    moved = event("x", "RECURRENCE-ID:20261124T100000Z", "SUMMARY:Moved")
    series = event("x", "RRULE:FREQ=DAILY", start="20261123T100000Z")
    found = read_calendar(calendar(moved, series), WEEK, AMSTERDAM, patience)
    assert found.problems == (CalendarProblem("too_slow", "Event x"),)


def test_more_meetings_than_any_venue_has_are_cut_and_told() -> None:
    hourly = [event(f"x{n}", "RRULE:FREQ=HOURLY;COUNT=100") for n in range(60)]
    found = read(*hourly)
    assert len(found.occurrences) == MOST_OCCURRENCES
    assert found.problems[0] == CalendarProblem("too_many", detail=str(MOST_OCCURRENCES))
    assert found.occurrences[0].start < found.occurrences[-1].start


def test_mistakes_are_listed_up_to_a_number() -> None:
    found = read(*(event(f"x{n}", start="?") for n in range(MOST_PROBLEMS + 5)))
    assert len(found.problems) == MOST_PROBLEMS + 1
    assert found.problems[-1] == CalendarProblem("more_mistakes", detail="5")


def test_a_zone_of_the_calendar_that_does_not_exist_is_told() -> None:
    found = read(GOOD, head=("X-WR-TIMEZONE:Mars/Olympus",))
    assert uids(found) == ["good"]
    assert found.problems == (CalendarProblem("unknown_zone", "", "Mars/Olympus"),)


def test_zones_of_one_calendar_are_not_those_of_the_next() -> None:
    zone = ["BEGIN:VTIMEZONE", "TZID:Ship", "BEGIN:STANDARD", "DTSTART:19700101T000000",
            "TZOFFSETFROM:+0300", "TZOFFSETTO:+0300", "END:STANDARD", "END:VTIMEZONE"]  # fmt: skip
    aboard = event("x", "DTSTART;TZID=Ship:20261124T120000", end="20261124T113000Z")
    (found,) = read(zone, aboard).occurrences
    assert found.start == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert [m.code for m in read(aboard).problems] == ["unknown_zone"]


def test_a_broken_zone_is_missed_by_the_events_that_name_it() -> None:
    zone = ["BEGIN:VTIMEZONE", "TZID:Ship", "BEGIN:STANDARD", "%%%", "END:VTIMEZONE"]
    found = read(zone, event("x", "DTSTART;TZID=Ship:20261124T120000", "DURATION:PT1H", "DTEND:"))
    assert [one.start.hour for one in found.occurrences] == [11]
    assert [m.detail for m in found.problems] == ["Ship", "DTEND:"]


def test_a_zone_that_nothing_defines_is_told_and_its_time_is_of_the_venue() -> None:
    lines = ("DTSTART;TZID=Mars/Olympus:20261124T100000", "EXDATE;TZID=Nowhere:20261125T100000")
    found = read(event("x", "RRULE:FREQ=DAILY;COUNT=3", *lines, end="20261124T100000Z"))
    assert [one.start.day for one in found.occurrences] == [24, 26]
    assert {m.detail for m in found.problems} == {"Mars/Olympus", "Nowhere"}
    assert found.unread == frozenset()


@pytest.mark.parametrize(
    "zone",
    [
        "W. Europe Standard Time",
        '"W. Europe Standard Time"',
        "Europe/Amsterdam",
        "/freeassociation.sourceforge.net/Europe/Amsterdam",
    ],
)
def test_zones_are_known_by_the_names_that_windows_and_others_give_them(zone: str) -> None:
    (found,) = read(event("x", f"DTSTART;TZID={zone}:20261124T110000")).occurrences
    assert found.start == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def test_text_stays_text_on_one_line() -> None:
    markup = '<script>alert("x")</script>\\nsecond\x07 line'
    (found,) = read(event("x", f"SUMMARY:{markup}", "LOCATION:" + "z" * 900)).occurrences
    assert found.title == '<script>alert("x")</script> second line'
    assert len(found.location) == 500


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("mailto:a@example.org", "a@example.org"),
        ("MAILTO:a@example.org", "a@example.org"),
        ("invalid:nomail", None),
        ("mailto:c_1@group.calendar.google.com", None),
        ("mailto:a@example.org,b@example.org", None),
        ("mailto:" + "a" * 400 + "@example.org", None),
        ("/principals/users/eva", None),
    ],
)
def test_an_organiser_is_an_address_that_can_be_mailed(said: str, address: str | None) -> None:
    (found,) = read(event("x", f"ORGANIZER;CN=A:{said}")).occurrences
    assert found.organiser == address


def test_what_was_called_off_as_a_whole_has_no_meetings() -> None:
    assert read(GOOD, head=("METHOD:CANCEL",)).occurrences == ()


@pytest.mark.parametrize("data", [b"", b"<html>log in</html>", b"\x00\xff", b"BEGIN:VCARD\r\n"])
def test_what_is_no_calendar_says_so(data: bytes) -> None:
    with pytest.raises(NotACalendar):
        read_calendar(data, WEEK, AMSTERDAM)


LINES = st.sampled_from(
    [
        "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE",
        "END:VTIMEZONE", "BEGIN:VALARM", "END:VALARM", "BEGIN:STANDARD", "END:STANDARD", "UID:a",
        "UID:b", "DTSTART:20261124T100000Z", "DTSTART;TZID=X:20261124T100000", "TZID:X",
        "DTSTART;VALUE=DATE:20261124", "DTSTART:00010101T000000Z", "DTEND:20261124T110000",
        "DTEND:99991231T235959Z", "DTEND;VALUE=DATE:20261125", "DURATION:PT1H", "DURATION:-P1W",
        "RRULE:FREQ=WEEKLY", "RRULE:FREQ=MONTHLY;BYDAY=5MO;UNTIL=20270101", "RRULE:COUNT=1",
        "RDATE;VALUE=PERIOD:20261124T100000Z/PT1H", "RDATE:20261124", "EXDATE:20261124T100000Z",
        "EXDATE;VALUE=DATE:20261124", "RECURRENCE-ID:20261124T100000Z", "SEQUENCE:x",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261124T100000Z", "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+9999", "SUMMARY:x", 'LOCATION;X="a:b', "ORGANIZER:mailto:a@b", " folded",
        "ATTENDEE;CUTYPE=ROOM;CN=Serre:mailto:s@b", "STATUS:CANCELLED", "METHOD:REQUEST",
        "X-WR-TIMEZONE:Europe/Amsterdam", "SEQUENCE:99999999999999999999", "LAST-MODIFIED:x",
    ]
)  # fmt: skip


@given(st.one_of(st.binary(), st.lists(st.one_of(LINES, st.text(max_size=20)), max_size=40)))
def test_any_bytes_are_occurrences_or_no_calendar(given_: bytes | list[str]) -> None:
    data = given_ if isinstance(given_, bytes) else "\r\n".join(given_).encode("utf-8", "replace")
    try:
        found = read_calendar(data, WEEK, AMSTERDAM)
    except NotACalendar:
        return
    for one in found.occurrences:
        assert WEEK.touches(one.start, one.end)
        assert timedelta(0) < one.end - one.start <= timedelta(days=3)
        assert one.uid in found.uids
    assert all("\n" not in problem_line(problem) for problem in found.problems)


EXPORTS = sorted((Path(__file__).parent / "exports").glob("*.ics"))
PIECES = st.sampled_from(
    [b"", b":", b";", b"=", b'"', b"\r\n", b"\xff", b";TZID=X", b"FREQ=HOURLY", b"INTERVAL=0",
     b"UNTIL=99991231", b"00010101T000000", b"99991231T235959Z", b"VALUE=DATE", b"-P1W",
     b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"RANGE=THISANDFUTURE"]
)  # fmt: skip


@settings(max_examples=40)
@given(
    st.sampled_from(EXPORTS),
    st.lists(st.tuples(st.integers(0, 6_000), st.integers(0, 80), PIECES), max_size=12),
)
def test_a_mangled_export_costs_what_is_mangled(
    export: Path, cuts: list[tuple[int, int, bytes]]
) -> None:
    data = bytearray(export.read_bytes())
    for at, length, piece in cuts:
        data[at : at + length] = piece
    try:
        found = read_calendar(bytes(data), WEEK, AMSTERDAM)
    except NotACalendar:
        return
    assert all(WEEK.touches(one.start, one.end) for one in found.occurrences)
