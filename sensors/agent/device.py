"""A device on a serial port or an I2C bus, as it is configured and as it has fared."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from sensors.agent.models import Model, SerialMaker
from sensors.protocols.order import Order
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug


@dataclass(frozen=True, slots=True)
class SerialDevice:
    """One device of the configuration, checked. ``orders`` are told to it when its port is opened, the
    offsets are added to what it measures. ``protocol`` is None of one on an I2C bus.
    """

    venue: VenueSlug
    device: DeviceSlug
    model: Model
    port: str
    interval_s: float
    warm_up_s: float
    protocol: SerialMaker | None
    baud: int
    room: RoomSlug | None = None
    calibrated: date | None = None
    orders: tuple[Order, ...] = ()
    co2_offset_ppm: float = 0.0
    temperature_offset_c: float = 0.0
    username: str | None = None
    password_file: str | None = None

    @property
    def name(self) -> str:
        """The name in the spool and in figures."""
        return f"{self.venue}/{self.device}"


@dataclass(slots=True)
class Tally:
    """What came out of a port since the agent began: ``bad`` counts by kind the answers that gave no
    reading, the stretches of ``noise`` and the requests without an answer (``timeout``).
    """

    readings: int = 0
    warming_up: int = 0
    noise_bytes: int = 0
    bad: Counter[str] = field(default_factory=Counter)

    @property
    def bad_frames(self) -> int:
        """Answers that gave no reading."""
        return sum(n for kind, n in self.bad.items() if kind not in ("noise", "timeout"))
