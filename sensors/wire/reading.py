"""What a device measured, as values that cannot change.

A reading is identified by (venue, device, kind, ``at_ns``): the same one twice is one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

from sensors.wire.field import Field, Quantity, fields_of
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

Kind = Literal["air", "people"]

CO2_PPM_RANGE = (0.0, 40_000.0)
COUNT_RANGE = (0, 10_000)
MOTION_RANGE = (0, 1_000_000)
MAX_EXACT: Final = 2**53
"""Beyond it JSON numbers stop being exact."""


class AirReading(msgspec.Struct, frozen=True, gc=False, tag="air"):
    """Air in a room at one moment. ``at_ns`` is the reading's own time, ``arrived_ns`` when the
    gateway got it; they are the same where the device gave none (``ts_given`` is false).
    """

    venue: VenueSlug
    device: DeviceSlug
    at_ns: int
    arrived_ns: int
    ts_given: bool
    co2_ppm: Annotated[float, Quantity("ppm", *CO2_PPM_RANGE, essential=True)]
    temperature_c: Annotated[float | None, Quantity("°C", -40, 85)] = None
    humidity_pct: Annotated[float | None, Quantity("%", 0, 100)] = None
    seq: int | None = None

    @property
    def kind(self) -> Kind:
        return "air"


class PeopleReading(msgspec.Struct, frozen=True, gc=False, tag="people"):
    """People, from a counter that sees the room (``count``) or one that sees a door (both running
    totals), at most one of the two; beside it or instead of it ``motion``, how many movements were
    seen since the message before, or 1 and 0 where a sensor tells no more than whether somebody
    moved.
    """

    venue: VenueSlug
    device: DeviceSlug
    at_ns: int
    arrived_ns: int
    ts_given: bool
    count: Annotated[int | None, Quantity("people", *COUNT_RANGE, None, essential=True)] = None
    in_total: Annotated[int | None, Quantity("people", 0, MAX_EXACT, None, essential=True)] = None
    out_total: Annotated[int | None, Quantity("people", 0, MAX_EXACT, None, essential=True)] = None
    seq: int | None = None
    motion: Annotated[int | None, Quantity("movements", *MOTION_RANGE, None, or_bool=True)] = None

    @property
    def is_count(self) -> bool:
        """Whether it counts anybody, and does not tell of motion alone."""
        return self.count is not None or self.in_total is not None

    @property
    def kind(self) -> Kind:
        return "people"


Reading = AirReading | PeopleReading

FIELDS: Final[Mapping[Kind, tuple[Field, ...]]] = {
    "air": fields_of(AirReading),
    "people": fields_of(PeopleReading),
}
"""What each kind of reading measures, from which everything that holds or shows it is derived."""


class About(msgspec.Struct, frozen=True):
    """What a device says of itself; ``room`` is a hint, used on first sight only. Its CO2 may be off by
    ``error_ppm`` and by ``error_pct`` of the value; it was last calibrated at ``calibrated_at``.
    """

    model: str | None = None
    firmware: str | None = None
    interval_s: float | None = None
    room: RoomSlug | None = None
    calibrated_at: datetime | None = None
    error_ppm: float | None = None
    error_pct: float | None = None


class DeviceStatus(msgspec.Struct, frozen=True):
    """Whether a device's connection stands: its birth message or its last will."""

    online: bool


class Health(msgspec.Struct, frozen=True):
    """How a device is: its battery, how well it is heard (Zigbee's link quality is 0 to 255), how many bad
    frames its sensor sent by kind, how many readings wait in its spool, when its CO2 was last calibrated.
    """

    at: datetime | None = None
    battery_pct: float | None = None
    signal_dbm: float | None = None
    link_quality: int | None = None
    bad: dict[str, int] = {}
    spooled: int | None = None
    calibrated_at: datetime | None = None
