"""iCalendar bytes → the meetings of a time, and what is wrong with the rest.

The calendar is cut in pieces first, and every event with its changed occurrences is worked out on
its own (icalendar, x-wr-timezone, recurring-ical-events): what is broken costs itself alone.
"""

import hashlib
import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Event

from gateway.calendars import event as properties
from gateway.calendars.discretion import discreet
from gateway.calendars.event import LONGEST, Wrong, first, read_event
from gateway.calendars.mending import Places
from gateway.calendars.occurrence import age, occurrence_of, place, statement_of, substance
from gateway.calendars.series import aligned, expanded
from gateway.calendars.splitter import Block, Blocks, Envelope, cut
from gateway.calendars.zones import Zones
from gateway.domain.calendar.occurrence import Occurrence, Statement
from gateway.domain.calendar.problem import CalendarProblem
from gateway.domain.calendar.scheduling import ANSWERS

MOST_OCCURRENCES: Final = 5_000
MOST_PROBLEMS: Final = 100
UID_LENGTH: Final = 500
_DAY = timedelta(days=1)
_DATE = re.compile(r"(\d{8})")
_UNTIL = re.compile(r"UNTIL=(\d{8})", re.IGNORECASE)

Patience = Callable[[], AbstractContextManager[object]]
"""Makes a context that raises ``TookTooLong`` when its block does not end in time."""


class NotACalendar(ValueError):
    """The bytes are no iCalendar file."""


class TookTooLong(BaseException):
    """An event took more time than it was given; no ``except Exception`` of a library may hold it
    up.
    """


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start`` up to, not including, ``end``; both in UTC."""

    start: datetime
    end: datetime

    def touches(self, start: datetime, end: datetime) -> bool:
        return start < self.end and end > self.start


@dataclass(frozen=True, slots=True)
class Read:
    """What a calendar holds for a span: occurrences by their start, what is wrong, the ``uids`` of
    all its events and of those of which something could not be worked out (``unread``), and what
    each event is about (``statements``; of a calendar without METHOD or with PUBLISH, those that
    may touch the span).
    """

    occurrences: tuple[Occurrence, ...]
    problems: tuple[CalendarProblem, ...]
    uids: frozenset[str]
    unread: frozenset[str]
    statements: tuple[Statement, ...] = ()


def read_calendar(
    data: bytes,
    span: Period,
    zone: ZoneInfo,
    patience: Patience = nullcontext,
    charset: str = "",
) -> Read:
    """The meetings of ``span`` in a calendar; times without a zone are of the calendar's own, else of
    ``zone``. ``charset`` is what the server says of its bytes.

    Not for two threads at a time: icalendar keeps the zones it met for the whole process.

    Raises:
        NotACalendar: it does not look like one anywhere.

    """
    blocks = cut(data, charset)
    if not blocks.calendars:
        raise NotACalendar("no BEGIN:VCALENDAR")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _Reading(blocks, span, zone, patience).read()


class _Reading:
    """One reading of one calendar: what was found so far."""

    def __init__(self, blocks: Blocks, span: Period, zone: ZoneInfo, patience: Patience) -> None:
        self._blocks = blocks
        self._span = span
        self._zone = zone
        self._patience = patience
        self._problems: list[CalendarProblem] = []
        self._zones = Zones(blocks.zones, patience, TookTooLong)
        self._unread: set[str] = set()
        self._statements: list[Statement] = []
        self._unheard: list[Statement] = []
        self._calendar_zones: dict[str, str] = {}

    def read(self) -> Read:
        found: list[Occurrence] = []
        for uid, events in self._by_uid().items():
            try:
                whole = aligned(events, self._zone)
                self._statements += [statement_of(uid, event, self._zone) for event in events]
                chosen = self._without_doubles(whole)
            except (Wrong, OverflowError) as error:  # a year that cannot be written
                why = error if isinstance(error, Wrong) else Wrong("no_start", str(error))
                self._left_out(properties.title(events[0]), uid, why)
                continue
            if chosen:
                found += self._occurrences(uid, chosen)
        found.sort(key=lambda one: (one.start, one.uid, one.key))
        if len(found) > MOST_OCCURRENCES:
            self._problems.insert(0, CalendarProblem("too_many", detail=str(MOST_OCCURRENCES)))
        uids = frozenset(_uid(block) for block in self._blocks.events) - {""}
        return Read(
            tuple(found[:MOST_OCCURRENCES]),
            self._some_problems(),
            uids,
            frozenset(self._unread),
            tuple(dict.fromkeys((*self._statements, *self._unheard))),
        )

    def _places(self, calendar: Envelope) -> Places:
        name = calendar.timezone
        known = self._zones.known_as(name) if name else None
        if name and known is None:
            self._problems.append(CalendarProblem("unknown_zone", "", properties.shown(name)))
        return Places(self._zones, known or self._zone.key, known)

    def _by_uid(self) -> dict[str, list[Event]]:
        """The events that may touch the span, with their changed occurrences."""
        found: dict[str, list[Event]] = defaultdict(list)
        places = {id(one): self._places(one) for one in self._blocks.calendars}
        nowhere = Places(self._zones, self._zone.key)
        for block in self._blocks.events:
            is_message = block.within.method not in {"", "PUBLISH"}
            if _is_elsewhere(block, self._span) and not is_message:
                continue
            try:
                with self._patience():
                    at = places.get(id(block.within), nowhere)
                    event, problems = read_event(block, at)
            except Wrong as wrong:
                self._left_out(_title(block), _uid(block), wrong)
            except TookTooLong:
                self._left_out(_title(block), _uid(block), Wrong("too_slow"))
            except Exception as error:  # noqa: BLE001 - the library's
                self._left_out(_title(block), _uid(block), Wrong("unreadable", str(error)))
            else:
                if block.within.method in ANSWERS:
                    self._unheard.append(statement_of(_uid(block), event, self._zone))
                    continue
                self._problems += problems
                found[_uid(block)].append(event)
                if at.calendar is not None:
                    self._calendar_zones.setdefault(_uid(block), at.calendar)
        return found

    def _occurrences(self, uid: str, chosen: list[Event]) -> list[Occurrence]:
        series = next((event for event in chosen if "RRULE" in event), chosen[0])
        name = properties.title(series)
        calendar_zone = self._zones.find(self._calendar_zones.get(uid, ""))
        try:
            with self._patience():
                # A day more on either side: a day without time is of no zone yet.
                start, end = self._span.start - _DAY, self._span.end + _DAY
                found = expanded(chosen, start, end, calendar_zone)
        except TookTooLong:
            self._left_out(name, uid, Wrong("too_slow"))
            return []
        except Exception as error:  # noqa: BLE001 - the libraries raise whatever a rule leads them to
            rule = first(series, "RRULE")
            said = str(error) if rule is None else rule.to_ical().decode()
            self._left_out(name, uid, Wrong("unreadable" if rule is None else "bad_rule", said))
            return []
        recurs = any("RECURRENCE-ID" in e or "RRULE" in e or "RDATE" in e for e in chosen)
        return self._meetings(uid, found, recurs, properties.classification(series))

    def _meetings(
        self, uid: str, events: Iterable[Event], recurs: bool, classification: str
    ) -> list[Occurrence]:
        found: list[Occurrence] = []
        wrong: tuple[str, Wrong] | None = None
        for event in events:
            if not properties.is_meeting(event):
                continue
            try:
                made = occurrence_of(uid, event, self._zone, recurs)
            except Wrong as error:
                wrong = (properties.title(event), error)
                continue
            if self._span.touches(made.start, made.end):
                # A changed occurrence that does not say whom it is for is as its series.
                found.append(replace(made, classification=made.classification or classification))
                self._tell_of_organiser(event)
            if len(found) > MOST_OCCURRENCES:
                break
        if wrong is not None:
            name, why = wrong
            self._left_out(name, uid, why)
        return found

    def _tell_of_organiser(self, event: Event) -> None:
        name = properties.without_address(event)
        if name is not None:
            said = CalendarProblem("no_organiser", properties.title(event), name)
            self._problems.append(said)

    def _without_doubles(self, events: list[Event]) -> list[Event]:
        """One event for each place in the series: the newest of those that claim it."""
        kept: dict[str, Event] = {}
        for event in events:
            claim = first(event, "RECURRENCE-ID")
            key = "" if claim is None else f"{place(event, self._zone)} {claim.params.get('RANGE')}"
            before = kept.get(key)
            if before is not None and substance(before) != substance(event):
                self._problems.append(CalendarProblem("same_id", properties.title(event)))
            if before is None or age(event) >= age(before):
                kept[key] = event
        return list(kept.values())

    def _left_out(self, name: str, uid: str, wrong: Wrong) -> None:
        self._problems.append(CalendarProblem(wrong.code, name, wrong.detail))
        self._unread.add(uid)

    def _some_problems(self) -> tuple[CalendarProblem, ...]:
        found = list(dict.fromkeys(discreet(self._problems, self._blocks.events)))
        if len(found) <= MOST_PROBLEMS:
            return tuple(found)
        more = CalendarProblem("more_mistakes", detail=str(len(found) - MOST_PROBLEMS))
        return (*found[:MOST_PROBLEMS], more)


def _is_elsewhere(block: Block, span: Period) -> bool:
    """Whether it cannot touch the span: years of past meetings need not be read."""
    if block.all("RECURRENCE-ID") or block.all("RDATE"):
        return False
    start = _DATE.match(block.value("DTSTART"))
    if start is None:
        return False
    if start[1] > _digits(span.end + 2 * _DAY):
        return True
    rules = block.all("RRULE")
    until = [_UNTIL.search(rule.value) for rule in rules] if rules else [start]
    oldest = _digits(span.start - LONGEST - 2 * _DAY)
    return all(date is not None and date[1] < oldest for date in until) and start[1] < oldest


def _digits(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%d")


def _title(block: Block) -> str:
    return properties.shown(block.value("SUMMARY")) or properties.shown(block.value("UID"))


def _uid(block: Block) -> str:
    given = block.value("UID")
    return given if len(given) <= UID_LENGTH else hashlib.sha256(given.encode()).hexdigest()
