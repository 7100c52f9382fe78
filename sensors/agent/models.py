"""The devices that can hang on a serial port. A new one is a row here and a file in
``protocols``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sensors.protocols.event import SerialProtocol
from sensors.protocols.mhz19 import Mhz19


@dataclass(frozen=True, slots=True)
class Model:
    """``warm_up_s`` is how long after power-on the values are not yet true; ``reply_within_s`` is
    wall time, in which a working device has answered.
    """

    name: str
    protocol: Callable[[], SerialProtocol]
    baud: int
    interval_s: float
    shortest_interval_s: float
    warm_up_s: float
    reply_within_s: float


MODELS = (
    # Winsen: a preheat of 3 minutes (MH-Z19B) and of 1 minute (MH-Z19C); both measure every 2 s or
    # so.
    Model("mh-z19b", Mhz19, 9600, 10.0, 2.0, 180.0, 1.0),
    Model("mh-z19c", Mhz19, 9600, 10.0, 2.0, 60.0, 1.0),
)


class UnknownModel(ValueError):
    """No row of that name; the message names the known ones."""


def model_named(name: str) -> Model:
    """The row of a model, small and capital letters alike.

    Raises:
        UnknownModel: there is none.

    """
    for model in MODELS:
        if model.name == name.lower():
            return model
    known = ", ".join(model.name for model in MODELS)
    raise UnknownModel(f"unknown model, known are {known}")
