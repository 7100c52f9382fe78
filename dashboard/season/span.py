"""The days of a season: whole months where nobody says which."""

from datetime import date, timedelta
from typing import Final

from gateway.reports.season import LONGEST

MONTHS: Final = 3
EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)
EXPECTED: Final = "expected a day before to, by ten years at most"


class WrongSpan(Exception):
    """The days are none of a season; the message says what was expected."""


def span_of(from_: date | None, to: date | None, today: date) -> tuple[date, date]:
    """From which day up to which, that one not included. Without an end it is that of the month that
    goes on, without a begin three months before the end.

    Raises:
        WrongSpan: nothing lies between, or more than ten years.

    """
    end = to or month_begin(today, 1)
    if not EARLIEST < end <= LATEST:
        raise WrongSpan(EXPECTED)
    start = from_ or month_begin(end - timedelta(days=1), 1 - MONTHS)
    if not EARLIEST <= start < end or end - start > LONGEST:
        raise WrongSpan(EXPECTED)
    return start, end


def month_begin(day: date, further: int = 0) -> date:
    """The first of its month, or of one so many months on."""
    months = day.year * 12 + day.month - 1 + further
    return date(months // 12, months % 12 + 1, 1)
