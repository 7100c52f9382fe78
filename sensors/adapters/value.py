"""Numbers, truths and times as devices write them, bounded and without a surprise."""

import json
import math
import re
from typing import Any, Final

from sensors.wire.lenient_payload import is_storable
from sensors.wire.reading import MAX_EXACT
from sensors.wire.refusal import Reason, Refused

MAX_BYTES: Final = 65_536
"""Of one message; a counter with many lines and minutes sends some 10 kB."""
LONGEST: Final = 100
"""Of a text that could be a number, a time or a name, in characters."""

_YES: Final = frozenset(
    ("true", "on", "yes", "1", "occupied", "trigger", "triggered", "motion", "detected", "present")
)
_NO: Final = frozenset(
    (
        "false",
        "off",
        "no",
        "0",
        "vacant",
        "unoccupied",
        "idle",
        "clear",
        "none",
        "no motion",
        "absent",
    )
)
_NUMBER: Final = re.compile(
    r"[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:[eE][+-]?\d{1,2})?", re.ASCII
)
_OFFSET: Final = re.compile(r"(?:UTC|GMT)? ?([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII)


def read_json(payload: bytes) -> Any | Refused:
    """What a payload of JSON holds."""
    if len(payload) > MAX_BYTES:
        return Refused(Reason.TOO_LARGE, f"{len(payload)} bytes, at most {MAX_BYTES}")
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError as error:
        return Refused(Reason.NOT_UTF8, f"byte {error.start} is not UTF-8")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        return Refused(Reason.NOT_JSON, f"not JSON: {str(error)[:120]}")


def read_object(payload: bytes) -> dict[str, Any] | Refused:
    """The JSON object in a payload."""
    found = read_json(payload)
    if isinstance(found, Refused | dict):
        return found
    return Refused(Reason.NOT_OBJECT, f"expected a JSON object, got {type(found).__name__}")


def plain(payload: bytes) -> str:
    """A short text as a payload, or nothing where it is another thing."""
    return (
        payload[: LONGEST + 1].decode("utf-8", "replace").strip() if len(payload) <= LONGEST else ""
    )


def number(value: object) -> float | None:
    """A finite number, also one in quotes; None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        if _NUMBER.fullmatch(text) is None:
            return None
        value = float(text)
    if not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def whole(value: object) -> int | None:
    """A number without a fraction."""
    found = number(value)
    is_whole = found is not None and found.is_integer() and abs(found) <= MAX_EXACT
    return int(found) if found is not None and is_whole else None


def movement(value: object) -> bool | int | None:
    """Whether somebody moved, or how often."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) <= LONGEST:
        word = value.strip().lower()
        if word in _YES:
            return True
        if word in _NO:
            return False
    return whole(value)


def percent(value: object) -> float | None:
    """A number of 0 to 100."""
    found = number(value)
    return found if found is not None and 0 <= found <= 100 else None


def text_of(value: object) -> str | None:
    """A name or a time: text that is not empty, or a number as text."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
        return str(value)
    if not isinstance(value, str) or len(value) > 10 * LONGEST or not is_storable(value.strip()):
        return None
    return value.strip() if 0 < len(value.strip()) <= LONGEST else None


def time_of(value: object) -> str | float | None:
    """A time as ``ts`` has it: text or a number."""
    if isinstance(value, str):
        return text_of(value)
    found = number(value)
    return (
        found if found is None or not found.is_integer() or abs(found) > MAX_EXACT else int(found)
    )


def with_offset(local: object, offset: object) -> str | None:
    """A local time with an offset that stands beside it, as ``2022/12/20 18:15:52`` and ``UTC+8:00``."""
    time, zone = text_of(local), text_of(offset)
    if time is None:
        return None
    time = time.replace("/", "-")
    match = None if zone is None else _OFFSET.fullmatch(zone)
    if match is None:
        return time
    sign, hours, minutes = match.groups()
    return f"{time}{sign}{int(hours):02}:{minutes or '00'}"


def part(value: object, *keys: str) -> Any:
    """What lies under these keys of objects in objects, None where one is missing."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list; none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
