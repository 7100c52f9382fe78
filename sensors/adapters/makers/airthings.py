"""Airthings: samples of a device, by its serial number, as its webhook sends them
[developer-business.airthings.com, Webhooks].
"""

from typing import Any, Final

from sensors.adapters.said import Said
from sensors.adapters.source import Source
from sensors.adapters.value import objects, part, read_json, text_of, time_of
from sensors.adapters.vocabulary import known_in
from sensors.wire.refusal import Refused

MOST: Final = 200


def read(_source: Source, _topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    told = read_json(payload)
    if isinstance(told, Refused):
        return told
    samples = objects(told) if isinstance(told, list) else [told]
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
    at = time_of(whole.get("recorded")) or time_of(whole.get("time"))
    return known_in(whole).said(name, ts=at, model=text_of(whole.get("deviceType")))
