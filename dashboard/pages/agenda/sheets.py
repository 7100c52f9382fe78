"""Meetings by room on a sheet: a week of days, or a day of quarters of an hour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from dashboard.pages.agenda.meeting_line import MeetingLine
from gateway.domain.room import Room
from gateway.words.locale import PageLocale

QUARTER: Final = timedelta(minutes=15)
PER_HOUR: Final = 4
FROM_HOUR, UNTIL_HOUR = 8, 20
"""What of a day is always shown."""


@dataclass(frozen=True, slots=True)
class WeekDay:
    date: date
    name: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A room with its meetings by day."""

    room: Room
    days: tuple[tuple[WeekDay, tuple[MeetingLine, ...]], ...]


@dataclass(frozen=True, slots=True)
class WeekSheet:
    days: tuple[WeekDay, ...]
    rows: tuple[WeekRow, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """So many quarters of an hour that a meeting takes; without one they are free."""

    quarters: int
    line: MeetingLine | None = None


@dataclass(frozen=True, slots=True)
class DayRow:
    """A room with its day; what overlaps stands in ``lanes`` one above the other."""

    room: Room
    lanes: tuple[tuple[Stretch, ...], ...]


@dataclass(frozen=True, slots=True)
class DaySheet:
    hours: tuple[str, ...]
    rows: tuple[DayRow, ...]


def week_sheet(
    rooms: Iterable[Room],
    lines: Sequence[MeetingLine],
    begins: date,
    today: date,
    locale: PageLocale,
) -> WeekSheet:
    days = tuple(
        WeekDay(day, locale.day(datetime.combine(day, time(12), locale.zone)), day == today)
        for day in (begins + timedelta(days=number) for number in range(7))
    )
    rows = (
        WeekRow(
            room,
            tuple(
                (
                    day,
                    tuple(
                        line
                        for line in lines
                        if line.place == (room.venue, room.slug) and line.date == day.date
                    ),
                )
                for day in days
            ),
        )
        for room in rooms
    )
    return WeekSheet(days, tuple(rows))


def day_sheet(
    rooms: Iterable[Room], lines: Sequence[MeetingLine], day: date, locale: PageLocale
) -> DaySheet:
    spans = [(line, *_quarters(line, day, locale)) for line in lines]
    first = min([FROM_HOUR, *(start // PER_HOUR for _, start, _ in spans)])
    last = max([UNTIL_HOUR, *(-(-end // PER_HOUR) for _, _, end in spans)])
    rows = []
    for room in rooms:
        own = [span for span in spans if span[0].place == (room.venue, room.slug)]
        lanes = tuple(
            _stretches(lane, first * PER_HOUR, last * PER_HOUR) for lane in _lanes(own) or [[]]
        )
        rows.append(DayRow(room, lanes))
    return DaySheet(tuple(f"{hour:02}:00" for hour in range(first, last)), tuple(rows))


_Span = tuple[MeetingLine, int, int]


def _quarters(line: MeetingLine, day: date, locale: PageLocale) -> tuple[int, int]:
    """From which quarter of the day by the wall's clock up to which; at least one."""

    def quarter(at: datetime) -> float:
        local = locale.local(at)
        minutes = 60 * local.hour + local.minute
        return (24 * 60 * (local.date() - day).days + minutes) / 15

    start = min(max(int(quarter(line.meeting.start)), 0), 24 * PER_HOUR - 1)
    end = min(int(-(-quarter(line.meeting.end) // 1)), 24 * PER_HOUR)
    return start, max(end, start + 1)


def _lanes(spans: Sequence[_Span]) -> list[list[_Span]]:
    """The spans over as few lanes as hold them without overlap."""
    lanes: list[list[_Span]] = []
    for span in sorted(spans, key=lambda one: (one[1], one[2])):
        free = next((lane for lane in lanes if lane[-1][2] <= span[1]), None)
        if free is None:
            lanes.append([span])
        else:
            free.append(span)
    return lanes


def _stretches(lane: Sequence[_Span], first: int, last: int) -> tuple[Stretch, ...]:
    """A lane from its first quarter to its last; what is free ends at each hour, where a line stands."""
    found: list[Stretch] = []
    at = first
    for line, start, end in lane:
        found += _free(at, start)
        found.append(Stretch(end - start, line))
        at = end
    return (*found, *_free(at, last))


def _free(start: int, end: int) -> list[Stretch]:
    found = []
    while start < end:
        hour = min(end, (start // PER_HOUR + 1) * PER_HOUR)
        found.append(Stretch(hour - start))
        start = hour
    return found
