"""What every serial protocol makes of the bytes it is fed, and the shape they all share."""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from sensors.protocols.order import Order
from sensors.wire.reading import CO2_PPM_RANGE

BadKind = Literal["checksum", "value", "error", "status"]
"""Why an answer gave no reading: its bytes are wrong, its value cannot be, the device refused the
request, or the device says of itself that it is not to be believed.
"""


NOTHING_TO_SEND: Final = b""
"""The request to a device that speaks by itself."""


@dataclass(frozen=True, slots=True)
class MeasuredAir:
    """One whole, checked reply. What a device does not measure is None."""

    co2_ppm: float
    temperature_c: float | None = None
    humidity_pct: float | None = None


@dataclass(frozen=True, slots=True)
class MeasuredPeople:
    """What a counter says: how many it sees, or its running totals; beside it or alone motion."""

    count: int | None = None
    in_total: int | None = None
    out_total: int | None = None
    motion: int | None = None


@dataclass(frozen=True, slots=True)
class BadFrame:
    """A frame with the right beginning that gives no reading all the same, and why."""

    frame: bytes
    why: str
    kind: BadKind = "checksum"


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that belong to no frame and were skipped."""

    count: int


@dataclass(frozen=True, slots=True)
class Next:
    """The device has answered a step: ``request`` has the next one, to be sent at once."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """The device answers, and has nothing new to say."""


@dataclass(frozen=True, slots=True)
class Done:
    """The device has taken an order."""


Event = MeasuredAir | MeasuredPeople | BadFrame | Noise | Next | NotYet | Done
Measured = MeasuredAir | MeasuredPeople


class SerialProtocol(Protocol):
    """Bytes in, events out: no port, no clock, no thread. One object per open port."""

    def request(self) -> bytes:
        """The frame that asks the device for a measurement, or for the next step towards one; nothing
        of a device that speaks by itself.
        """
        ...

    def frames(self, order: Order) -> tuple[bytes, ...]:
        """The frames by which the device is told something, to be sent one after the other.

        Raises:
            CannotOrder: the device has no such order, or not with that value.

        """
        ...

    def feed(self, data: bytes) -> list[Event]:
        """What the bytes so far mean. Never raises, and keeps back less than one frame."""
        ...


def air_or_bad(
    frame: bytes,
    co2_ppm: float,
    temperature_c: float | None = None,
    humidity_pct: float | None = None,
) -> MeasuredAir | BadFrame:
    """A measurement, or why a value in a whole frame cannot be one."""
    low, high = CO2_PPM_RANGE
    if not low <= co2_ppm <= high:  # a NaN of a float register is neither
        told = f"at most {high:.0f}" if co2_ppm > high else f"at least {low:.0f}"
        return BadFrame(frame, f"{co2_ppm:g} ppm, {told}", "value")
    return MeasuredAir(co2_ppm, temperature_c, humidity_pct)
