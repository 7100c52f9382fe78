"""What a device on a wire can be told, beside being asked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SelfCalibration:
    """Whether the device takes the lowest value of some days for outdoor air (ABC, ASC)."""

    on: bool


@dataclass(frozen=True, slots=True)
class DetectionRange:
    """The largest value that the device tells, in ppm."""

    co2_ppm: int


@dataclass(frozen=True, slots=True)
class CalibrateZero:
    """Take the present air for outdoor air (400 ppm), after 20 minutes in it."""


@dataclass(frozen=True, slots=True)
class CalibrateSpan:
    """Take the present air for ``co2_ppm``."""

    co2_ppm: int


Order = SelfCalibration | DetectionRange | CalibrateZero | CalibrateSpan


class CannotOrder(ValueError):
    """The device has no such order, or does not take that value; ``str()`` says what it takes."""


def within(order: CalibrateSpan | DetectionRange, low: int, high: int) -> int:
    """The value of an order.

    Raises:
        CannotOrder: it is not between ``low`` and ``high``.

    """
    if not low <= order.co2_ppm <= high:
        what = "a span" if isinstance(order, CalibrateSpan) else "a range"
        raise CannotOrder(f"{what} of {order.co2_ppm} ppm: expected {low} to {high}")
    return order.co2_ppm
