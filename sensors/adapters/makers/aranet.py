"""Aranet PRO base station: ``BASE/sensors/ID/json/measurements``, an object of texts with a Unix time, or a
topic for each value under ``BASE/sensors/ID/measurements/`` [Aranet PRO, MQTT].
"""

from sensors.adapters.said import Said, Value
from sensors.adapters.source import Source
from sensors.adapters.value import number, plain, read_object
from sensors.adapters.vocabulary import known_in, our_name
from sensors.wire.refusal import Refused


def read(_source: Source, topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    levels = topic.split("/")
    if "sensors" not in levels[:-2]:
        return ()
    device = levels[levels.index("sensors") + 1]
    if levels[-2:] == ["json", "measurements"]:
        told = read_object(payload)
        if isinstance(told, Refused):
            return told
        known = known_in(told)
        known.values.pop("battery_pct", None)  # in volts
        return known.said(device, ts=number(told.get("time")))
    if levels[-2] == "measurements":
        return _one(device, levels[-1], plain(payload))
    return ()


def _one(device: str, name: str, text: str) -> tuple[Said, ...]:
    ours, value = our_name(name), number(text)
    if value is None or ours in (None, "battery_pct", "link_quality"):
        return ()
    if ours == "signal_dbm":
        return (Said(device=device, signal_dbm=value, alone=True),)
    values: dict[str, Value] = {str(ours): value}
    return (Said(device=device, values=values, alone=True),)
