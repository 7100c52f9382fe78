"""A calendar in a process of its own: whatever it does there, the gateway gets an answer."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from gateway.calendars.protocol import Answer, CalendarRequest, digest_of
from gateway.calendars.subprocess_call import Stopped, ask
from gateway.domain.calendar.problem import CalendarProblem, Failure
from tests.gateway.calendars.events import WEEK, calendar, event
from tests.gateway.calendars.server import WebServer

NEVER = threading.Event()
GOOD = event("good")
FOR_EVER = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"


def request(data: bytes | None = None, **more: object) -> CalendarRequest:
    given: dict[str, object] = {"start": WEEK.start, "end": WEEK.end, "zone": "Europe/Amsterdam"}
    return CalendarRequest(**given | {"data": data} | more)  # type: ignore[arg-type]


def uids(answer: Answer) -> list[str]:
    assert answer.calendar is not None, answer.failure
    return [one.uid for one in answer.calendar.occurrences]


def test_a_calendar_comes_back_whole() -> None:
    data = calendar(
        event("x", "LOCATION:Serre", "ORGANIZER:mailto:a@example.org"), event("y", start="?")
    )
    answer = ask(request(data), NEVER)
    assert answer.calendar is not None
    (found,) = answer.calendar.occurrences
    assert (found.location, found.organiser) == ("Serre", "a@example.org")
    assert found.start == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert answer.calendar.problems == (CalendarProblem("no_start", "Event y", "?"),)
    assert (answer.calendar.uids, answer.calendar.unread) == (
        frozenset({"x", "y"}),
        frozenset({"y"}),
    )
    assert answer.digest == digest_of(data)
    assert ask(request(data, digest=answer.digest), NEVER).calendar is None


def test_an_event_that_would_take_for_ever_costs_itself_a_second() -> None:
    data = calendar(event("x", FOR_EVER, start="00010101T100000Z", end="00010101T110000Z"), GOOD)
    answer = ask(request(data), NEVER)
    assert uids(answer) == ["good"]
    assert answer.calendar is not None
    assert answer.calendar.problems == (CalendarProblem("too_slow", "Event x"),)


def test_a_calendar_that_takes_too_long_is_left() -> None:
    data = calendar(*(event(f"x{n}", FOR_EVER, start="00010101T100000Z") for n in range(60)), GOOD)
    assert ask(request(data), NEVER, longest_s=2.0).failure == Failure("timeout", "2 s")


def test_a_gateway_that_stops_does_not_wait_for_a_calendar() -> None:
    stop = threading.Event()
    stop.set()
    data = calendar(*(event(f"x{n}", FOR_EVER, start="00010101T100000Z") for n in range(60)))
    with pytest.raises(Stopped):
        ask(request(data), stop)


def test_what_needs_more_memory_than_it_may_have_is_told() -> None:
    big = b"BEGIN:VCALENDAR\r\n" + "😀".encode() * 90_000_000 + b"\r\nEND:VCALENDAR\r\n"
    answer = ask(request(big), NEVER)
    assert answer.failure == Failure("too_much")


def test_a_feed_of_50_mb_is_refused(web: WebServer) -> None:
    big = calendar(GOOD) + b"X-FILL:" + b"x" * 50_000_000
    web.serve("/a.ics", big)
    answer = ask(request(url=f"{web.url}/a.ics", allow_private=True), NEVER)
    assert answer.failure == Failure("too_large", "5 MB")


def test_a_large_calendar_of_years_is_read() -> None:
    """4 MB of weekly meetings that are over, and one that is not."""
    day = datetime(2010, 1, 4, 10, tzinfo=UTC)
    past = [
        event(f"p{n}", "DESCRIPTION:" + "x" * 400, start=f"{day + timedelta(hours=n):%Y%m%dT%H%M%SZ}",
              end=f"{day + timedelta(hours=n + 1):%Y%m%dT%H%M%SZ}")
        for n in range(7_000)
    ]  # fmt: skip
    data = calendar(*past, GOOD)
    assert 3_500_000 < len(data) < 5_000_000
    answer = ask(request(data), NEVER)
    assert uids(answer) == ["good"]
    assert answer.calendar is not None
    assert (answer.calendar.problems, len(answer.calendar.uids)) == ((), 7_001)


def test_a_private_network_is_asked_where_it_is_allowed_alone(web: WebServer) -> None:
    web.serve("/a.ics", calendar(GOOD))
    url = f"{web.url}/a.ics"
    assert uids(ask(request(url=url, allow_private=True), NEVER)) == ["good"]
    refused = ask(request(url=url), NEVER)
    assert refused.failure == Failure("not_allowed", f"127.0.0.1:{web.port}")
    assert len(web.asked) == 1


def test_a_file_that_was_cut_off_is_no_calendar() -> None:
    whole = calendar(GOOD, event("other"))
    assert ask(request(whole[: len(whole) // 2]), NEVER).failure == Failure("cut_short")


def test_a_page_is_no_calendar() -> None:
    assert ask(request(b"<html>log in</html>"), NEVER).failure == Failure("not_a_calendar")
