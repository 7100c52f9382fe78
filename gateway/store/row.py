"""What a row is of, and what no store can hold: found before anything is sent, so that every store
refuses the same.

A name is a tag in InfluxDB's line protocol, which knows no way to write a line break or a backslash
in one (a backslash at the end would swallow the separator behind it). So those are refused and not
bent into another name. Slugs, which is what the gateway gives, never come near this.
"""

from functools import lru_cache
from math import isfinite

from gateway.store.interface import STORED, Measurement, Placed, Rejected, RoomSample
from sensors.wire.field import Values, values_of
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.refusal import Reason, Refused
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

MAX_NAME = 255
MAX_INT = 2**63 - 1
MAX_NS = 2**63 - 2  # InfluxDB keeps the outermost values of its time for itself


def _numbers(kind: Measurement, *ints: str) -> tuple[Values, Values]:
    """What reads the floats and the whole numbers of a row, among these ``ints`` beside its fields."""
    named = {
        wanted: [field.name for field in STORED[kind] if field.type is wanted]
        for wanted in (float, int)
    }
    return values_of(named[float]), values_of([*named[int], *ints])


_NUMBERS: dict[type, tuple[Values, Values]] = {
    AirReading: _numbers("air", "seq", "arrived_ns"),
    PeopleReading: _numbers("people", "seq", "arrived_ns"),
    RoomSample: _numbers("room"),
}


def kind_of(row: Placed | RoomSample) -> Measurement:
    """The measurement that a row is of."""
    return "room" if isinstance(row, RoomSample) else row.reading.kind


def venue_of(row: Placed | RoomSample) -> VenueSlug:
    """The venue that a row is of."""
    return row.venue if isinstance(row, RoomSample) else row.reading.venue


def unfit(row: Placed | RoomSample) -> Rejected | None:
    """The row with the reason why no store takes it, or None where it is sound."""
    fault = _placed_fault(row) if isinstance(row, Placed) else _sample_fault(row)
    return None if fault is None else Rejected(row, Refused(Reason.STORE_REJECTED, fault))


def _placed_fault(row: Placed) -> str | None:
    reading = row.reading
    floats, ints = _NUMBERS[type(reading)]
    if not is_plain(reading.device, row.room, reading.venue):
        fault = _name_fault(reading.venue, row.room, reading.device)
        if fault is not None:
            return fault
    return _number_fault(reading.at_ns, floats(reading), ints(reading))


def _sample_fault(row: RoomSample) -> str | None:
    floats, ints = _NUMBERS[RoomSample]
    if not is_plain(row.room, row.venue):
        fault = _name_fault(row.venue, row.room, None)
        if fault is not None:
            return fault
    return _number_fault(row.at_ns, floats(row), ints(row))


def is_plain(*names: str) -> bool:
    """Whether names are of ASCII letters, digits and hyphens, as slugs are, and short: then every store
    holds them as they are.
    """
    joined = "".join(names)
    return (
        joined.isascii()
        and joined.replace("-", "").isalnum()
        and len(joined) <= MAX_NAME
        and all(names)
    )


@lru_cache(maxsize=4096)
def _name_fault(venue: VenueSlug, room: RoomSlug, device: DeviceSlug | None) -> str | None:
    for kind, name in (("venue", venue), ("room", room), ("device", device)):
        if name is None:
            continue
        if not name or len(name) > MAX_NAME:
            return f"{kind} has a name of {len(name)} characters, expected 1 to {MAX_NAME}"
        if not name.isprintable() or "\\" in name:
            return f"{kind} {name!r}: a name may hold no control characters and no backslash"
    return None


def _number_fault(
    at_ns: int, floats: tuple[float | None, ...], ints: tuple[int | None, ...]
) -> str | None:
    if not -MAX_NS <= at_ns <= MAX_NS:
        return f"time {at_ns} ns is outside what 64 bits can hold"
    for value in floats:
        if value is not None and not isfinite(value):
            return f"{value} is not a finite number"
    for whole in ints:
        if whole is not None and not -MAX_INT <= whole <= MAX_INT:
            return f"{whole} does not fit in 64 bits"
    return None
