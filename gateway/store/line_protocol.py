"""Rows as lines of InfluxDB's line protocol, for rows that ``gateway.store.row`` found sound.

A measurement, tag, field or type that is written here is never renamed or changed: InfluxDB refuses a
field that changes its type. Adding one is safe.
"""

from collections.abc import Iterable
from functools import cache
from types import NoneType

from gateway.store.interface import STORED, Measurement, Placed, RoomSample
from gateway.store.row import is_plain
from sensors.wire.field import values_of
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

_TAG = str.maketrans({",": "\\,", "=": "\\=", " ": "\\ "})
# For a template, where a percent sign stands twice.
_STRING = str.maketrans({'"': '\\"', "\\": "\\\\", "%": "%%"})


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


def tags(device: DeviceSlug | None, room: RoomSlug, venue: VenueSlug) -> str:
    """The tags of a line, as those of a reading or of a room's sample."""
    return _room_tags(room, venue) if device is None else _device_tags(device, room, venue)


def _names(kind: Measurement) -> list[tuple[str, str]]:
    """The names of a measurement's numbers, each with what stands behind its value."""
    whole = int if kind != "room" else None  # of a room InfluxDB got floats from the beginning
    numbers = (field for field in STORED[kind] if field.type is not str)
    return [(field.name, "i" if field.type is whole else "") for field in numbers]


_AIR = [*_names("air"), ("seq", "i")]
_PEOPLE = [*_names("people"), ("seq", "i")]
_ROOM = _names("room")
_air_values = values_of(name for name, _ in _AIR)
_people_values = values_of(name for name, _ in _PEOPLE)
_room_values = values_of(name for name, _ in _ROOM)


def _air_line(reading: AirReading, room: RoomSlug) -> str:
    values = _air_values(reading)
    tags = _device_tags(reading.device, room, reading.venue)
    arrived_ms, given = reading.arrived_ns // 1_000_000, "t" if reading.ts_given else "f"
    template = _air_template(tuple(map(type, values)))
    return template % (tags, *values, arrived_ms, given, reading.at_ns)


def _people_line(reading: PeopleReading, room: RoomSlug) -> str:
    values = _people_values(reading)
    tags = _device_tags(reading.device, room, reading.venue)
    arrived_ms, given = reading.arrived_ns // 1_000_000, "t" if reading.ts_given else "f"
    template = _people_template(tuple(map(type, values)))
    return template % (tags, arrived_ms, given, *values, reading.at_ns)


def _room_line(sample: RoomSample) -> str:
    values = _room_values(sample)
    template = _room_template(sample.level, tuple(map(type, values)))
    return template % (_room_tags(sample.room, sample.venue), *values, sample.at_ns)


# A template takes the tags of a line, its values and its time: there are as many as there are sets of
# values, however many devices. What a line always has stands first, since it needs no comma before it.


@cache
def _air_template(types: tuple[type, ...]) -> str:
    fields = _fields(_AIR, types).removeprefix(",")
    return f"air,%s {fields},arrived_ms=%si,ts_given=%s %s"


@cache
def _people_template(types: tuple[type, ...]) -> str:
    return f"people,%s arrived_ms=%si,ts_given=%s{_fields(_PEOPLE, types)} %s"


@cache
def _room_template(level: str, types: tuple[type, ...]) -> str:
    return f'room,%s level="{_string(level)}"{_fields(_ROOM, types)} %s'


def _fields(names: list[tuple[str, str]], types: tuple[type, ...]) -> str:
    """The part for the numbers, each behind a comma; what is None takes its place and shows nothing."""
    return "".join(
        "%.0s" if found is NoneType else f",{name}=%s{suffix}"
        for (name, suffix), found in zip(names, types, strict=True)
    )


def _device_tags(device: DeviceSlug, room: RoomSlug, venue: VenueSlug) -> str:
    # Sorted by name, the order that costs the server least.
    if is_plain(device, room, venue):
        return f"device={device},room={room},venue={venue}"
    return f"device={_tag(device)},{_room_tags(room, venue)}"


def _room_tags(room: RoomSlug, venue: VenueSlug) -> str:
    if is_plain(room, venue):
        return f"room={room},venue={venue}"
    return f"room={_tag(room)},venue={_tag(venue)}"


def _tag(text: str) -> str:
    return text.translate(_TAG)


def _string(text: str) -> str:
    return text.translate(_STRING)
