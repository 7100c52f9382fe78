"""Quiet hours: a part of each night, by the clock of the venue, in which nobody is woken."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


class QuietHours(NamedTuple):
    """Whether it is quiet, and the moment up to which that stays so."""

    is_quiet: bool
    until: datetime


def quiet_at(zone: ZoneInfo, since: time, until: time, at: datetime) -> QuietHours:
    """Whether ``at`` lies in the quiet hours that begin at ``since`` and end at ``until``, local
    times; an end that is not after the beginning is that of the next day.

    Each date has one night, also where the clocks change: of an hour that comes twice the first
    counts, and one that is left out is taken as if the clocks had not been changed.
    """
    day = at.astimezone(zone).date() - _DAY
    while True:
        begins = _moment(zone, day, since)
        if at < begins:
            return QuietHours(False, begins)
        ends = _moment(zone, day if since < until else day + _DAY, until)
        if at < ends:
            return QuietHours(True, ends)
        day += _DAY


def _moment(zone: ZoneInfo, day: date, local: time) -> datetime:
    return datetime.combine(day, local, zone).astimezone(UTC)
