"""Where in a JSON payload a value lies: ``$.data[0].co2``, the dollar may be left out."""

import re
from typing import Any, Final

_PART: Final = re.compile(r"\.?([^.\[\]]{1,100})|\[(\d{1,4})\]|\[['\"]([^'\"\]]{1,100})['\"]\]")
MOST_PARTS: Final = 20

Path = tuple[str | int, ...]


def parse_path(text: str) -> Path | None:
    """The keys and places of a path; empty for the payload as a whole, None where it is no path."""
    rest = text.strip().removeprefix("$")
    found: list[str | int] = []
    at = 0
    while at < len(rest):
        match = _PART.match(rest, at)
        if match is None or len(found) == MOST_PARTS:
            return None
        key, index, quoted = match.groups()
        found.append(int(index) if index is not None else key if key is not None else quoted)
        at = match.end()
    return tuple(found)


def at_path(value: Any, path: Path) -> Any:
    """What lies there, None where nothing does."""
    for key in path:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value
