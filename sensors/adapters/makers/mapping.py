"""Any other device, by what its owner says: where each value lies, in which unit, times what."""

from functools import lru_cache
from typing import Any

from sensors.adapters.json_path import at_path, parse_path
from sensors.adapters.said import Said, Value
from sensors.adapters.source import Mapped, Source
from sensors.adapters.unit import in_ours
from sensors.adapters.value import movement, number, percent, plain, read_json, time_of
from sensors.time_zone import zone_or_utc
from sensors.wire.given_time import GivenTime, read_time
from sensors.wire.instant import to_wire
from sensors.wire.refusal import Refused

_path = lru_cache(maxsize=1_024)(parse_path)
_zone = lru_cache(maxsize=64)(zone_or_utc)
_OF_THE_DEVICE = ("battery_pct", "signal_dbm")
_WHOLE = ("count", "in_total", "out_total", "passed_in", "passed_out")


def read(source: Source, topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    told = _payload(source, payload)
    if isinstance(told, Refused):
        return told
    values: dict[str, Value] = {}
    for name, mapped in source.fields.items():
        value = _value(name, mapped, told)
        if value is not None:
            values[name] = value
    if not values:
        return ()
    of_device: dict[str, Any] = {
        name: values.pop(name) for name in _OF_THE_DEVICE if name in values
    }
    levels = topic.split("/")
    alone = all(not _path(mapped.path) for mapped in source.fields.values())
    return (
        Said(
            device=levels[1] if len(levels) > 1 else levels[0], values=values,
            ts=_time(source, told), alone=alone, **of_device,
        ),
    )  # fmt: skip


def _payload(source: Source, payload: bytes) -> Any:
    """JSON, or a text alone where no path goes into it."""
    if all(not _path(mapped.path) for mapped in source.fields.values()):
        return plain(payload)
    return read_json(payload)


def _value(name: str, mapped: Mapped, told: Any) -> Value | None:
    found = at_path(told, _path(mapped.path) or ())
    if name == "motion":
        return movement(found)
    value = number(found)
    if value is None:
        return None
    value = in_ours(value, mapped.unit, mapped.scale)
    if name == "battery_pct":
        return percent(value)
    return int(value) if name in _WHOLE and value.is_integer() else value


def _time(source: Source, told: Any) -> str | float | None:
    if source.ts is None:
        return None
    at = time_of(at_path(told, _path(source.ts.path) or ()))
    if source.ts.zone is None or not isinstance(at, str):
        return at
    given = read_time(at, _zone(source.ts.zone))
    return to_wire(given.at) if isinstance(given, GivenTime) else at
