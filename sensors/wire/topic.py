"""The topic names of contract version 1, built and taken apart.

Identity is not placement: a topic names the device, the gateway's registry knows the room.
"""

import re
from dataclasses import dataclass
from typing import Literal, NewType

DeviceLeaf = Literal["air", "people", "status", "about", "health"]
RoomLeaf = Literal["state", "alert"]

VenueSlug = NewType("VenueSlug", str)
RoomSlug = NewType("RoomSlug", str)
DeviceSlug = NewType("DeviceSlug", str)
"""Names that ``is_slug`` holds for, looked at where they come in; a room is also ``-``, nowhere."""

RoomKey = tuple[VenueSlug, RoomSlug]
DeviceKey = tuple[VenueSlug, DeviceSlug]
"""What tells a room, or a device, from all others of all venues."""

SLUG_PATTERN = r"[a-z0-9][a-z0-9-]{0,62}"
_SLUG = re.compile(SLUG_PATTERN, re.ASCII)
_DEVICE = re.compile(
    rf"luchtig/devices/({SLUG_PATTERN})/({SLUG_PATTERN})/(air|people|status|about|health)",
    re.ASCII,
)
_ROOM = re.compile(rf"luchtig/rooms/({SLUG_PATTERN})/({SLUG_PATTERN})/(state|alert)", re.ASCII)

ALL_DEVICES = "luchtig/devices/#"
ALL_GATEWAYS = "luchtig/gateways/+/status"
CHECK = "luchtig-check"
"""The venue, or the device of any venue, on whose topics a set-up is tried. It is no real one: what
comes there is passed over.
"""


@dataclass(frozen=True, slots=True)
class DeviceTopic:
    venue: VenueSlug
    device: DeviceSlug
    leaf: DeviceLeaf


@dataclass(frozen=True, slots=True)
class RoomTopic:
    venue: VenueSlug
    room: RoomSlug
    leaf: RoomLeaf


def is_slug(text: str) -> bool:
    """Whether ``text`` may name a venue, a device or a room."""
    return _SLUG.fullmatch(text) is not None


def device_topic(venue: VenueSlug, device: DeviceSlug, leaf: DeviceLeaf) -> str:
    """The topic on which a device speaks.

    Raises:
        ValueError: venue or device is not a slug.

    """
    return f"luchtig/devices/{_slug(venue)}/{_slug(device)}/{leaf}"


def room_topic(venue: VenueSlug, room: RoomSlug, leaf: RoomLeaf) -> str:
    """The topic on which the gateway speaks of a room.

    Raises:
        ValueError: venue or room is not a slug.

    """
    return f"luchtig/rooms/{_slug(venue)}/{_slug(room)}/{leaf}"


def gateway_topic(client_id: str) -> str:
    """The topic of a gateway's own status (its last will).

    Raises:
        ValueError: the client id holds a separator or a wildcard.

    """
    if not client_id or any(c in client_id for c in "/+#\0"):
        raise ValueError(
            f"{client_id!r} cannot stand in a topic: no '/', '+', '#' or empty client id"
        )
    return f"luchtig/gateways/{client_id}/status"


def parse_device_topic(topic: str) -> DeviceTopic | None:
    """The parts of a device's topic, or None where it has another shape."""
    match = _DEVICE.fullmatch(topic)
    if match is None:
        return None
    venue, device, leaf = match.groups()
    return DeviceTopic(venue, device, leaf)  # type: ignore[arg-type]  # the pattern allows these leaves only


def probe_topic(leaf: DeviceLeaf, venue: VenueSlug | None = None) -> str:
    """Where a set-up is tried; in a ``venue`` where only that one's topics are looked after."""
    if venue is None:
        return device_topic(VenueSlug(CHECK), DeviceSlug("probe"), leaf)
    return device_topic(venue, DeviceSlug(CHECK), leaf)


def is_check(topic: str) -> bool:
    """Whether a message there only tries the way from devices to the gateway."""
    return CHECK in topic and is_of_a_device(topic) and CHECK in topic.split("/")[2:4]


def is_of_a_device(topic: str) -> bool:
    """Whether ``topic`` is among those of devices, whatever its shape."""
    return topic.startswith("luchtig/devices/")


def parse_room_topic(topic: str) -> RoomTopic | None:
    """The parts of a room's topic, or None where it has another shape."""
    match = _ROOM.fullmatch(topic)
    if match is None:
        return None
    venue, room, leaf = match.groups()
    return RoomTopic(venue, room, leaf)  # type: ignore[arg-type]  # the pattern allows these leaves only


def parse_gateway_topic(topic: str) -> str | None:
    """The client id of a gateway's status topic, or None where it has another shape."""
    parts = topic.split("/")
    if len(parts) == 4 and parts[:2] == ["luchtig", "gateways"] and parts[3] == "status":
        return parts[2] or None
    return None


def _slug(text: str) -> str:
    if not is_slug(text):
        raise ValueError(f"{text!r} is not a slug: small letters, digits and '-', 1 to 63 long")
    return text
