"""Xovis: what passed each line in an interval, and how many are in each zone, pushed as JSON in the form
of the first sensors (``content``) or of version 5 (``logics_data``) [Xovis, Data push; the names of the
counts of version 5, ``fw``, ``bw`` and of a zone ``balance``, as programs that run with such sensors read
them: eliona-smart-building-assistant/xovis-app, broker/broker.go, and xovis-open-sdk/xovis-sdk,
tests/datapush].
"""

from typing import Any, Final

from sensors.adapters.said import Said, Value
from sensors.adapters.source import Source
from sensors.adapters.value import objects, part, read_object, text_of, time_of, whole
from sensors.wire.refusal import Refused

MOST: Final = 500
"""Records of one message."""
_NAMES: Final = {
    "fw": "passed_in", "forward": "passed_in", "in": "passed_in",
    "bw": "passed_out", "backward": "passed_out", "out": "passed_out",
    "balance": "count", "count": "count", "occupancy": "count", "fill-level": "count", "fill_level": "count",
}  # fmt: skip


def read(_source: Source, topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    told = read_object(payload)
    if isinstance(told, Refused):
        return told
    name = topic.rsplit("/", maxsplit=1)[-1] or "xovis"
    pushed = told.get("logics_data")
    found = _of_version_5(pushed, name) if isinstance(pushed, dict) else _of_the_first(told, name)
    return tuple(found[:MOST])


def _of_version_5(pushed: dict[str, Any], name: str) -> list[Said]:
    info = pushed.get("sensor_info")
    device = text_of(part(info, "name")) or text_of(part(info, "serial_number")) or name
    return [
        one
        for logic in objects(pushed.get("logics"))
        for record in objects(logic.get("records"))
        for one in _record(
            device, _line(logic, "name", "id"), record,
            {str(c.get("name")): c.get("value") for c in objects(record.get("counts"))},
        )
    ]  # fmt: skip


def _of_the_first(told: dict[str, Any], name: str) -> list[Said]:
    info = told.get("sensor-info")
    device = text_of(part(info, "name")) or text_of(part(info, "serial-number")) or name
    return [
        one
        for element in objects(part(told, "content", "element"))
        for record in objects(element.get("measurement"))
        for one in _record(
            device, _line(element, "element-name", "element-id"), record,
            {str(v.get("label")): v.get("value") for v in objects(record.get("value"))},
        )
    ]  # fmt: skip


def _line(of: dict[str, Any], name: str, number: str) -> str:
    return text_of(of.get(name)) or text_of(of.get(number)) or "0"


def _record(
    device: str, line: str, record: dict[str, Any], counts: dict[str, object]
) -> tuple[Said, ...]:
    values: dict[str, Value] = {}
    for label, value in counts.items():
        ours, count = _NAMES.get(label.lower()), whole(value)
        if ours is not None and count is not None:
            values[ours] = count
    if not values:
        return ()
    return (Said(device=device, line=line, values=values, ts=time_of(record.get("to"))),)
