"""The devices that can hang on a serial port or an I2C bus. A new one is a row here and a file in
``protocols``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sensors.agent.i2c import I2cMaker, Scd4x, Scd30OverI2c
from sensors.protocols.cm1106 import Cm1106
from sensors.protocols.counter_line import CounterLine
from sensors.protocols.event import SerialProtocol
from sensors.protocols.mhz19 import Mhz19
from sensors.protocols.scd30 import Scd30
from sensors.protocols.senseair import SenseAir, Sunrise

SerialMaker = Callable[[], SerialProtocol]


@dataclass(frozen=True, slots=True)
class Model:
    """``protocol`` is None where the configuration says how its lines are read, and for a sensor on an I2C
    bus, which ``i2c`` speaks to. ``warm_up_s`` is how
    long after power-on the values are not yet true; ``reply_within_s`` is wall time, in which a working
    device has answered, or has said something where it ``prints`` by itself.
    """

    name: str
    protocol: SerialMaker | None
    baud: int
    interval_s: float
    shortest_interval_s: float
    warm_up_s: float
    reply_within_s: float
    prints: bool = False
    i2c: I2cMaker | None = None


MODELS = (
    # Winsen: a preheat of 3 minutes (MH-Z19B) and of 1 minute (MH-Z19C); both measure every 2 s or
    # so.
    Model("mh-z19b", Mhz19, 9600, 10.0, 2.0, 180.0, 1.0),
    Model("mh-z19c", Mhz19, 9600, 10.0, 2.0, 60.0, 1.0),
    # SenseAir: an S8 measures every 4 s and is not asked more often than every 2, a K30 every 2 s, a
    # Sunrise every 16 s; their status tells by itself that they are not ready.
    Model("senseair-s8", SenseAir, 9600, 10.0, 4.0, 0.0, 1.0),
    Model("senseair-k30", SenseAir, 9600, 10.0, 2.0, 60.0, 1.0),
    Model("senseair-sunrise", Sunrise, 9600, 20.0, 4.0, 0.0, 1.0),
    # Sensirion: a measurement every 2 s, and two minutes until a step is told to nine tenths.
    Model("scd30", Scd30, 19200, 10.0, 2.0, 0.0, 1.0),
    # Cubic: within its figures two minutes after power-on.
    Model("cm1106", Cm1106, 9600, 10.0, 2.0, 120.0, 1.0),
    # A counter prints at least once a minute.
    Model("counter-line", CounterLine, 115_200, 5.0, 0.5, 0.0, 150.0, prints=True),
    Model("lines", None, 115_200, 10.0, 0.5, 0.0, 300.0, prints=True),
)
"""Those on a serial port."""

_NO_BAUD = 0
I2C_MODELS = (
    # An SCD4x measures every 5 s, an SCD30 every 2 s; each follows a step to two thirds in 60 s and 20 s.
    Model("scd4x", None, _NO_BAUD, 10.0, 5.0, 0.0, 1.0, i2c=I2cMaker(0x62, Scd4x)),
    Model("scd30-i2c", None, _NO_BAUD, 10.0, 2.0, 0.0, 1.0, i2c=I2cMaker(0x61, Scd30OverI2c)),
)


class UnknownModel(ValueError):
    """No row of that name; the message names the known ones."""


def model_named(name: str) -> Model:
    """The row of a model, small and capital letters alike.

    Raises:
        UnknownModel: there is none.

    """
    every = (*MODELS, *I2C_MODELS)
    for model in every:
        if model.name == name.lower():
            return model
    known = ", ".join(model.name for model in every)
    raise UnknownModel(f"unknown model, known are {known}")
