"""The faults a sensor can have, and what is seen of one."""

from typing import Any, Literal, NamedTuple, get_args

import msgspec

from sensors.wire.instant import from_ns, to_wire
from sensors.wire.topic import DeviceSlug

Code = Literal[
    "stuck", "jump", "warm_up", "saturation", "disagreement", "drift", "door_drift"
]  # fmt: skip


class Fault(NamedTuple):
    """``meaning`` is one English sentence about a sensor that has it; ``is_unfit`` says that while
    it lasts the estimates do without that sensor. What it sends is kept all the same.
    """

    code: Code
    meaning: str
    is_unfit: bool


FAULTS = (
    Fault("stuck", "It shows the same value for longer than moving air allows.", True),
    Fault("jump", "It went faster than the people present or the fresh air can bring it.", True),
    Fault("warm_up", "It shows the fixed value of a sensor that has just been switched on.", True),
    Fault("saturation", "It stands at the top of its range: the air may hold more.", True),
    Fault(
        "disagreement",
        "It differs from the room's other sensors by more than their accuracies together; "
        "left out only where it is clear which one is wrong.",
        True,
    ),
    Fault("drift", "Its nights lie off those of the other sensors, or move away from them.", False),
    Fault("door_drift", "It counts people who cannot be there, or fewer than none.", False),
)
BY_CODE = {fault.code: fault for fault in FAULTS}
ORDER = get_args(Code)


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is seen of a fault of ``device``, from ``since_s`` on, for ``minutes`` by now.

    Which figures there are depends on ``code``: what it shows (``co2_ppm``), what it showed before
    (``from_ppm``), how far it is off (``off_ppm``) and what would be allowed (``allowed_ppm``);
    over how many ``nights``; how many ``people`` were counted. ``other`` is the sensor it disagrees
    with; ``is_told`` is False where either of the two may be wrong.
    """

    code: Code
    device: DeviceSlug
    since_s: float
    minutes: float
    co2_ppm: float | None = None
    from_ppm: float | None = None
    off_ppm: float | None = None
    allowed_ppm: float | None = None
    nights: int | None = None
    people: int | None = None
    other: str | None = None
    is_told: bool = True

    @property
    def is_unfit(self) -> bool:
        """Whether the estimates do without the sensor."""
        return self.is_told and BY_CODE[self.code].is_unfit

    def as_dict(self) -> dict[str, Any]:
        """As a flag tells it: figures rounded, the moment as on the wire, what is not known left
        out.
        """
        found = {
            name: round(value, 1) if isinstance(value, float) else value
            for name, value in msgspec.to_builtins(self).items()
            if name != "since_s"
        }
        return {**found, "since": to_wire(from_ns(round(self.since_s * 1e9)))}
