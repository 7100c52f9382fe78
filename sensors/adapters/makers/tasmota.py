"""Tasmota: ``tele/TOPIC/SENSOR``, an object for each sensor, with a local time that names no zone
[tasmota.github.io/docs/MQTT; MH-Z19B].
"""

from typing import Any, Final

from sensors.adapters.said import Said
from sensors.adapters.source import Source
from sensors.adapters.unit import in_ours
from sensors.adapters.value import number, part, plain, read_object, text_of
from sensors.adapters.vocabulary import Known, known_in
from sensors.wire.refusal import Refused

_PREFIXES: Final = ("tele", "stat", "cmnd")
_WARM_INSIDE: Final = "MHZ19"
"""Its temperature is that of its own lamp."""
_NOT_SET: Final = "1970"


def read(_source: Source, topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    levels = topic.split("/")
    name = "/".join(level for level in levels[:-1] if level not in _PREFIXES)
    if not name:
        return ()
    if levels[-1] == "LWT":
        state = plain(payload).lower()
        return (
            (Said(device=name, online=state == "online"),) if state in ("online", "offline") else ()
        )
    if levels[-1] not in ("SENSOR", "STATE"):
        return ()
    told = read_object(payload)
    if isinstance(told, Refused):
        return told
    if levels[-1] == "STATE":
        return (Said(device=name, signal_dbm=number(part(told, "Wifi", "Signal"))),)
    return _measured(name, told)


def _measured(name: str, told: dict[str, Any]) -> tuple[Said, ...]:
    found = Known()
    model = None
    for sensor, values in told.items():
        if not isinstance(values, dict):
            continue
        known = known_in(values).values
        if sensor.upper().startswith(_WARM_INSIDE):
            known.pop("temperature_c", None)
        if "co2_ppm" in known:
            model = text_of(sensor)
        found.values = known | found.values
    if told.get("TempUnit") == "F" and "temperature_c" in found.values:
        found.values["temperature_c"] = in_ours(found.values["temperature_c"], "°F", 1)
    at = text_of(told.get("Time"))
    is_set = at is not None and not at.startswith(_NOT_SET)
    return found.said(name, ts=at if is_set else None, model=model)
