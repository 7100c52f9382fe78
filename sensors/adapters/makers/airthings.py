"""Airthings: samples of devices, by their serial numbers, as its webhook sends them: a list in ``data``,
each with its own time, in UTC where it names no zone; and one sample as its API answers it
[developer-business.airthings.com, Webhooks, Event types].
"""

import re
from typing import Any, Final

from sensors.adapters.said import Said
from sensors.adapters.source import Source
from sensors.adapters.unit import in_ours
from sensors.adapters.value import number, objects, part, read_json, text_of, time_of
from sensors.adapters.vocabulary import known_in
from sensors.wire.refusal import Refused

MOST: Final = 200
_NO_ZONE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?", re.ASCII)
_FAHRENHEIT: Final = "f"
"""What ``sensorUnits`` says of a temperature in °F, which a webhook may be set to send."""


def read(_source: Source, _topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    told = read_json(payload)
    if isinstance(told, Refused):
        return told
    data = told if isinstance(told, list) else part(told, "data")
    samples = objects(data) if isinstance(data, list) else [told]
    return tuple(one for sample in samples[:MOST] for one in _sample(sample))


def _sample(told: Any) -> tuple[Said, ...]:
    inner = part(told, "data")
    outer = told if isinstance(told, dict) else {}
    whole = outer | inner if isinstance(inner, dict) else outer
    deeper = whole.get("data")
    if isinstance(deeper, dict):
        whole = whole | deeper
    name = text_of(whole.get("serialNumber"))
    if name is None:
        return ()
    at = _time(whole.get("recorded")) or _time(whole.get("time"))
    values = known_in(whole | _in_celsius(whole))
    return values.said(name, ts=at, model=text_of(whole.get("deviceType")))


def _time(value: object) -> str | float | None:
    at = time_of(value)
    return f"{at}Z" if isinstance(at, str) and _NO_ZONE.fullmatch(at) else at


def _in_celsius(sample: dict[str, Any]) -> dict[str, float]:
    value, unit = number(sample.get("temp")), text_of(part(sample, "sensorUnits", "temp"))
    if value is None or unit is None or unit.lower() != _FAHRENHEIT:
        return {}
    return {"temp": round(in_ours(value, "F", 1.0), 2)}
