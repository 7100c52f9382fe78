"""Sensirion's sensors on an I2C bus, by the maker's own driver library (the extra ``i2c``).

The library has each command with the pause that its data sheet asks for, and checks the checksum behind
each two bytes. Its packages are imported when a sensor is spoken to: without the extra all else works.
"""

import errno
import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final, Protocol

from sensors.agent.port import PortError
from sensors.protocols.event import BadFrame, Done, Event, MeasuredAir, NotYet, air_or_bad
from sensors.protocols.order import (
    CalibrateSpan,
    CalibrateZero,
    CannotOrder,
    DetectionRange,
    Order,
    SelfCalibration,
    within,
)

I2C_BUSES: Final = "/dev/i2c-"
I2C_HEADER: Final = "/dev/i2c-1"
"""The bus on the pins of a Raspberry Pi."""
WHAT_IS_MISSING: Final = "needs Sensirion's driver: pip install 'luchtig[i2c]'"
_SPAN_PPM: Final = (400, 2000)
_OUTDOOR_PPM: Final = 400
_NOT_RECALIBRATED: Final = 0xFFFF
_AMBIENT_PRESSURE_UNKNOWN: Final = 0
_IDLE_AFTER: Final = 3
_CRC8: Final = (8, 0x31, 0xFF, 0x00)
"""Width, polynomial, first value and last exclusive or: "SCD4x data sheet", 3.11; "Interface Description
Sensirion SCD30", 1.1.3."""


class Transceiver(Protocol):
    """What the driver library has of a bus (its ``I2cTransceiverV1``)."""

    API_VERSION: int

    @property
    def channel_count(self) -> int | None: ...

    def transceive(
        self,
        slave_address: int,
        tx_data: bytes | None,
        rx_length: int | None,
        read_delay: float,
        timeout: float,
    ) -> tuple[int, Exception | None, bytes]: ...

    def close(self) -> None: ...


OpenBus = Callable[[str], Transceiver]


class I2cSensor(Protocol):
    """One sensor on a bus. Both methods raise the library's errors."""

    def read(self) -> Event:
        """What it has measured since it was last asked; a sensor that is idle is told to measure."""
        ...

    def tell(self, order: Order) -> Event:
        """Have it do as told; ``Done``, or why it has not."""
        ...


@dataclass(frozen=True, slots=True)
class I2cMaker:
    """Where on the bus a model answers, and what speaks to it over a channel of the library."""

    address: int
    sensor: Callable[[Any], I2cSensor]

    def on(self, bus: Transceiver) -> I2cSensor:
        """The sensor on that bus; nothing is sent yet."""
        from sensirion_driver_adapters.i2c_adapter.i2c_channel import (  # noqa: PLC0415 - an extra
            I2cChannel,
        )
        from sensirion_i2c_driver import CrcCalculator, I2cConnection  # noqa: PLC0415 - an extra

        channel = I2cChannel(I2cConnection(bus), self.address, CrcCalculator(*_CRC8))
        return self.sensor(channel)


class Scd4x:
    """SCD40, SCD41 and SCD43: a measurement each 5 s while it was told to measure. Most orders it takes
    while it is idle alone.
    """

    def __init__(self, channel: Any) -> None:
        from sensirion_i2c_scd4x.device import Scd4xDevice  # noqa: PLC0415 - an extra

        self._driver = Scd4xDevice(channel)
        self._measures = False
        self._nothing_new = 0

    def read(self) -> Event:
        if not self._measures:
            self._driver.stop_periodic_measurement()  # as it may have done since before us
            self._driver.start_periodic_measurement()
            self._measures, self._nothing_new = True, 0
            return NotYet()
        if not self._driver.get_data_ready_status():
            self._nothing_new += 1
            self._measures = self._nothing_new < _IDLE_AFTER  # it lost its power: it is idle again
            return NotYet()
        self._nothing_new = 0
        co2, temperature, humidity = self._driver.read_measurement()
        return _air(co2.value, temperature.value, humidity.value)

    def tell(self, order: Order) -> Event:
        self._driver.stop_periodic_measurement()
        self._measures = False
        if isinstance(order, SelfCalibration):
            self._driver.set_automatic_self_calibration_enabled(int(order.on))
        elif self._driver.perform_forced_recalibration(_span_ppm(order)) == _NOT_RECALIBRATED:
            return BadFrame(b"\xff\xff", "it had not measured for three minutes before", "error")
        return Done()


class Scd30OverI2c:
    """SCD30 with its pin SEL low: it measures each 2 s, and goes on after a loss of power."""

    def __init__(self, channel: Any) -> None:
        from sensirion_i2c_scd30.device import Scd30Device  # noqa: PLC0415 - an extra

        self._driver = Scd30Device(channel)
        self._measures = False

    def read(self) -> Event:
        if not self._measures:
            self._driver.start_periodic_measurement(_AMBIENT_PRESSURE_UNKNOWN)
            self._measures = True
        if not self._driver.get_data_ready():
            return NotYet()
        co2_ppm, temperature_c, humidity_pct = self._driver.read_measurement_data()
        return _air(co2_ppm, temperature_c, humidity_pct)

    def tell(self, order: Order) -> Event:
        if isinstance(order, SelfCalibration):
            self._driver.activate_auto_calibration(int(order.on))
        else:
            self._driver.force_recalibration(_span_ppm(order))
        return Done()


def check(order: Order) -> None:
    """Whether such a sensor takes an order.

    Raises:
        CannotOrder: it has none such, or not with that value.

    """
    if not isinstance(order, SelfCalibration):
        _span_ppm(order)


def _span_ppm(order: Order) -> int:
    match order:
        case CalibrateZero():
            return _OUTDOOR_PPM
        case CalibrateSpan():
            return within(order, *_SPAN_PPM)
        case SelfCalibration() | DetectionRange():
            raise CannotOrder("it has one range")


def _air(co2_ppm: float, temperature_c: float, humidity_pct: float) -> Event:
    judged = air_or_bad(b"", co2_ppm)
    if isinstance(judged, BadFrame):
        return judged
    if co2_ppm == 0:  # what it tells before its first measurement
        return NotYet()
    return MeasuredAir(round(float(co2_ppm), 2), _told(temperature_c), _told(humidity_pct))


def _told(value: float) -> float | None:
    return round(value, 2) if math.isfinite(value) else None


def has_driver() -> bool:
    """Whether the extra is installed."""
    return all(find_spec(name) for name in ("sensirion_i2c_scd4x", "sensirion_i2c_scd30"))


def open_bus(path: str) -> Transceiver:
    """The bus at ``path``.

    Raises:
        PortError: not there, or closed to this user.

    """
    from sensirion_i2c_driver import LinuxI2cTransceiver  # noqa: PLC0415 - an extra

    try:
        bus: Transceiver = LinuxI2cTransceiver(path)
    except OSError as error:
        raise PortError(why_not(path, error)) from error
    return bus


def why_not(path: str, error: OSError) -> str:
    """What is the matter with a bus, and what helps."""
    match error.errno:
        case errno.ENOENT | errno.ENODEV | errno.ENXIO:
            return f"{path} is not there: is I2C switched on? (raspi-config, Interface Options)"
        case errno.EACCES | errno.EPERM:
            return f"{path} is closed to this user: add it to the group i2c"
        case errno.EBUSY:
            return f"{path}: a driver of the kernel has the sensor"
        case _:
            reason = os.strerror(error.errno) if error.errno else str(error)
            return f"{path} cannot be used as an I2C bus ({reason})"
