"""A meeting that repeats by one rule: on which days, and what a change of one of them does to the others.

Each occurrence is a meeting like any other; the rule only says which there are. It is written as RFC 5545,
3.3.10 has it (``FREQ=WEEKLY;INTERVAL=2;COUNT=10``). Times are those of the wall's clock: a meeting at ten is
at ten in summer and in winter.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, Literal

from gateway.domain.meeting import Meeting

Every = Literal["week", "month"]
AppliesTo = Literal["this", "following", "all"]

MOST: Final = 200
"""So many occurrences at most: almost four years of weeks."""
FURTHEST: Final = timedelta(days=4 * 366)
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_CHANGED: Final = (
    "venue", "room", "title", "expected_people", "organiser", "policy", "activity", "host",
    "language", "private", "protocol",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Repeat:
    """Every ``interval`` weeks on the day of the first, or every so many months on its weekday of the
    month (the second Tuesday; a fifth is the last). Up to and including ``until``, or ``count`` times,
    those ``without`` counted.
    """

    every: Every
    interval: int = 1
    until: date | None = None
    count: int | None = None
    without: frozenset[date] = frozenset()


class CannotRepeat(Exception):
    """``endless``: neither until when nor how often is said, or both; ``too_many`` occurrences, or too
    far ahead; ``none`` is left.
    """

    def __init__(self, reason: Literal["endless", "too_many", "none"]) -> None:
        super().__init__(reason)
        self.reason = reason


def days(first: date, repeat: Repeat) -> tuple[date, ...]:
    """The days of a meeting that is held on ``first`` and repeats.

    Raises:
        CannotRepeat: it has no end, has too many occurrences, or none.

    """
    if (repeat.until is None) == (repeat.count is None):
        raise CannotRepeat("endless")
    found = []
    for number, day in enumerate(_endless(first, repeat)):
        if repeat.until is not None and day > repeat.until:
            break
        if repeat.count is not None and number >= repeat.count:
            break
        if number >= MOST or day - first > FURTHEST:
            raise CannotRepeat("too_many")
        found.append(day)
    left = tuple(day for day in found if day not in repeat.without)
    if not left:
        raise CannotRepeat("none")
    return left


def rule_of(first: date, repeat: Repeat) -> str:
    """The rule of RFC 5545, without the days that are left out."""
    parts = ["FREQ=WEEKLY" if repeat.every == "week" else "FREQ=MONTHLY"]
    if repeat.interval > 1:
        parts.append(f"INTERVAL={repeat.interval}")
    nth = "" if repeat.every == "week" else str(_nth(first))
    parts.append(f"BYDAY={nth}{_DAYS[first.weekday()]}")
    if repeat.count is not None:
        parts.append(f"COUNT={repeat.count}")
    if repeat.until is not None:
        parts.append(f"UNTIL={repeat.until:%Y%m%d}")
    return ";".join(parts)


def occurrences(
    meeting: Meeting, repeat: Repeat, series: str, ids: Iterator[str], zone: tzinfo
) -> tuple[Meeting, ...]:
    """A meeting as often as it repeats, each with an id of its own.

    Raises:
        CannotRepeat: as ``days``.

    """
    first = meeting.start.astimezone(zone).date()
    rule = rule_of(first, repeat)
    made = []
    for day in days(first, repeat):
        moved = _shifted(meeting, meeting, day - first, zone)
        made.append(replace(moved, id=next(ids), series=series, repeats=rule))
    return tuple(made)


def chosen(
    series: Iterable[Meeting], one: Meeting, applies_to: AppliesTo, now: datetime
) -> tuple[Meeting, ...]:
    """Which meetings of its series a change of ``one`` is for. Others that have begun stay as they were."""
    if applies_to == "this" or one.series is None:
        return (one,)
    others = (m for m in series if m.id != one.id and m.start > now)
    if applies_to == "following":
        others = (m for m in others if m.start >= one.start)
    return one, *others


def changed(
    meetings: Iterable[Meeting], before: Meeting, after: Meeting, zone: tzinfo
) -> tuple[Meeting, ...]:
    """The meetings with what was changed of one of them, and nothing else; its times by the day and the
    clock.
    """
    new = {
        name: getattr(after, name)
        for name in _CHANGED
        if getattr(before, name) != getattr(after, name)
    }
    found = []
    for meeting in meetings:
        if meeting.id == before.id:
            found.append(after)
            continue
        moved = meeting
        if (before.start, before.end) != (after.start, after.end):
            days_on = after.start.astimezone(zone).date() - before.start.astimezone(zone).date()
            moved = _shifted(meeting, after, days_on, zone)
        found.append(replace(moved, **new))
    return tuple(found)


def _shifted(meeting: Meeting, like: Meeting, days_on: timedelta, zone: tzinfo) -> Meeting:
    """A meeting so many days on, at the times of another by the clock on the wall."""
    begins, ends = like.start.astimezone(zone), like.end.astimezone(zone)
    day = meeting.start.astimezone(zone).date() + days_on
    last = day + (ends.date() - begins.date())
    start = datetime.combine(day, begins.time(), zone).astimezone(UTC)
    end = datetime.combine(last, ends.time(), zone).astimezone(UTC)
    # The hour that the clock skips in spring may swallow a meeting: it keeps its length then.
    return replace(
        meeting, start=start, end=end if end > start else start + (like.end - like.start)
    )


def _endless(first: date, repeat: Repeat) -> Iterator[date]:
    number = 0
    while True:
        if repeat.every == "week":
            yield first + timedelta(weeks=repeat.interval * number)
        else:
            months = first.month - 1 + repeat.interval * number
            yield _in_month(
                first.year + months // 12, months % 12 + 1, first.weekday(), _nth(first)
            )
        number += 1


def _nth(day: date) -> int:
    """Which of its weekday in its month; -1 for the fifth, which not every month has."""
    nth = (day.day - 1) // 7 + 1
    return nth if nth < 5 else -1


def _in_month(year: int, month: int, weekday: int, nth: int) -> date:
    if nth > 0:
        ahead = (weekday - date(year, month, 1).weekday()) % 7
        return date(year, month, 1 + ahead + 7 * (nth - 1))
    last = date(year, month, monthrange(year, month)[1])
    return last - timedelta(days=(last.weekday() - weekday) % 7)
