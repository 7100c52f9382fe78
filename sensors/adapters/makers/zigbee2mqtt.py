"""Zigbee2MQTT: one JSON object a device under its friendly name, which may have levels itself
[zigbee2mqtt.io, MQTT topics and messages].
"""

from sensors.adapters.said import Said
from sensors.adapters.source import Source
from sensors.adapters.value import part, plain, read_json, read_object, text_of, time_of
from sensors.adapters.vocabulary import known_in
from sensors.wire.refusal import Refused

_ASKING = ("set", "get")


def read(source: Source, topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    levels = topic.split("/")[_base_levels(source) :]
    if not levels or levels[0] == "bridge" or levels[-1] in _ASKING:
        return ()
    if levels[-1] == "availability":
        return _availability("/".join(levels[:-1]), payload)
    if len(payload) == 0:  # a device that was removed
        return ()
    told = read_object(payload)
    if isinstance(told, Refused):
        return told
    return known_in(told).said(
        "/".join(levels),
        ts=time_of(told.get("last_seen")),
        model=text_of(part(told, "device", "model")),
    )


def _base_levels(source: Source) -> int:
    """How many levels stand before the friendly name: those of the filter that are not wild."""
    levels = source.filter.split("/")
    return max(1, next((n for n, level in enumerate(levels) if level in ("+", "#")), 1))


def _availability(name: str, payload: bytes) -> tuple[Said, ...]:
    state = plain(payload)
    if state.startswith("{"):
        told = read_json(payload)
        state = text_of(part(told, "state")) or ""
    if not name or state not in ("online", "offline"):
        return ()
    return (Said(device=name, online=state == "online"),)
