"""One event of a calendar: from lines to values, or to the problem that leaves it out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

from icalendar import Event, vBroken

from gateway.calendars.mending import Places, mended
from gateway.calendars.person import (
    address_of,
    has_declined,
    has_no_address,
    identity_of,
    is_thing,
    name_of,
)
from gateway.calendars.splitter import Block
from gateway.domain.calendar.problem import CalendarProblem, ProblemCode

LONGEST: Final = timedelta(days=3)
MOST_PEOPLE: Final = 10_000
TITLE_LENGTH: Final = 300
MOST_TIMES_A_DAY: Final = 24
CANCELLED: Final = frozenset({"CANCELLED", "CANCELED"})

_NEEDED: Final[dict[str, ProblemCode]] = {
    "DTSTART": "no_start",
    "DTEND": "no_end",
    "DURATION": "no_end",
    "RRULE": "bad_rule",
    "RDATE": "bad_rule",
    "EXDATE": "bad_rule",
    "EXRULE": "bad_rule",
    "RECURRENCE-ID": "unreadable",
}
MOST_RUBBISH: Final = 5
"""Of one event, to be told: a broken program repeats itself."""


class Wrong(Exception):
    """An event that has to be left out, and why."""

    def __init__(self, code: ProblemCode, detail: str = "") -> None:
        super().__init__(code)
        self.code: ProblemCode = code
        self.detail = shown(detail)


def read_event(block: Block, places: Places) -> tuple[Event, list[CalendarProblem]]:
    """The event of a block, with the mistakes that it can do without. Its start may be missing where
    that is known by its RECURRENCE-ID, and where it is called off.

    Raises:
        Wrong: it cannot do without.
        Exception: whatever a broken line leads the library to.

    """
    if not block.ended:
        raise Wrong("unreadable", "END:VEVENT is missing")
    if not block.value("UID"):
        raise Wrong("no_uid")
    written = mended(block, places)
    event = Event.from_ical(written.text)
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
        event.pop("DTSTART", None)
        if "RECURRENCE-ID" not in event and not is_cancelled(event):
            raise Wrong("no_start")
    _check_order(event)
    _check_rules(event)
    told: list[tuple[ProblemCode, str]] = [("bad_line", line) for line in broken[:1]]
    told += [("unknown_zone", zone) for zone in written.unknown]
    told += [("rubbish", piece) for piece in written.rubbish[:MOST_RUBBISH]]
    return event, [CalendarProblem(code, title(event), shown(what)) for code, what in told]


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
    if end is not None and start is not None and in_utc(end.dt, UTC) < in_utc(start.dt, UTC):
        raise Wrong("ends_before_start")
    if lasts is not None and lasts.dt < timedelta(0):
        raise Wrong("ends_before_start")


def _check_rules(event: Event) -> None:
    """Refuse what no meeting does and what would keep a machine busy for ever."""
    for rule in (*every(event, "RRULE"), *every(event, "EXRULE")):
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
    """Its CLASS, or what Apple's servers say beside it, whichever hides more; RFC 5545, 3.8.1.3."""
    said, access = _word(event, "CLASS"), _word(event, "X-CALENDARSERVER-ACCESS")
    return access or said if said in {"", "PUBLIC"} else said


def is_cancelled(event: Event) -> bool:
    return _word(event, "STATUS") in CANCELLED or _word(event, "METHOD") == "CANCEL"


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
    """Where it is: its location, else the rooms that were invited and did not decline."""
    said = shown(str(first(event, "LOCATION") or ""), 500)
    rooms = (a for a in every(event, "ATTENDEE") if is_thing(a) and not has_declined(a))
    return said or shown(", ".join(filter(None, map(name_of, rooms))), 500)


def declined(event: Event) -> tuple[str, ...]:
    """The names of the rooms that were invited and declined."""
    rooms = (a for a in every(event, "ATTENDEE") if is_thing(a) and has_declined(a))
    return tuple(filter(None, (shown(name_of(room)) for room in rooms)))


def organiser(event: Event) -> str | None:
    found = first(event, "ORGANIZER")
    return None if found is None else address_of(found)


def without_address(event: Event) -> str | None:
    """The organiser that cannot be mailed, as they are named; None where they can, or where there is
    none.
    """
    found = first(event, "ORGANIZER")
    if found is None or not has_no_address(found):
        return None
    return shown(str(found.params.get("CN", "")) or str(found))


def expected_people(event: Event) -> int | None:
    """How many were invited and did not decline, with the organiser; None where nobody is named."""
    invited = [a for a in every(event, "ATTENDEE") if not is_thing(a)]
    if not invited:
        return None
    coming = {identity_of(a) for a in invited if not has_declined(a)}
    away = {identity_of(a) for a in invited} - coming
    leads = first(event, "ORGANIZER")
    if leads is not None and address_of(leads) is not None:
        coming |= {identity_of(leads)} - away
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


def _word(event: Event, name: str) -> str:
    return str(first(event, name) or "").strip().upper()
