"""The tables of a venue file, and the words that may stand in them."""

from typing import Any

import msgspec

from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

ACTIVITIES = ("quiet", "talking", "standing", "active")
"""What people do in a meeting, by which they give off more or less CO2."""
VENTILATION = ("constant", "clock", "co2", "natural")
"""What drives a room's fresh air."""
AIR_FROM = ("outdoors", "inside")
"""Where the air that comes into a room is from."""
RULES = ("occupancy", "co2", "ventilation", "no_data", "sensor_fault")
ROLES = ("manager", "escalation")


class RoomTable(msgspec.Struct, frozen=True, kw_only=True):
    slug: RoomSlug
    name: str
    volume_m3: float | None = None
    floor_area_m2: float | None = None
    seats: int | None = None
    policy: str | None = None
    design_flow_lps: float | None = None
    ventilation: str | None = None
    air_from: str | None = None
    protocol: str | None = None


class DeviceTable(msgspec.Struct, frozen=True, kw_only=True):
    slug: DeviceSlug
    room: RoomSlug | None = None


class MeetingTable(msgspec.Struct, frozen=True, kw_only=True):
    """``start`` and ``end`` are datetimes that name their zone, or local ``"07:30"`` on the day that
    is played; nothing else is left in them by ``parse_venues``.
    """

    room: RoomSlug
    title: str
    start: Any
    end: Any
    expected_people: int | None = None
    organiser: str | None = None
    host: str | None = None
    language: str | None = None
    policy: str | None = None
    activity: str | None = None
    protocol: str | None = None
    id: str | None = None


class ContactTable(msgspec.Struct, frozen=True, kw_only=True):
    """``address`` is an e-mail address or one of ``notify.urls``; no ``rules`` are all of them."""

    name: str
    address: str
    language: str = "nl"
    role: str = "manager"
    rules: tuple[str, ...] = ()


class VenueTable(msgspec.Struct, frozen=True, kw_only=True):
    slug: VenueSlug
    name: str
    timezone: str = "Europe/Amsterdam"
    language: str = "nl"
    reset_at: str = "04:00"
    trust_hints: bool = False
    legal_policy: str | None = None
    healthy_policy: str | None = None
    quiet_from: str | None = None
    quiet_until: str | None = None
    escalate_after_min: int | None = None
    protocol: str | None = None
    room: tuple[RoomTable, ...] = ()
    device: tuple[DeviceTable, ...] = ()
    meeting: tuple[MeetingTable, ...] = ()
    contact: tuple[ContactTable, ...] = ()
