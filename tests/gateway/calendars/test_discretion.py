"""What is wrong with a private event is told without what it is about."""

import pytest

from gateway.calendars.ical import read_calendar
from tests.gateway.calendars.events import AMSTERDAM, WEEK, calendar, event

SECRET = "SUMMARY:Gesprek\\, P. de Vries"


@pytest.mark.parametrize(
    "lines",
    [
        ("RRULE:FREQ=SECONDLY",),
        ("DTSTART:?",),
        ("ORGANIZER;CN=P. de Vries:/O=EXAMPLE/CN=X",),
        ("P. de Vries komt ook",),
        ("DTEND:20261124T090000Z",),
    ],
)
@pytest.mark.parametrize("mark", ["CLASS:PRIVATE", "CLASS:CONFIDENTIAL"])
def test_a_private_event_is_named_by_its_id(mark: str, lines: tuple[str, ...]) -> None:
    found = read_calendar(calendar(event("x1", SECRET, mark, *lines)), WEEK, AMSTERDAM)
    assert found.problems
    assert {one.event for one in found.problems} == {"x1"}
    assert not any("Vries" in one.detail for one in found.problems)


def test_any_other_event_by_its_title() -> None:
    public = event("x2", "SUMMARY:Koor", "CLASS:PUBLIC", "RRULE:FREQ=SECONDLY")
    (problem,) = read_calendar(calendar(public), WEEK, AMSTERDAM).problems
    assert problem.event == "Koor"
