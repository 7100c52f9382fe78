"""What every serial protocol makes of the bytes it is fed, and the shape they all share."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MeasuredAir:
    """One whole, checked reply. What a device does not measure is None."""

    co2_ppm: float
    temperature_c: float | None = None
    humidity_pct: float | None = None


@dataclass(frozen=True, slots=True)
class BadFrame:
    """A frame with the right beginning that is wrong all the same, and why."""

    frame: bytes
    why: str


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that belong to no frame and were skipped."""

    count: int


Event = MeasuredAir | BadFrame | Noise


class SerialProtocol(Protocol):
    """Bytes in, events out: no port, no clock, no thread. One object per open port."""

    def request(self) -> bytes:
        """The frame that asks the device for a measurement."""
        ...

    def feed(self, data: bytes) -> list[Event]:
        """What the bytes so far mean. Never raises, and keeps back less than one frame."""
        ...
