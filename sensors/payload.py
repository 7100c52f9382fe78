"""The payload codec of contract version 1: JSON bytes to a reading, or a refusal with its reason.

The well-formed payload is decoded straight into a typed struct. Whatever that refuses is decoded
again as plain JSON and judged key by key: an optional value that is wrong is left out and named in
``dropped``, a required one refuses the message. Nothing here raises for what a device sent.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeGuard, TypeVar

import msgspec

from sensors.instant import from_ns, to_ns, to_wire
from sensors.reading import (
    CO2_PPM_RANGE,
    COUNT_RANGE,
    HUMIDITY_PCT_RANGE,
    TEMPERATURE_C_RANGE,
    About,
    AirReading,
    DeviceStatus,
    PeopleReading,
    Reading,
)
from sensors.refusal import Reason, Refused
from sensors.topic import DeviceTopic, is_slug

MAX_BYTES = 4096
MAX_AHEAD_NS = 10 * 60 * 1_000_000_000
EARLIEST_NS = 1_577_836_800_000_000_000  # 2020-01-01T00:00:00Z
MAX_TOTAL = 2**53  # beyond it JSON numbers stop being exact
MAX_SEQ = 2**53


class _Air(msgspec.Struct, gc=False):
    co2_ppm: float
    ts: datetime | None = None
    seq: int | None = None
    temperature_c: float | None = None
    humidity_pct: float | None = None


class _People(msgspec.Struct, gc=False):
    ts: datetime | None = None
    seq: int | None = None
    count: int | None = None
    in_total: int | None = None
    out_total: int | None = None


_decode_air = msgspec.json.Decoder(_Air).decode
_decode_people = msgspec.json.Decoder(_People).decode
_encode = msgspec.json.Encoder().encode


_M = TypeVar("_M", _Air, _People)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A reading, and the optional keys that were left out because their value was wrong."""

    reading: Reading
    dropped: tuple[str, ...] = ()


def decode_reading(topic: DeviceTopic, payload: bytes, arrived_ns: int) -> Decoded | Refused:
    """The reading in a payload of an ``air`` or ``people`` topic that arrived at ``arrived_ns``."""
    if len(payload) > MAX_BYTES:
        return Refused(Reason.TOO_LARGE, f"{len(payload)} bytes, at most {MAX_BYTES}")
    build = _air if topic.leaf == "air" else _people
    decode = _decode_air if topic.leaf == "air" else _decode_people
    dropped: tuple[str, ...] = ()
    try:
        if not payload.isascii():
            payload.decode("utf-8")  # msgspec does not look at the values of unknown keys
        message: Any = decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        message = None
    if message is None or not _options_stand(message):
        raw = _json_object(payload)
        if isinstance(raw, Refused):
            return raw
        sorted_out = _sort_out_air(raw) if topic.leaf == "air" else _sort_out_people(raw)
        if isinstance(sorted_out, Refused):
            return sorted_out
        message, dropped = sorted_out
    at_ns = arrived_ns
    if message.ts is not None:
        at_ns = to_ns(message.ts)
        if at_ns > arrived_ns + MAX_AHEAD_NS:
            ahead_s = (at_ns - arrived_ns) // 1_000_000_000
            return Refused(Reason.IN_FUTURE, f"ts is {ahead_s} s ahead of the gateway, at most 600")
        if at_ns < EARLIEST_NS:
            return Refused(
                Reason.BEFORE_2020, f"ts {message.ts.isoformat()}: set the device's clock"
            )
    reading = build(topic, message, at_ns, arrived_ns)
    return reading if isinstance(reading, Refused) else Decoded(reading, dropped)


def encode_reading(reading: Reading) -> bytes:
    """The payload that a device sends for a reading.

    Raises:
        ValueError: the gateway would refuse it (a value that is not finite or out of range).

    """
    body: dict[str, object] = {"ts": to_wire(from_ns(reading.at_ns))} if reading.ts_given else {}
    if reading.seq is not None:
        body["seq"] = reading.seq
    if isinstance(reading, AirReading):
        names = ("co2_ppm", "temperature_c", "humidity_pct")
    else:
        names = ("count", "in_total", "out_total")
    body |= {name: value for name in names if (value := getattr(reading, name)) is not None}
    for name, value in body.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{Reason.NOT_FINITE}: {name} is {value}")
    payload = _encode(body)
    leaf = reading.kind
    check = decode_reading(DeviceTopic(reading.venue, reading.device, leaf), payload, reading.at_ns)
    if isinstance(check, Refused):
        raise ValueError(f"{check.reason}: {check.detail}")
    if check.dropped:
        raise ValueError(f"out of range: {', '.join(check.dropped)}")
    return payload


def decode_status(payload: bytes) -> DeviceStatus | Refused:
    """The status in a payload: exactly ``online`` or ``offline``."""
    if payload not in (b"online", b"offline"):
        shown = payload[:40].decode("utf-8", "replace")
        return Refused(Reason.BAD_STATUS, f"{shown!r}: expected online or offline")
    return DeviceStatus(online=payload == b"online")


def decode_about(payload: bytes) -> About | Refused:
    """What a device says of itself; keys that are wrong are left out."""
    if len(payload) > MAX_BYTES:
        return Refused(Reason.TOO_LARGE, f"{len(payload)} bytes, at most {MAX_BYTES}")
    raw = _json_object(payload)
    if isinstance(raw, Refused):
        return raw
    model, firmware, room = raw.get("model"), raw.get("firmware"), raw.get("room")
    interval_s = raw.get("interval_s")
    return About(
        model=model[:100] if _is_storable(model) else None,
        firmware=firmware[:100] if _is_storable(firmware) else None,
        interval_s=float(interval_s)
        if _is_number(interval_s) and 0 < interval_s <= 86_400
        else None,
        room=room if isinstance(room, str) and is_slug(room) else None,
    )


def encode_about(about: About) -> bytes:
    """The payload that a device sends about itself, keys without a value left out."""
    return _encode({k: v for k, v in msgspec.structs.asdict(about).items() if v is not None})


def _air(topic: DeviceTopic, m: _Air, at_ns: int, arrived_ns: int) -> AirReading | Refused:
    if not CO2_PPM_RANGE[0] <= m.co2_ppm <= CO2_PPM_RANGE[1]:
        if not math.isfinite(m.co2_ppm):
            return Refused(Reason.NOT_FINITE, "co2_ppm is not a finite number")
        return Refused(Reason.OUT_OF_RANGE, f"co2_ppm is {m.co2_ppm:g}, expected 0 to 40000")
    return AirReading(
        topic.venue, topic.device, at_ns, arrived_ns, m.ts is not None,
        m.co2_ppm, m.temperature_c, m.humidity_pct, m.seq,
    )  # fmt: skip


def _people(topic: DeviceTopic, m: _People, at_ns: int, arrived_ns: int) -> PeopleReading | Refused:
    count, in_total, out_total = m.count, m.in_total, m.out_total
    if count is not None:
        if not COUNT_RANGE[0] <= count <= COUNT_RANGE[1]:
            return Refused(Reason.OUT_OF_RANGE, f"count is {count}, expected 0 to 10000")
        in_total = out_total = None
    elif in_total is None or out_total is None:
        return Refused(Reason.MISSING_FIELD, "expected count, or in_total and out_total")
    elif not (0 <= in_total <= MAX_TOTAL and 0 <= out_total <= MAX_TOTAL):
        return Refused(Reason.OUT_OF_RANGE, "in_total and out_total are running totals, 0 or more")
    return PeopleReading(
        topic.venue, topic.device, at_ns, arrived_ns, m.ts is not None,
        count, in_total, out_total, m.seq,
    )  # fmt: skip


def _options_stand(message: _Air | _People) -> bool:
    """Whether the optional values of a decoded message are all in range."""
    if message.seq is not None and not 0 <= message.seq <= MAX_SEQ:
        return False
    if message.ts is not None and message.ts.tzinfo is None:
        return False
    if isinstance(message, _People):
        return True
    t, h = message.temperature_c, message.humidity_pct
    return (t is None or _within(t, TEMPERATURE_C_RANGE)) and (
        h is None or _within(h, HUMIDITY_PCT_RANGE)
    )


def _json_object(payload: bytes) -> dict[str, Any] | Refused:
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError as error:
        return Refused(Reason.NOT_UTF8, f"byte {error.start} is not UTF-8")
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Refused(Reason.NOT_JSON, f"not JSON: {str(error)[:120]}")
    if not isinstance(raw, dict):
        return Refused(Reason.NOT_OBJECT, f"expected a JSON object, got {type(raw).__name__}")
    return raw


def _sort_out_air(raw: dict[str, Any]) -> tuple[_Air, tuple[str, ...]] | Refused:
    co2_ppm = _required_number(raw, "co2_ppm")
    if isinstance(co2_ppm, Refused):
        return co2_ppm
    message = _Air(co2_ppm=co2_ppm)
    return _take_options(message, raw, _AIR_OPTIONS)


def _sort_out_people(raw: dict[str, Any]) -> tuple[_People, tuple[str, ...]] | Refused:
    message = _People()
    required = ("count",) if raw.get("count") is not None else ("in_total", "out_total")
    for name in required:
        value = _required_whole(raw, name)
        if isinstance(value, Refused):
            return value
        setattr(message, name, value)
    return _take_options(message, raw, _OPTIONS)


def _take_options(
    message: _M, raw: dict[str, Any], options: dict[str, Callable[[Any], Any]]
) -> tuple[_M, tuple[str, ...]] | Refused:
    dropped: list[str] = []
    for name, take in options.items():
        value = raw.get(name)
        if value is None:
            continue
        if isinstance(value, float) and not math.isfinite(value):
            return Refused(Reason.NOT_FINITE, f"{name} is not a finite number")
        taken = take(value)
        if taken is None:
            dropped.append(name)
        setattr(message, name, taken)
    return message, tuple(dropped)


def _required_number(raw: dict[str, Any], name: str) -> float | Refused:
    value = raw.get(name)
    if value is None:
        return Refused(Reason.MISSING_FIELD, f"{name} is missing")
    if not _is_number(value):
        return Refused(Reason.WRONG_TYPE, f"{name} is {_shown(value)}, expected a number")
    try:
        number = float(value)
    except OverflowError:
        return Refused(Reason.OUT_OF_RANGE, f"{name} is a number of {len(str(value))} digits")
    if not math.isfinite(number):
        return Refused(Reason.NOT_FINITE, f"{name} is not a finite number")
    return number


def _required_whole(raw: dict[str, Any], name: str) -> int | Refused:
    number = _required_number(raw, name)
    if isinstance(number, Refused):
        return number
    value = raw[name]
    if not isinstance(value, int):
        return Refused(Reason.WRONG_TYPE, f"{name} is {_shown(value)}, expected a whole number")
    return value


def _shown(value: object) -> str:
    try:
        return json.dumps(value)[:60]
    except RecursionError:
        return "nested too deep"


def _is_storable(value: object) -> TypeGuard[str]:
    """Whether it is text that UTF-8 and every database take: no lone surrogate, no control."""
    return isinstance(value, str) and value.isprintable()


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _take_ts(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        at = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        return None
    return at if at.tzinfo is not None else None


def _take_seq(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= MAX_SEQ else None


def _in_range(bounds: tuple[float, float]) -> Callable[[Any], float | None]:
    def take(value: Any) -> float | None:
        return float(value) if _is_number(value) and _within(value, bounds) else None

    return take


_OPTIONS: dict[str, Callable[[Any], Any]] = {"ts": _take_ts, "seq": _take_seq}
_AIR_OPTIONS = _OPTIONS | {
    "temperature_c": _in_range(TEMPERATURE_C_RANGE),
    "humidity_pct": _in_range(HUMIDITY_PCT_RANGE),
}
