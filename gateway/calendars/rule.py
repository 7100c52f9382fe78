"""Rules of recurrence without what means nothing in them: RFC 5545, 3.3.10."""

import re
from collections.abc import Callable
from typing import Final

from gateway.calendars.moment import is_nothing

_PARTS: Final = frozenset(
    {
        "BYDAY", "BYHOUR", "BYMINUTE", "BYMONTH", "BYMONTHDAY", "BYSECOND", "BYSETPOS", "BYWEEKNO",
        "BYYEARDAY", "COUNT", "FREQ", "INTERVAL", "UNTIL", "WKST",
    }
)  # fmt: skip
_DOUBLED_NAME = re.compile(r"\s*(?:EX|R)RULE\s*:", re.IGNORECASE)


def rule(value: str, until: Callable[[str], str], rubbish: list[str]) -> str:
    """A rule in its parts that mean something, empty without any. ``until`` puts an UNTIL as the
    series needs it; what was passed over is added to ``rubbish``.
    """
    bare = value
    while doubled := _DOUBLED_NAME.match(bare):
        rubbish.append(doubled[0])
        bare = bare[doubled.end() :]
    kept: dict[str, str] = {}
    for part in bare.split(";"):
        name, items = _read(part)
        if not part.strip():
            continue
        if not items or _means_nothing(name, items) or kept.get(name) == ",".join(items):
            rubbish.append(part.strip())
            continue
        if len(items) < part.count(",") + 1:
            rubbish.append(part.strip())
        kept.setdefault(name, until(items[0]) if name == "UNTIL" else ",".join(items))
    return ";".join(f"{name}={items}" for name, items in kept.items())


def _read(part: str) -> tuple[str, list[str]]:
    name, _, given = part.partition("=")
    items = ["".join(item.split()).strip("\"'") for item in given.split(",")]
    return name.strip().upper(), [item.upper() for item in items if not is_nothing(item)]


def _means_nothing(name: str, items: list[str]) -> bool:
    # RFC 7529: the calendar of a rule, and what it does where a month has no such day.
    if name == "RSCALE":
        return items == ["GREGORIAN"]
    return (name not in _PARTS and name != "RSCALE") or (name == "INTERVAL" and items == ["0"])
