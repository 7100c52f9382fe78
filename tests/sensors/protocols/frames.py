"""What the devices on serial lines say, as their makers' manuals print it.

Where a manual has no frame it is made of the device's registers as it describes them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from sensors.protocols.cm1106 import Cm1106
from sensors.protocols.counter_line import CounterLine
from sensors.protocols.event import (
    Measured,
    MeasuredAir,
    MeasuredPeople,
    Next,
    SerialProtocol,
)
from sensors.protocols.lines import Lines
from sensors.protocols.mhz19 import Mhz19
from sensors.protocols.scd30 import Scd30
from sensors.protocols.senseair import SenseAir, Sunrise

NAMES_OF_COLUMNS: Final = b"CO2;T;RH\n"
"""The line that a device with named columns prints first."""


@dataclass(frozen=True)
class Device:
    """``steps`` lead to the answer: what the device says to each request before, ``answer`` is what it
    says then and ``measured`` what that means; ``broken`` differs from it in what a checksum sees.
    """

    name: str
    protocol: Callable[[], SerialProtocol]
    steps: tuple[bytes, ...]
    answer: bytes
    measured: Measured
    broken: bytes

    def ready(self) -> SerialProtocol:
        """One that has asked, and whose device is to answer with the measurement."""
        protocol = self.protocol()
        for said in self.steps:
            protocol.request()
            assert protocol.feed(said)[-1:] == [Next()]
        protocol.request()
        if self.name == "lines csv":
            assert protocol.feed(NAMES_OF_COLUMNS) == []
        return protocol


hx = bytes.fromhex


def crc(body: bytes) -> bytes:
    """The two bytes as the standard computes them, bit by bit."""
    value = 0xFFFF
    for byte in body:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return value.to_bytes(2, "little")


DEVICES = [
    Device("mh-z19", Mhz19, (), hx("ff 86 02 20 00 00 00 00 58"), MeasuredAir(544),
           hx("ff 86 02 21 00 00 00 00 58")),
    Device("senseair", SenseAir, (), hx("fe 04 08 00 00 00 00 00 00 01 90 16 e6"), MeasuredAir(400),
           hx("fe 04 08 00 00 00 00 00 00 01 91 16 e6")),
    Device("sunrise", Sunrise, (), hx("fe 04 0a 00 00 00 00 00 00 02 9a 08 d6 22 4a"),
           MeasuredAir(666, 22.62), hx("fe 04 0a 00 00 00 00 00 00 02 9b 08 d6 22 4a")),
    Device("scd30", Scd30, (hx("61 06 00 36 00 00 60 64"), hx("61 03 02 00 01 f9 8c")),
           hx("61 03 0c 43 db 8c 2e 41 d9 e7 ff 42 43 3a 1b 50 07"), MeasuredAir(439.1, 27.24, 48.81),
           hx("61 03 0c 43 db 8c 2f 41 d9 e7 ff 42 43 3a 1b 50 07")),
    Device("cm1106", Cm1106, (), hx("16 05 01 02 72 01 d6 99"), MeasuredAir(626),
           hx("16 05 01 02 73 01 d6 99")),
    Device("counter-line", CounterLine, (), b"C,120,97*7E\r\n",
           MeasuredPeople(in_total=120, out_total=97), b"C,121,97*7E\r\n"),
    Device("lines json", partial(Lines, "json", {"co2_ppm": "air.co2", "temperature_c": "t"}), (),
           b'{"air":{"co2":812},"t":21.4}\n', MeasuredAir(812, 21.4), b'{"air":{"co2":-812},"t":21.4}\n'),
    Device("lines csv", partial(Lines, "csv", {"co2_ppm": "CO2", "humidity_pct": 3}),
           (), b"812;21,4;44,0\n", MeasuredAir(812, None, 44.0), b"9999999;21,4;44,0\n"),
]  # fmt: skip
