"""From an event, as the library has it, to the occurrence or statement that the domain knows."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Event

from gateway.calendars import event as properties
from gateway.calendars.event import first, in_utc
from gateway.domain.calendar.occurrence import Occurrence, Statement


def occurrence_of(uid: str, event: Event, zone: ZoneInfo, recurs: bool) -> Occurrence:
    start, end = properties.times(event, zone)
    return Occurrence(
        uid=uid,
        key=_key(event, zone) if recurs else "",
        title=properties.title(event),
        start=start,
        end=end,
        location=properties.location(event),
        organiser=properties.organiser(event),
        expected_people=properties.expected_people(event),
        declined=properties.declined(event),
        method=str(event["METHOD"]),
        sequence=properties.sequence(event),
        stamp=properties.instant(event, "DTSTAMP"),
        classification=properties.classification(event),
    )


def statement_of(uid: str, event: Event, zone: ZoneInfo) -> Statement:
    claim = first(event, "RECURRENCE-ID")
    return Statement(
        uid=uid,
        key=place(event, zone),
        following=claim is not None and "RANGE" in claim.params,
        method=str(event["METHOD"]),
        is_cancelled=properties.is_cancelled(event),
        sequence=properties.sequence(event),
        stamp=properties.instant(event, "DTSTAMP"),
    )


def _key(event: Event, zone: ZoneInfo) -> str:
    """When the rule had put it. A change of all that follows carries one RECURRENCE-ID to them all:
    each has its own start.
    """
    claim = first(event, "RECURRENCE-ID")
    if claim is None or "RANGE" in claim.params:
        claim = first(event, "DTSTART")
    return in_utc(claim.dt, zone).isoformat()


def place(event: Event, zone: ZoneInfo) -> str:
    """Which occurrence of its series an event changes; empty for the series itself."""
    claim = first(event, "RECURRENCE-ID")
    return "" if claim is None else in_utc(claim.dt, zone).isoformat()


def age(event: Event) -> tuple[int, datetime, datetime]:
    """How new it is: RFC 5546, 2.1.5, and where that is the same, when it was changed."""
    stamps = (properties.instant(event, name) for name in ("DTSTAMP", "LAST-MODIFIED"))
    written, changed = (at or datetime.min.replace(tzinfo=UTC) for at in stamps)
    return properties.sequence(event), written, changed


def substance(event: Event) -> tuple[str, str]:
    """What tells two events apart that claim one place in a series."""
    return str(first(event, "DTSTART").dt), properties.title(event)
