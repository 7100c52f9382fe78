"""One event of a calendar: from lines to values, or to the problem that leaves it out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

from icalendar import Event, vBroken

from gateway.calendars.splitter import Block
from gateway.domain.calendar.problem import CalendarProblem, ProblemCode
from sensors.mail_address import is_mail_address

LONGEST: Final = timedelta(days=3)
MOST_PEOPLE: Final = 10_000
TITLE_LENGTH: Final = 300
MOST_TIMES_A_DAY: Final = 24

# A calendar of its own at Google is no person: mail to it bounces.
_NOBODY = "calendar.google.com"
_NEEDED: Final[dict[str, ProblemCode]] = {
    "DTSTART": "no_start",
    "DTEND": "no_end",
    "DURATION": "no_end",
    "RRULE": "bad_rule",
    "RDATE": "bad_rule",
    "EXDATE": "bad_rule",
    "RECURRENCE-ID": "unreadable",
}
_TIMED = ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE")


class Wrong(Exception):
    """An event that has to be left out, and why."""

    def __init__(self, code: ProblemCode, detail: str = "") -> None:
        super().__init__(code)
        self.code: ProblemCode = code
        self.detail = shown(detail)


def read_event(block: Block) -> tuple[Event, list[CalendarProblem]]:
    """The event of a block, with the mistakes that it can do without.

    Raises:
        Wrong: it cannot do without.
        Exception: whatever a broken line leads the library to.

    """
    if not block.ended:
        raise Wrong("unreadable", "END:VEVENT is missing")
    if not block.value("UID"):
        raise Wrong("no_uid")
    event = Event.from_ical(block.text)
    if not isinstance(event, Event):
        raise Wrong("unreadable", event.name or "")
    # Among its own properties, so that the library copies it to every occurrence.
    event["METHOD"] = block.within.method
    broken = list(block.broken)
    for name, message in event.errors:
        if name in _NEEDED:
            raise Wrong(_NEEDED[name], block.value(name) or str(message))
        broken.append((name and block.value(name)) or str(message))
    _drop_broken(event)
    if not hasattr(first(event, "DTSTART"), "dt"):
        raise Wrong("no_start")
    _check_zones(event)
    _check_order(event)
    _check_rules(event)
    return event, [CalendarProblem("bad_line", title(event), shown(line)) for line in broken[:1]]


def _drop_broken(event: Event) -> None:
    """Take out the values that the library keeps as they could not be read."""
    for name in list(event):
        whole = [value for value in every(event, name) if not isinstance(value, vBroken)]
        if not whole:
            del event[name]
        elif isinstance(event[name], list):
            event[name] = whole


def _check_order(event: Event) -> None:
    # The library that works out occurrences would exchange the two in silence.
    start, end, lasts = (first(event, name) for name in ("DTSTART", "DTEND", "DURATION"))
    if end is not None and in_utc(end.dt, UTC) < in_utc(start.dt, UTC):
        raise Wrong("ends_before_start")
    if lasts is not None and lasts.dt < timedelta(0):
        raise Wrong("ends_before_start")


def _check_zones(event: Event) -> None:
    for name in _TIMED:
        for value in every(event, name):
            zone = getattr(value, "params", {}).get("TZID")
            if zone is not None and any(_is_floating(at) for at in _moments(value)):
                raise Wrong("unknown_zone", str(zone))


def _check_rules(event: Event) -> None:
    """Refuse what no meeting does and what would keep a machine busy for ever."""
    for rule in every(event, "RRULE"):
        words = rule.to_ical().decode() if hasattr(rule, "to_ical") else str(rule)
        frequency = str(next(iter(rule.get("FREQ", ())), "")).upper()
        if frequency not in {"HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"}:
            known = frequency in {"SECONDLY", "MINUTELY"}
            raise Wrong("too_often" if known else "bad_rule", words)
        times = [max(1, len(rule.get(part, ()))) for part in ("BYHOUR", "BYMINUTE", "BYSECOND")]
        hours = 24 if frequency == "HOURLY" else times[0]
        if hours * times[1] * times[2] > MOST_TIMES_A_DAY:
            raise Wrong("too_often", words)
        if any(int(every_) < 1 for every_ in rule.get("INTERVAL", ())):
            raise Wrong("bad_rule", words)


def times(event: Event, zone: tzinfo) -> tuple[datetime, datetime]:
    """When it starts and ends, in UTC; times without a zone are of ``zone``.

    Raises:
        Wrong: it has no end, or one before its start, or lasts too long.

    """
    start, end = first(event, "DTSTART").dt, first(event, "DTEND")
    if end is None:
        raise Wrong("no_end")
    begins, ends = in_utc(start, zone), in_utc(end.dt, zone)
    if ends <= begins:
        raise Wrong("ends_before_start")
    if ends - begins > LONGEST:
        raise Wrong("too_long")
    return begins, ends


def sequence(event: Event) -> int:
    """How often its organiser changed it in what matters; 0 where that cannot be read."""
    try:
        return int(first(event, "SEQUENCE") or 0)
    except (TypeError, ValueError):
        return 0


def instant(event: Event, name: str) -> datetime | None:
    """The moment of a property that is in UTC by its standard; None where it has none."""
    at = getattr(first(event, name), "dt", None)
    try:
        return in_utc(at, UTC) if isinstance(at, date) else None
    except Wrong:
        return None


def classification(event: Event) -> str:
    """Its CLASS, else what Apple's servers say in place of it; RFC 5545, 3.8.1.3."""
    return _word(event, "CLASS") or _word(event, "X-CALENDARSERVER-ACCESS")


def is_cancelled(event: Event) -> bool:
    return _word(event, "STATUS") == "CANCELLED" or _word(event, "METHOD") == "CANCEL"


def is_meeting(event: Event) -> bool:
    """Whether it takes a room: it has a time of day, was not called off and does not leave its
    people free.
    """
    start = first(event, "DTSTART").dt
    return (
        isinstance(start, datetime)
        and _word(event, "X-MICROSOFT-CDO-ALLDAYEVENT") != "TRUE"
        and not is_cancelled(event)
        and _word(event, "TRANSP") != "TRANSPARENT"
    )


def in_utc(at: date, zone: tzinfo) -> datetime:
    """A moment of a calendar in UTC; a date is its midnight in ``zone``.

    Raises:
        Wrong: it lies outside the years that can be written.

    """
    if not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day, tzinfo=zone)
    try:
        return (at.replace(tzinfo=zone) if at.tzinfo is None else at).astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise Wrong("no_start", str(at)) from error


def title(event: Event) -> str:
    """Its title on one line; a dash where it has none."""
    return shown(str(first(event, "SUMMARY") or ""), TITLE_LENGTH) or "—"


def location(event: Event) -> str:
    """Where it is: its location, else the rooms that were invited."""
    said = shown(str(first(event, "LOCATION") or ""), 500)
    rooms = (str(a.params.get("CN", "")) for a in every(event, "ATTENDEE") if _is_thing(a))
    return said or shown(", ".join(filter(None, rooms)), 500)


def organiser(event: Event) -> str | None:
    found = first(event, "ORGANIZER")
    return None if found is None else _address(str(found))


def expected_people(event: Event) -> int | None:
    """How many were invited and did not decline, with the organiser; None where nobody is named."""
    invited = [a for a in every(event, "ATTENDEE") if not _is_thing(a)]
    if not invited:
        return None
    coming = {str(a).casefold() for a in invited if _parameter(a, "PARTSTAT") != "DECLINED"}
    away = {str(a).casefold() for a in invited} - coming
    leads = first(event, "ORGANIZER")
    if leads is not None and _address(str(leads)) is not None:
        coming |= {str(leads).casefold()} - away
    return min(len(coming), MOST_PEOPLE)


def first(event: Event, name: str) -> Any:
    """The first value of a property; None without one."""
    return next(every(event, name), None)


def every(event: Event, name: str) -> Iterator[Any]:
    """All values of a property, however often it stands there."""
    found = event.get(name)
    yield from found if isinstance(found, list) else [] if found is None else [found]


def shown(text: str, length: int = 120) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= length else line[: length - 1] + "…"


def _moments(value: Any) -> Iterator[Any]:
    for one in getattr(value, "dts", [value]):
        at = getattr(one, "dt", None)
        yield at[0] if isinstance(at, tuple) else at


def _is_floating(at: object) -> bool:
    return isinstance(at, datetime) and at.tzinfo is None


def _is_thing(attendee: Any) -> bool:
    return _parameter(attendee, "CUTYPE") in {"ROOM", "RESOURCE"}


def _parameter(value: Any, name: str) -> str:
    return str(getattr(value, "params", {}).get(name, "")).upper()


def _word(event: Event, name: str) -> str:
    return str(first(event, name) or "").strip().upper()


def _address(text: str) -> str | None:
    bare = text[7:] if text[:7].casefold() == "mailto:" else text
    bare = bare.strip()
    return bare if is_mail_address(bare) and not bare.casefold().endswith(_NOBODY) else None
