"""Shelly of the second generation and later: ``ID/events/rpc``, ``ID/status/COMPONENT``, ``ID/online``
[shelly-api-docs.shelly.cloud, MQTT]. None of them measures CO2; motion counts.
"""

from typing import Any, Final

from sensors.adapters.said import Said, Value
from sensors.adapters.source import Source
from sensors.adapters.value import (
    movement,
    number,
    part,
    percent,
    plain,
    read_object,
    text_of,
    time_of,
)
from sensors.wire.refusal import Refused

_TOLD: Final = ("NotifyStatus", "NotifyFullStatus")
_EARLIEST_S: Final = 1_577_836_800  # 2020: before it its clock was not set yet


def read(_source: Source, topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    levels = topic.split("/")
    if levels[-1] == "online":
        state = plain(payload)
        known = len(levels) > 1 and state in ("true", "false")
        return (Said(device="/".join(levels[:-1]), online=state == "true"),) if known else ()
    if len(levels) >= 3 and levels[-2:] == ["events", "rpc"]:
        told = read_object(payload)
        if isinstance(told, Refused):
            return told
        params = told.get("params")
        if told.get("method") not in _TOLD or not isinstance(params, dict):
            return ()
        return _of("/".join(levels[:-2]), params, params.get("ts"), text_of(told.get("src")))
    if len(levels) >= 3 and levels[-2] == "status":
        told = read_object(payload)
        if isinstance(told, Refused):
            return told
        return _of("/".join(levels[:-2]), {levels[-1]: told}, None, None, alone=True)
    return ()


def _of(
    device: str, params: dict[str, Any], ts: object, src: str | None, *, alone: bool = False
) -> tuple[Said, ...]:
    values: dict[str, Value] = {}
    for name, read_one, keys in (
        ("temperature_c", number, ("temperature:0", "tC")),
        ("humidity_pct", number, ("humidity:0", "rh")),
        ("motion", movement, ("motion:0", "motion")),
        ("motion", movement, ("presence:0", "presence")),
    ):
        value = read_one(part(params, *keys))
        if value is not None:
            values[name] = value
    battery = percent(part(params, "devicepower:0", "battery", "percent"))
    signal = number(part(params, "wifi", "rssi"))
    if not values and battery is None and signal is None:
        return ()
    at = time_of(ts)
    is_set = isinstance(at, int | float) and at > _EARLIEST_S
    model = None if src is None else src.rpartition("-")[0] or None
    return (
        Said(
            device=device, values=values, ts=at if is_set else None, battery_pct=battery,
            signal_dbm=signal, model=model, alone=alone,
        ),
    )  # fmt: skip
