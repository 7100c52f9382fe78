"""The time that a device gives its reading, in the ways in which devices write one."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sensors.wire.instant import EPOCH
from sensors.wire.refusal import Reason, Refused

MILLISECONDS_FROM = 10**11
"""From here on a number counts milliseconds: as seconds it would be the year 5138, as milliseconds
it is 1973.
"""
EXPECTED = "expected ISO 8601, or seconds or milliseconds since 1970 as a number"

_SHAPE = re.compile(
    r"""
    (?P<day> \d{4}-\d{2}-\d{2} | \d{8})
    [Tt\ ]
    (?P<time> \d{2}:\d{2} (?: :\d{2} (?: [.,]\d+ )? )? | \d{6} (?: [.,]\d+ )? | \d{4})
    \ ? (?P<zone> [Zz] | [+-]\d{2} (?: :?\d{2} )? )?
    """,
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class GivenTime:
    """A time that a device gave; ``zone_assumed`` where it wrote a local one without its zone."""

    at: datetime
    zone_assumed: bool = False


def read_time(value: object, local: tzinfo) -> GivenTime | Refused | None:
    """The time in a ``ts`` as JSON has it, one without a zone as of ``local``; None where none is
    given: ``null``, an empty text, nought.

    Of an hour that the clocks show twice the first is meant; one that they leave out in spring is
    counted on from before as if they had not been changed.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _read_text(value, local)
    if isinstance(value, int) and not isinstance(value, bool):
        return None if value == 0 else _read_number(value)
    if isinstance(value, float):
        return None if value == 0 else _read_number(value)
    return _refused(type(value).__name__)


def _read_text(text: str, local: tzinfo) -> GivenTime | Refused:
    match = _SHAPE.fullmatch(text.strip())
    if match is None:
        return _refused(repr(text[:40]))
    day, time, zone = match.group("day", "time", "zone")
    try:
        at = datetime.fromisoformat(f"{day}T{time}{(zone or '').upper()}")
    except ValueError as error:
        return _refused(f"{text[:40]!r} ({error})")
    return GivenTime(at.replace(tzinfo=local), zone_assumed=True) if zone is None else GivenTime(at)


def _read_number(value: float) -> GivenTime | Refused:
    if not value > 0:
        return _refused("a negative number" if value < 0 else "not a number")
    to_us = 1_000_000 if value < MILLISECONDS_FROM else 1_000
    try:
        return GivenTime(EPOCH + timedelta(microseconds=round(value * to_us)))
    except OverflowError:
        return _refused("a number beyond the year 9999")


def _refused(what: str) -> Refused:
    return Refused(Reason.BAD_TIME, f"ts is {what}: {EXPECTED}")
