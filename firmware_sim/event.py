"""What a simulated device does to its connection, in the order of time."""

from dataclasses import dataclass

from sensors.wire.reading import Kind, Reading
from sensors.wire.topic import DeviceSlug, VenueSlug


@dataclass(frozen=True, slots=True)
class Post:
    """What is published, as the broker gets it."""

    topic: str
    payload: bytes
    retain: bool = False
    qos: int = 1


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
class OtherMessage:
    """What a device of another maker sends at once, and the readings that it means by it: none where
    nobody can read it, or where it only tells of the device.
    """

    at_ns: int
    venue: VenueSlug
    device: DeviceSlug
    posts: tuple[Post, ...]
    means: tuple[Reading, ...] = ()


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


Message = DeviceMessage | OtherMessage
Event = Message | ConnectionLost | ConnectionBack
