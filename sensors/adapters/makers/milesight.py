"""Milesight counters on MQTT or HTTP (VS121-P, VS133-P): local times with an offset beside them, and keys
whose case differs from one firmware to the next [milesight.com, VS121-P and VS133-P user guides].
"""

from typing import Any

from sensors.adapters.said import Said, Value
from sensors.adapters.source import Source
from sensors.adapters.value import objects, part, read_object, text_of, whole, with_offset
from sensors.wire.refusal import Refused


def read(_source: Source, topic: str, payload: bytes) -> tuple[Said, ...] | Refused:
    told = read_object(payload)
    if isinstance(told, Refused):
        return told
    told = _lowered(told)
    device = (
        text_of(part(told, "device_info", "device_sn"))
        or text_of(part(told, "device_info", "device_name"))
        or text_of(told.get("device_sn"))
        or topic.rsplit("/", maxsplit=1)[-1]
    )
    if not device:
        return ()
    ts = _time(told)
    found = [*_total(device, told, ts), *_lines(device, told, ts), *_regions(device, told, ts)]
    model = text_of(part(told, "device_info", "device_model"))
    return (Said(device=device, model=model), *found) if found else ()


def _time(told: dict[str, Any]) -> str | None:
    info = told.get("time_info")
    offset = part(info, "timezone") or part(info, "time_zone")
    for key in ("time", "end_time", "start_time"):
        at = with_offset(part(info, key), offset)
        if at is not None:
            return at
    return None


def _total(device: str, told: dict[str, Any], ts: str | None) -> list[Said]:
    count = whole(told.get("current_total"))
    return [] if count is None else [Said(device=device, values={"count": count}, ts=ts)]


def _regions(device: str, told: dict[str, Any], ts: str | None) -> list[Said]:
    counted = told.get("current_counted")
    found = [
        Said(device=device, line=str(number), values={"count": count}, ts=ts)
        for number, one in enumerate(counted[:64] if isinstance(counted, list) else (), start=1)
        if (count := whole(one)) is not None
    ]
    regions = part(told, "region_trigger_data", "region_count_data") or told.get("region_data")
    for one in objects(regions)[:64]:
        count, name = whole(one.get("current_total")), text_of(one.get("region"))
        if count is not None and name is not None:
            found.append(Said(device=device, line=name, values={"count": count}, ts=ts))
    return found


def _lines(device: str, told: dict[str, Any], ts: str | None) -> list[Said]:
    found = []
    totals = objects(told.get("line_total_data"))
    passed = objects(told.get("line_periodic_data")) or objects(told.get("line_trigger_data"))
    for one in (totals or passed)[:64]:
        counts = one.get("total") if isinstance(one.get("total"), dict) else one
        come, gone = (
            whole(_first(counts, "in", "in_counted")),
            whole(_first(counts, "out", "out_counted")),
        )
        name = text_of(one.get("line")) or text_of(one.get("line_name"))
        if come is None or gone is None or name is None:
            continue
        names = ("in_total", "out_total") if totals else ("passed_in", "passed_out")
        values: dict[str, Value] = dict(zip(names, (come, gone), strict=True))
        found.append(Said(device=device, line=name, values=values, ts=ts))
    return found


def _first(of: object, *keys: str) -> object:
    return next((value for key in keys if (value := part(of, key)) is not None), None)


def _lowered(value: Any, depth: int = 6) -> Any:
    """Objects with their keys in small letters, as deep as they are looked at."""
    if depth and isinstance(value, dict):
        return {key.lower(): _lowered(one, depth - 1) for key, one in value.items()}
    if depth and isinstance(value, list):
        return [_lowered(one, depth - 1) for one in value]
    return value
