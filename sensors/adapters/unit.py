"""Values in the units in which a mapping says that they come."""

from collections.abc import Callable
from typing import Final

UNITS: Final[dict[str, Callable[[float], float]]] = {
    "": lambda value: value,
    "ppm": lambda value: value,
    "%": lambda value: value,
    "°C": lambda value: value,
    "C": lambda value: value,
    "dBm": lambda value: value,
    "ppb": lambda value: value / 1_000,
    "fraction": lambda value: value * 100,
    "°F": lambda value: (value - 32) / 1.8,
    "F": lambda value: (value - 32) / 1.8,
    "K": lambda value: value - 273.15,
}
"""By its sign; ``fraction`` is 0 to 1 of what we give in per cent."""


def in_ours(value: float, unit: str, scale: float) -> float:
    """A value times ``scale`` out of its unit into ours.

    Raises:
        KeyError: no unit that is known.

    """
    return UNITS[unit](value * scale)
