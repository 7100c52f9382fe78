"""The events of one UID taken together: changed occurrences find the series that they change."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import recurring_ical_events
import x_wr_timezone
from dateutil.rrule import rrulestr
from icalendar import Calendar, Event, vDDDTypes

from gateway.calendars.event import every, first


def aligned(events: Iterable[Event], zone: tzinfo) -> list[Event]:
    """The events, with each RECURRENCE-ID in the form of its series' start (RFC 5545, 3.8.4.4), and
    with a start of their own: a cancellation may have none. What has none then is left out.
    """
    found = list(events)
    series = next((e for e in found if "RECURRENCE-ID" not in e and "DTSTART" in e), None)
    for event in found:
        claim = first(event, "RECURRENCE-ID")
        if claim is not None:
            at = _in_form(claim.dt, first(series or event, "DTSTART"), zone)
            if at != claim.dt or at.__class__ is not claim.dt.__class__:
                event["RECURRENCE-ID"] = _value(at, claim.params.get("RANGE"))
        if "DTSTART" not in event:
            _give_start(event, series)
    return [event for event in found if "DTSTART" in event]


def _in_form(claim: date, start: Any, zone: tzinfo) -> date:
    """A RECURRENCE-ID as a day, or as a moment in the zone of the start."""
    led_by = getattr(start, "dt", None)
    if not isinstance(led_by, datetime):
        if isinstance(claim, datetime) and claim.tzinfo is None and led_by is None:
            return claim.replace(tzinfo=zone)
        return claim.date() if led_by is not None and isinstance(claim, datetime) else claim
    if not isinstance(claim, datetime):
        return led_by.replace(year=claim.year, month=claim.month, day=claim.day)
    if claim.tzinfo is None:
        return claim.replace(tzinfo=led_by.tzinfo)
    return claim


def _value(at: date, span: str | None) -> vDDDTypes:
    made = vDDDTypes(at)
    if span:
        made.params["RANGE"] = span
    return made


def _give_start(event: Event, series: Event | None) -> None:
    claim = first(event, "RECURRENCE-ID")
    start = claim or (None if series is None else first(series, "DTSTART"))
    if start is None:
        return
    event["DTSTART"] = vDDDTypes(start.dt)
    if series is None or "DTEND" in event or "DURATION" in event:
        return
    end, lasts = first(series, "DTEND"), first(series, "DURATION")
    if end is not None and type(end.dt) is type(first(series, "DTSTART").dt):
        event["DTEND"] = vDDDTypes(start.dt + (end.dt - first(series, "DTSTART").dt))
    elif lasts is not None:
        event["DURATION"] = lasts


def expanded(
    events: Iterable[Event], start: datetime, end: datetime, calendar_zone: tzinfo | None
) -> list[Any]:
    """The occurrences of one event that touch [start, end), as the library works them out. Times in
    UTC recur by the clock of ``calendar_zone``.
    """
    calendar = Calendar()
    for event in events:
        calendar.add_component(event)
    standard = x_wr_timezone.to_standard(calendar, calendar_zone)
    for event in standard.walk("VEVENT"):
        _leave_out(event, end)
    return list(recurring_ical_events.of(standard).between(start, end))


def _leave_out(event: Event, end: datetime) -> None:
    """Make the occurrences that an EXRULE takes out exceptions one by one: RFC 2445, 4.8.5.2, which
    RFC 5545 took away and old calendars have.
    """
    starts = first(event, "DTSTART").dt
    if not isinstance(starts, datetime):
        return
    for rule in every(event, "EXRULE"):
        text = rule.to_ical().decode()
        found = rrulestr(text, dtstart=starts).between(starts - timedelta(seconds=1), end, inc=True)
        if found:
            event.add("EXDATE", found)
