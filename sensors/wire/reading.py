"""What a device measured, as values that cannot change.

A reading is identified by (venue, device, kind, ``at_ns``): the same one twice is one.
"""

from datetime import datetime
from typing import Literal

import msgspec

Kind = Literal["air", "people"]

CO2_PPM_RANGE = (0.0, 40_000.0)
TEMPERATURE_C_RANGE = (-40.0, 85.0)
HUMIDITY_PCT_RANGE = (0.0, 100.0)
COUNT_RANGE = (0, 10_000)


class AirReading(msgspec.Struct, frozen=True, gc=False, tag="air"):
    """Air in a room at one moment. ``at_ns`` is the reading's own time, ``arrived_ns`` when the
    gateway got it; they are the same where the device gave none (``ts_given`` is false).
    """

    venue: str
    device: str
    at_ns: int
    arrived_ns: int
    ts_given: bool
    co2_ppm: float
    temperature_c: float | None = None
    humidity_pct: float | None = None
    seq: int | None = None

    @property
    def kind(self) -> Kind:
        return "air"


class PeopleReading(msgspec.Struct, frozen=True, gc=False, tag="people"):
    """People, from a counter that sees the room (``count``) or one that sees a door (both running
    totals). Exactly one of the two is there.
    """

    venue: str
    device: str
    at_ns: int
    arrived_ns: int
    ts_given: bool
    count: int | None = None
    in_total: int | None = None
    out_total: int | None = None
    seq: int | None = None

    @property
    def kind(self) -> Kind:
        return "people"


Reading = AirReading | PeopleReading


class About(msgspec.Struct, frozen=True):
    """What a device says of itself; ``room`` is a hint, used on first sight only. Its CO2 may be off by
    ``error_ppm`` and by ``error_pct`` of the value; it was last calibrated at ``calibrated_at``.
    """

    model: str | None = None
    firmware: str | None = None
    interval_s: float | None = None
    room: str | None = None
    calibrated_at: datetime | None = None
    error_ppm: float | None = None
    error_pct: float | None = None


class DeviceStatus(msgspec.Struct, frozen=True):
    """Whether a device's connection stands: its birth message or its last will."""

    online: bool
