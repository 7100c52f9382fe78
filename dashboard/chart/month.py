"""A month of a room's CO2, hour by hour: what is drawn as a map of days and hours, and said as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from gateway.store.interface import Series
from gateway.words.locale import PageLocale
from sensors.wire.instant import from_ns

USUAL_PPM: Final = 1200.0
"""What the steps are made of where a room has no limit."""
_NOON: Final = time(12)
_STEPS: Final = (0.5, 0.67, 0.83, 1.0, 1.25)
"""In parts of the limit: from the fourth on it is over it."""


@dataclass(frozen=True, slots=True)
class Cell:
    hour: int
    step: int
    said: str


@dataclass(frozen=True, slots=True)
class Day:
    """A row of the map and of the table; texts are empty where nothing was measured."""

    name: str
    is_weekend: bool
    cells: tuple[Cell, ...]
    mean: str
    highest: str
    hours_over: str


@dataclass(frozen=True, slots=True)
class Month:
    days: tuple[Day, ...]
    steps: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not any(day.cells for day in self.days)


def month_of(series: Series, first: date, limit_ppm: float | None, locale: PageLocale) -> Month:
    """The month that begins on ``first``, out of a series in hours of the venue's clock."""
    bounds = [round(part * (limit_ppm or USUAL_PPM), -1) for part in _STEPS]
    hours: dict[date, list[tuple[int, float, float]]] = {}
    means, highs = series.mean.get("co2_ppm", ()), series.max.get("co2_ppm", ())
    for at_ns, mean, high in zip(series.at_ns, means, highs, strict=False):
        if mean is not None and high is not None:
            at = locale.local(from_ns(at_ns))
            hours.setdefault(at.date(), []).append((at.hour, mean, high))
    days = []
    day = first
    while day.month == first.month:
        days.append(_day(day, hours.get(day, []), bounds, limit_ppm, locale))
        day += timedelta(days=1)
    return Month(tuple(days), _steps(bounds, locale))


def _day(
    day: date,
    hours: Sequence[tuple[int, float, float]],
    bounds: Sequence[float],
    limit_ppm: float | None,
    locale: PageLocale,
) -> Day:
    name = locale.weekday_and_day(datetime.combine(day, _NOON, locale.zone))
    cells = tuple(
        Cell(
            hour,
            sum(mean >= bound for bound in bounds),
            locale.gettext(
                "%(day)s %(hour)s:00: %(mean)s ppm, at most %(high)s",
                day=name,
                hour=f"{hour:02}",
                mean=locale.number(mean),
                high=locale.number(high),
            ),
        )
        for hour, mean, high in hours
    )
    if not hours:
        return Day(name, day.weekday() >= 5, (), "", "", "")
    over = sum(limit_ppm is not None and mean >= limit_ppm for _, mean, _ in hours)
    return Day(
        name,
        day.weekday() >= 5,
        cells,
        locale.number(sum(mean for _, mean, _ in hours) / len(hours)),
        locale.number(max(high for _, _, high in hours)),
        "" if limit_ppm is None else locale.number(over),
    )


def _steps(bounds: Sequence[float], locale: PageLocale) -> tuple[str, ...]:
    told = [locale.number(bound) for bound in bounds]
    between = (f"{low}–{high}" for low, high in pairwise(told))
    return (
        locale.gettext("under %(ppm)s", ppm=told[0]),
        *between,
        locale.gettext("%(ppm)s and more", ppm=told[-1]),
    )
