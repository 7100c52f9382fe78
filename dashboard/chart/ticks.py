"""Where an axis has its numbers: few, round, and of the venue's own clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import floor, log10
from typing import Final

from gateway.words.locale import PageLocale

_STEPS_MIN: Final = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)
_STEPS_DAYS: Final = (1, 2, 7, 14)
_STEPS_MONTHS: Final = (1, 3, 6, 12, 24, 60)
DAYS: Final = timedelta(hours=36)
"""Over longer than this, an axis shows days."""
MONTHS: Final = timedelta(days=75)
YEARS: Final = timedelta(days=800)


def levels(low: float, high: float, most: int) -> list[float]:
    """Round numbers from ``low`` to ``high``, at most so many."""
    if high <= low:
        return [low]
    least = (high - low) / most
    power: float = 10.0 ** floor(log10(least))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= least)
    first = -floor(-low / step)
    return [round(number * step, 6) for number in range(first, floor(high / step) + 1)][:most]


def times(
    start: datetime, end: datetime, locale: PageLocale, most: int = 8
) -> list[tuple[datetime, str]]:
    """Round moments of the venue's clock, each as the axis says it."""
    length = end - start
    begins = locale.local(start).replace(tzinfo=None)
    ends = locale.local(end).replace(tzinfo=None)
    found = [at.replace(tzinfo=locale.zone) for at in _round(begins, ends, length / most)]
    return [(at, written(at, length, locale)) for at in found if start <= at <= end]


def written(at: datetime, length: timedelta, locale: PageLocale) -> str:
    """A moment as an axis over so long a time says it."""
    if length > YEARS:
        return str(locale.local(at).year)
    if length > MONTHS:
        return locale.month(at)
    return (
        locale.local(at).strftime(locale.gettext("%-d-%-m")) if length > DAYS else locale.time(at)
    )


def _round(begins: datetime, ends: datetime, least: timedelta) -> Iterator[datetime]:
    midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0)
    for minutes in _STEPS_MIN:
        if timedelta(minutes=minutes) >= least:
            yield from _every(midnight, ends, timedelta(minutes=minutes))
            return
    for days in _STEPS_DAYS:
        if timedelta(days=days) >= least:
            # Weeks begin on Mondays, wherever the time shown begins.
            back = midnight.weekday() if days >= 7 else 0
            yield from _every(midnight - timedelta(days=back), ends, timedelta(days=days))
            return
    months = next((m for m in _STEPS_MONTHS if timedelta(days=30.4 * m) >= least), 120)
    number = (begins.year * 12 + begins.month - 1) // months * months
    while (at := midnight.replace(year=number // 12, month=number % 12 + 1, day=1)) <= ends:
        yield at
        number += months


def _every(at: datetime, ends: datetime, step: timedelta) -> Iterator[datetime]:
    while at <= ends:
        yield at
        at += step
