"""The second look at a payload that did not decode as it should: plain JSON, judged key by key.

An optional value that is wrong is left out and named; a required one refuses the message, and so does
a time that cannot be read: at its arrival a reading from a backlog would stand in the wrong place.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Annotated, Any, TypeGuard

import msgspec
from msgspec import Meta

from sensors.wire.field import Field
from sensors.wire.given_time import read_time
from sensors.wire.reading import FIELDS, MAX_EXACT, MOTION_RANGE, Kind
from sensors.wire.refusal import Reason, Refused


def _message(kind: Kind) -> Any:
    """The struct of a well-formed payload, in which every optional value is in its range."""
    return msgspec.defstruct(
        f"{kind.title()}Message",
        [
            ("ts", Annotated[datetime, Meta(tz=True)] | None, None),
            ("seq", Annotated[int, Meta(ge=0, le=MAX_EXACT)] | None, None),
            *(_attribute(field) for field in FIELDS[kind]),
        ],
        kw_only=True,
        gc=False,
    )


def _attribute(field: Field) -> tuple[str, Any] | tuple[str, Any, Any]:
    if not field.nullable:
        return field.name, field.type
    if field.quantity.essential:  # judged by what it says, so that the refusal can name it
        return field.name, field.type | None, None
    low, high = field.bounds
    said: Any = Annotated[field.type, Meta(ge=low, le=high)]
    return field.name, (said | bool if field.quantity.or_bool else said) | None, None


@dataclass(frozen=True, slots=True)
class Sorted:
    """A message, the optional keys that were left out of it, and whether its time named no zone."""

    message: Any
    dropped: tuple[str, ...]
    zone_assumed: bool


AirMessage = _message("air")
PeopleMessage = _message("people")


def json_object(payload: bytes) -> dict[str, Any] | Refused:
    """The JSON object in a payload."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError as error:
        return Refused(Reason.NOT_UTF8, f"byte {error.start} is not UTF-8")
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Refused(Reason.NOT_JSON, f"not JSON: {str(error)[:120]}")
    if not isinstance(raw, dict):
        return Refused(Reason.NOT_OBJECT, f"expected a JSON object, got {type(raw).__name__}")
    return raw


def sort_out_air(raw: dict[str, Any], local: tzinfo) -> Sorted | Refused:
    """An air message; a time without a zone is one of ``local``."""
    co2_ppm = _required_number(raw, "co2_ppm")
    if isinstance(co2_ppm, Refused):
        return co2_ppm
    message = AirMessage(co2_ppm=co2_ppm)
    return _take_options(message, raw, local, _OPTIONS["air"])


def sort_out_people(raw: dict[str, Any], local: tzinfo) -> Sorted | Refused:
    """A people message; a time without a zone is one of ``local``."""
    message = PeopleMessage()
    if _moved_alone(raw):
        refused = _motion_fault(raw["motion"])
        return refused or _take_options(message, raw, local, _OPTIONS["people"])
    required = ("count",) if raw.get("count") is not None else ("in_total", "out_total")
    for name in required:
        value = _required_whole(raw, name)
        if isinstance(value, Refused):
            return value
        setattr(message, name, value)
    return _take_options(message, raw, local, _OPTIONS["people"])


def _moved_alone(raw: dict[str, Any]) -> bool:
    """Whether a message says who moved, and counts nobody."""
    counted = (raw.get(name) for name in ("count", "in_total", "out_total"))
    return raw.get("motion") is not None and all(value is None for value in counted)


def _motion_fault(value: object) -> Refused | None:
    """Why a message that says nothing else is refused, or None where it is sound."""
    if _take_motion(value) is not None:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return Refused(Reason.NOT_FINITE, "motion is not a finite number")
    if is_number(value) and value == value // 1:
        low, high = MOTION_RANGE
        return Refused(Reason.OUT_OF_RANGE, f"motion is {_shown(value)}, expected {low} to {high}")
    said = f"motion is {_shown(value)}, expected true, false or a whole number"
    return Refused(Reason.WRONG_TYPE, said)


def _take_options(
    message: Any, raw: dict[str, Any], local: tzinfo, options: dict[str, Callable[[Any], Any]]
) -> Sorted | Refused:
    given = read_time(raw.get("ts"), local)
    if isinstance(given, Refused):
        return given
    if given is not None:
        message.ts = given.at
    dropped: list[str] = []
    for name, take in options.items():
        value = raw.get(name)
        if value is None:
            continue
        if isinstance(value, float) and not math.isfinite(value):
            return Refused(Reason.NOT_FINITE, f"{name} is not a finite number")
        taken = take(value)
        if taken is None:
            dropped.append(name)
        setattr(message, name, taken)
    return Sorted(message, tuple(dropped), given is not None and given.zone_assumed)


def _required_number(raw: dict[str, Any], name: str) -> float | Refused:
    value = raw.get(name)
    if value is None:
        return Refused(Reason.MISSING_FIELD, f"{name} is missing")
    if not is_number(value):
        return Refused(Reason.WRONG_TYPE, f"{name} is {_shown(value)}, expected a number")
    try:
        number = float(value)
    except OverflowError:
        return Refused(Reason.OUT_OF_RANGE, f"{name} is a number of {len(str(value))} digits")
    if not math.isfinite(number):
        return Refused(Reason.NOT_FINITE, f"{name} is not a finite number")
    return number


def _required_whole(raw: dict[str, Any], name: str) -> int | Refused:
    number = _required_number(raw, name)
    if isinstance(number, Refused):
        return number
    value = raw[name]
    if not isinstance(value, int):
        return Refused(Reason.WRONG_TYPE, f"{name} is {_shown(value)}, expected a whole number")
    return value


def _shown(value: object) -> str:
    try:
        return json.dumps(value)[:60]
    except RecursionError:
        return "nested too deep"


def is_storable(value: object) -> TypeGuard[str]:
    """Whether it is text that UTF-8 and every database take: no lone surrogate, no control."""
    return isinstance(value, str) and value.isprintable()


def is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _take_seq(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= MAX_EXACT else None


def _take_motion(value: object) -> int | None:
    if isinstance(value, bool):
        return int(value)
    if not is_number(value) or not within(value, MOTION_RANGE):
        return None
    return int(value) if value == int(value) else None


def _in_range(field: Field) -> Callable[[Any], Any]:
    def take(value: Any) -> Any:
        return field.type(value) if is_number(value) and within(value, field.bounds) else None

    return take


def _options(kind: Kind) -> dict[str, Callable[[Any], Any]]:
    options: dict[str, Callable[[Any], Any]] = {"seq": _take_seq}
    for field in FIELDS[kind]:
        if not field.quantity.essential:
            options[field.name] = _take_motion if field.quantity.or_bool else _in_range(field)
    return options


_OPTIONS = {kind: _options(kind) for kind in FIELDS}
