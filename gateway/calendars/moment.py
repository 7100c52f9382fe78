"""Dates and times as calendars write them, and as RFC 5545 (3.3.4 to 3.3.6) has them."""

import re
from datetime import UTC, datetime
from typing import Final

_MOMENT = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[T\s]*(\d\d):?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?|\s*Z)?",
    re.IGNORECASE,
)
_DURATION = re.compile(r"([+-]?P(?:\d+W)?(?:\d+D)?)T?((?:\d+H)?(?:\d+M)?(?:\d+S)?)")
_NOTHING: Final = frozenset({"", "null", "none", "undefined", "nan", "nat", "invalid date"})


def is_nothing(text: str) -> bool:
    """Whether a program wrote this where it had no value."""
    return text.strip().casefold() in _NOTHING


def moment(text: str) -> str | None:
    """``20261124``, ``20261124T100000`` or, in UTC, ``20261124T100000Z``, from these and from what
    ISO 8601 allows beside them; None where it is no moment.
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    if hour is None:
        return f"{year}{month}{day}"
    local = f"{year}{month}{day}T{hour}{minute}{second or '00'}"
    if zone is None or zone.upper() == "Z":
        return local + (zone or "").upper()
    try:
        at = datetime.strptime(f"{local}{zone}", "%Y%m%dT%H%M%S%z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return f"{at:%Y%m%dT%H%M%SZ}"


def period(text: str) -> str | None:
    """The same for ``start/end`` and ``start/duration``."""
    start, _, end = text.partition("/")
    begins, ends = moment(start), moment(end) or duration(end)
    return f"{begins}/{ends}" if begins and ends else None


def duration(text: str) -> str:
    """``PT1H30M`` from that with blanks, small letters or without its T; else the text itself."""
    plain = "".join(text.split()).upper()
    found = _DURATION.fullmatch(plain)
    if found is None or not (found[2] or found[1][-1] in "WD"):
        return plain
    return f"{found[1]}T{found[2]}" if found[2] else found[1]
