"""The payload codec of contract version 1: JSON bytes to a reading, or a refusal with its reason.

The well-formed payload is decoded straight into a typed struct. Whatever that refuses is decoded
again as plain JSON and judged key by key: an optional value that is wrong is left out and named in
``dropped``, a required one and a time that cannot be read refuse the message. Nothing here raises for
what a device sent.
"""

import math
from datetime import UTC, datetime, tzinfo
from typing import Any

import msgspec

from sensors.wire.field import Values, values_of
from sensors.wire.given_time import GivenTime, read_time
from sensors.wire.instant import from_ns, from_wire, to_ns, to_wire
from sensors.wire.lenient_payload import (
    AirMessage,
    PeopleMessage,
    is_number,
    is_storable,
    json_object,
    sort_out_air,
    sort_out_people,
)
from sensors.wire.reading import (
    CO2_PPM_RANGE,
    COUNT_RANGE,
    FIELDS,
    MAX_EXACT,
    About,
    AirReading,
    DeviceStatus,
    Health,
    PeopleReading,
    Reading,
)
from sensors.wire.refusal import Reason, Refused
from sensors.wire.topic import DeviceTopic, RoomSlug, is_slug

MAX_BYTES = 4096
MAX_AHEAD_NS = 10 * 60 * 1_000_000_000
EARLIEST_NS = 1_577_836_800_000_000_000  # 2020-01-01T00:00:00Z
COUNTED = "expected count, in_total and out_total, or motion"
MOST_KINDS = 20
LATEST_YEAR = 2200  # of what a device says of itself: later ones do not fit in 64 bits

_decode_air = msgspec.json.Decoder(AirMessage).decode
_decode_people = msgspec.json.Decoder(PeopleMessage).decode
_encode = msgspec.json.Encoder().encode


def _said_in(kind: type[Reading]) -> Values:
    """What reads, out of a message, all that a reading takes behind ``ts_given``, in its order."""
    names = kind.__struct_fields__
    return values_of(names[names.index("ts_given") + 1 :])


_air_values = _said_in(AirReading)
_people_values = _said_in(PeopleReading)


class Decoded(msgspec.Struct, frozen=True, gc=False):
    """A reading, the optional keys that were left out because their value was wrong, and whether its
    time named no zone.
    """

    reading: Reading
    dropped: tuple[str, ...] = ()
    zone_assumed: bool = False


def decode_reading(
    topic: DeviceTopic, payload: bytes, arrived_ns: int, local: tzinfo = UTC
) -> Decoded | Refused:
    """The reading in a payload of an ``air`` or ``people`` topic that arrived at ``arrived_ns``; a time
    without a zone is one of ``local``.
    """
    if len(payload) > MAX_BYTES:
        return Refused(Reason.TOO_LARGE, f"{len(payload)} bytes, at most {MAX_BYTES}")
    build = _air if topic.leaf == "air" else _people
    decode = _decode_air if topic.leaf == "air" else _decode_people
    dropped: tuple[str, ...] = ()
    zone_assumed = False
    try:
        if not payload.isascii():
            payload.decode("utf-8")  # msgspec does not look at the values of unknown keys
        message: Any = decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        message = None
    if message is None:
        raw = json_object(payload)
        if isinstance(raw, Refused):
            return raw
        sort_out = sort_out_air if topic.leaf == "air" else sort_out_people
        sorted_out = sort_out(raw, local)
        if isinstance(sorted_out, Refused):
            return sorted_out
        message, dropped = sorted_out.message, sorted_out.dropped
        zone_assumed = sorted_out.zone_assumed
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
    return reading if isinstance(reading, Refused) else Decoded(reading, dropped, zone_assumed)


def encode_reading(reading: Reading) -> bytes:
    """The payload that a device sends for a reading.

    Raises:
        ValueError: the gateway would refuse it (a value that is not finite or out of range).

    """
    body: dict[str, object] = {"ts": to_wire(from_ns(reading.at_ns))} if reading.ts_given else {}
    if reading.seq is not None:
        body["seq"] = reading.seq
    names = (field.name for field in FIELDS[reading.kind])
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
    raw = json_object(payload)
    if isinstance(raw, Refused):
        return raw
    model, firmware, room = raw.get("model"), raw.get("firmware"), raw.get("room")
    interval_s = raw.get("interval_s")
    return About(
        model=model[:100] if is_storable(model) else None,
        firmware=firmware[:100] if is_storable(firmware) else None,
        interval_s=float(interval_s)
        if is_number(interval_s) and 0 < interval_s <= 86_400
        else None,
        room=RoomSlug(room) if isinstance(room, str) and is_slug(room) else None,
        calibrated_at=_moment(raw.get("calibrated_at")),
        error_ppm=_between(raw.get("error_ppm"), 0, 10_000),
        error_pct=_between(raw.get("error_pct"), 0, 100),
    )


def encode_about(about: About) -> bytes:
    """The payload that a device sends about itself, keys without a value left out."""
    said = msgspec.structs.asdict(about)
    if about.calibrated_at is not None:
        said["calibrated_at"] = to_wire(about.calibrated_at)
    return _encode({k: v for k, v in said.items() if v is not None})


def decode_health(payload: bytes) -> Health | Refused:
    """How a device is; keys that are wrong are left out."""
    if len(payload) > MAX_BYTES:
        return Refused(Reason.TOO_LARGE, f"{len(payload)} bytes, at most {MAX_BYTES}")
    raw = json_object(payload)
    if isinstance(raw, Refused):
        return raw
    given = read_time(raw.get("ts"), UTC)
    at = given.at if isinstance(given, GivenTime) and 1970 < given.at.year < LATEST_YEAR else None
    return Health(
        at=None if at is None else at.astimezone(UTC),
        battery_pct=_between(raw.get("battery_pct"), 0, 100),
        signal_dbm=_between(raw.get("signal_dbm"), -200, 50),
        link_quality=_whole(raw.get("link_quality"), 255),
        bad=_counts(raw.get("bad")),
        spooled=_whole(raw.get("spooled"), MAX_EXACT),
        calibrated_at=_moment(raw.get("calibrated_at")),
    )


def encode_health(health: Health) -> bytes:
    """The payload that a device sends of how it is, keys without a value left out."""
    said = msgspec.structs.asdict(health)
    at = said.pop("at")
    said = {"ts": at} | said
    for name in ("ts", "calibrated_at"):
        said[name] = None if said[name] is None else to_wire(said[name])
    return _encode({k: v for k, v in said.items() if v is not None and v != {}})


def _counts(value: object) -> dict[str, int]:
    """How often, by kind."""
    if not isinstance(value, dict):
        return {}
    found: dict[str, int] = {}
    for name, count in value.items():
        whole = _whole(count, MAX_EXACT)
        if whole is not None and is_storable(name) and len(name) <= 40 and len(found) < MOST_KINDS:
            found[name] = whole
    return found


def _whole(value: object, most: int) -> int | None:
    return value if type(value) is int and 0 <= value <= most else None


def _moment(value: object) -> datetime | None:
    """A time since 1970 that names its zone; anything else is left out."""
    try:
        at = from_wire(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at is not None and 1970 <= at.year < LATEST_YEAR else None


def _between(value: object, low: float, high: float) -> float | None:
    return float(value) if is_number(value) and low <= value <= high else None


def _air(topic: DeviceTopic, m: Any, at_ns: int, arrived_ns: int) -> AirReading | Refused:
    if not CO2_PPM_RANGE[0] <= m.co2_ppm <= CO2_PPM_RANGE[1]:
        if not math.isfinite(m.co2_ppm):
            return Refused(Reason.NOT_FINITE, "co2_ppm is not a finite number")
        return Refused(Reason.OUT_OF_RANGE, f"co2_ppm is {m.co2_ppm:g}, expected 0 to 40000")
    return AirReading(
        topic.venue, topic.device, at_ns, arrived_ns, m.ts is not None, *_air_values(m)
    )


def _people(topic: DeviceTopic, m: Any, at_ns: int, arrived_ns: int) -> PeopleReading | Refused:
    count, in_total, out_total = m.count, m.in_total, m.out_total
    if count is not None:
        if not COUNT_RANGE[0] <= count <= COUNT_RANGE[1]:
            return Refused(Reason.OUT_OF_RANGE, f"count is {count}, expected 0 to 10000")
        if in_total is not None or out_total is not None:
            m.in_total = m.out_total = None
    elif in_total is None or out_total is None:
        if m.motion is None or in_total is not None or out_total is not None:
            return Refused(Reason.MISSING_FIELD, COUNTED)
    elif not (0 <= in_total <= MAX_EXACT and 0 <= out_total <= MAX_EXACT):
        return Refused(Reason.OUT_OF_RANGE, "in_total and out_total are running totals, 0 or more")
    if m.motion is not None:
        m.motion = int(m.motion)
    return PeopleReading(
        topic.venue, topic.device, at_ns, arrived_ns, m.ts is not None, *_people_values(m)
    )
