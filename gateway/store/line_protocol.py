"""Rows as lines of InfluxDB's line protocol, for rows that ``gateway.store.row`` found sound.

A measurement, tag, field or type that is written here is never renamed or changed: InfluxDB refuses a
field that changes its type. Adding one is safe.
"""

from collections.abc import Iterable
from functools import lru_cache

from gateway.store.interface import Placed, RoomSample
from sensors.wire.reading import AirReading, PeopleReading

_TAG = str.maketrans({",": "\\,", "=": "\\=", " ": "\\ "})
_STRING = str.maketrans({'"': '\\"', "\\": "\\\\"})


def to_line(row: Placed | RoomSample) -> str:
    """One line, without its line break; the time is in nanoseconds."""
    if isinstance(row, RoomSample):
        return _room_line(row)
    reading = row.reading
    if isinstance(reading, AirReading):
        return _air_line(reading, row.room)
    return _people_line(reading, row.room)


def to_body(lines: Iterable[str]) -> bytes:
    """Lines as the body of one write."""
    return "\n".join(lines).encode()


def _air_line(reading: AirReading, room: str) -> str:
    temperature_c, humidity_pct, seq = reading.temperature_c, reading.humidity_pct, reading.seq
    return (
        f"air,{_device_tags(reading.device, room, reading.venue)}"
        f" co2_ppm={reading.co2_ppm}"
        f"{'' if temperature_c is None else f',temperature_c={temperature_c}'}"
        f"{'' if humidity_pct is None else f',humidity_pct={humidity_pct}'}"
        f"{'' if seq is None else f',seq={seq}i'}"
        f",arrived_ms={reading.arrived_ns // 1_000_000}i"
        f",ts_given={'t' if reading.ts_given else 'f'}"
        f" {reading.at_ns}"
    )


def _people_line(reading: PeopleReading, room: str) -> str:
    count, in_total, out_total = reading.count, reading.in_total, reading.out_total
    return (
        f"people,{_device_tags(reading.device, room, reading.venue)}"
        f" arrived_ms={reading.arrived_ns // 1_000_000}i"
        f",ts_given={'t' if reading.ts_given else 'f'}"
        f"{'' if count is None else f',count={count}i'}"
        f"{'' if in_total is None else f',in_total={in_total}i'}"
        f"{'' if out_total is None else f',out_total={out_total}i'}"
        f"{'' if reading.seq is None else f',seq={reading.seq}i'}"
        f" {reading.at_ns}"
    )


def _room_line(sample: RoomSample) -> str:
    floats = (
        ("co2_ppm", sample.co2_ppm),
        ("people", sample.people),
        ("flow_lps", sample.flow_lps),
        ("flow_low_lps", sample.flow_low_lps),
        ("flow_high_lps", sample.flow_high_lps),
        ("people_estimate", sample.people_estimate),
        ("per_person_lps", sample.per_person_lps),
        ("per_person_low_lps", sample.per_person_low_lps),
        ("per_person_high_lps", sample.per_person_high_lps),
    )
    known = "".join(f",{name}={value}" for name, value in floats if value is not None)
    level = sample.level.translate(_STRING)
    return f'room,{_room_tags(sample.room, sample.venue)} level="{level}"{known} {sample.at_ns}'


@lru_cache(maxsize=4096)
def _device_tags(device: str, room: str, venue: str) -> str:
    # Sorted by name, the order that costs the server least.
    return f"device={device.translate(_TAG)},{_room_tags(room, venue)}"


@lru_cache(maxsize=4096)
def _room_tags(room: str, venue: str) -> str:
    return f"room={room.translate(_TAG)},venue={venue.translate(_TAG)}"
