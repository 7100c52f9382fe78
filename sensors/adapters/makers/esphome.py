"""ESPHome: a number on ``PREFIX/sensor/OBJECT/state`` for each value, or a JSON object that its
owner publishes [esphome.io, MQTT client component].
"""

from typing import Final

from sensors.adapters.said import NOTHING, Said, Value
from sensors.adapters.source import Source
from sensors.adapters.suffix import quantity_of
from sensors.adapters.value import plain, read_json
from sensors.adapters.vocabulary import known_in, read_value
from sensors.wire.refusal import Refused

_COMPONENTS: Final = ("sensor", "binary_sensor")
_OF_THE_DEVICE: Final = ("battery_pct", "signal_dbm")


def read(_source: Source, topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    levels = topic.split("/")
    if levels[-1] == "status":
        state = plain(payload)
        known = state in ("online", "offline")
        return (Said(device="/".join(levels[:-1]), online=state == "online"),) if known else ()
    if len(levels) >= 4 and levels[-1] == "state" and levels[-3] in _COMPONENTS:
        return one_value("/".join(levels[:-3]), levels[-2], plain(payload))
    if len(levels) >= 2 and payload[:1] == b"{":
        told = read_json(payload)
        return told if isinstance(told, Refused) else known_in(told).said(levels[0])
    return ()


def one_value(device: str, name: str, state: str) -> tuple[Said, ...]:
    """A value under a name that ends in what it is; nothing where it tells nothing, as ``nan``."""
    ours = quantity_of(name)
    value: Value | None = None if ours is None else read_value(ours[0], state)
    if ours is None or value is None or not device:
        return ()
    if ours[0] == "battery_pct":
        return (Said(device=device, battery_pct=float(value), alone=True),)
    if ours[0] == "signal_dbm":
        return (Said(device=device, signal_dbm=float(value), alone=True),)
    values = NOTHING if ours[0] in _OF_THE_DEVICE else {ours[0]: value}
    return (Said(device=device, values=values, alone=True),)
