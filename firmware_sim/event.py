"""What a simulated device does to its connection, in the order of time."""

from dataclasses import dataclass

from sensors.wire.reading import Kind


@dataclass(frozen=True, slots=True)
class DeviceMessage:
    """The device sends ``payload`` at ``at_ns``: not always when it measured, nor always
    readable.
    """

    at_ns: int
    venue: str
    device: str
    leaf: Kind
    payload: bytes


@dataclass(frozen=True, slots=True)
class ConnectionLost:
    """The device is gone without a word: its broker tells it by its last will."""

    at_ns: int
    venue: str
    device: str


@dataclass(frozen=True, slots=True)
class ConnectionBack:
    at_ns: int
    venue: str
    device: str


Event = DeviceMessage | ConnectionLost | ConnectionBack
