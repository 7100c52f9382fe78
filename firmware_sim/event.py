"""What a simulated device does to its connection, in the order of time."""

from dataclasses import dataclass

from sensors.wire.reading import Kind
from sensors.wire.topic import DeviceSlug, VenueSlug


@dataclass(frozen=True, slots=True)
class DeviceMessage:
    """The device sends ``payload`` at ``at_ns``: not always when it measured, nor always
    readable.
    """

    at_ns: int
    venue: VenueSlug
    device: DeviceSlug
    leaf: Kind
    payload: bytes


@dataclass(frozen=True, slots=True)
class ConnectionLost:
    """The device is gone without a word: its broker tells it by its last will."""

    at_ns: int
    venue: VenueSlug
    device: DeviceSlug


@dataclass(frozen=True, slots=True)
class ConnectionBack:
    at_ns: int
    venue: VenueSlug
    device: DeviceSlug


Event = DeviceMessage | ConnectionLost | ConnectionBack
