"""SenseAir S8, K30 and Sunrise over Modbus RTU, 9600 8N1, by the address that every one of them answers.

The input registers 1 to 4 are meter status, alarm status, output status and CO2 in ppm; the Sunrise has
its error status in the first and hundredths of a degree in the fifth. What a device says in its status
goes before its value: with a fault there is no reading ("Modbus on Senseair S8", "Modbus on CO2 Engine
K30", "Modbus on Senseair Sunrise").

Of the Sunrise 0x7FFF in the place of CO2 is no value.
"""

from typing import Final

from sensors.protocols.event import BadFrame, Event, air_or_bad
from sensors.protocols.modbus import READ_INPUT, ModbusReader, Read, write_frame
from sensors.protocols.order import (
    CalibrateSpan,
    CalibrateZero,
    CannotOrder,
    Order,
    SelfCalibration,
    within,
)

ANY_ADDRESS: Final = 0xFE
_ACKNOWLEDGED, _COMMAND = 0x0000, 0x0001
_BACKGROUND = 0x7C06
_ABC_PERIOD, _ABC_HOURS = 0x001F, 180
_METER_STATUS = {
    0: "fatal error",
    1: "offset regulation",
    2: "algorithm",
    4: "self-diagnostics",
    5: "out of range",
    6: "memory",
}
"""Bits of the meter status with which the value is not to be believed; bit 3 is that of an output that
nobody reads here.
"""

_SUNRISE_ABC_PERIOD = 0x000D
_SUNRISE_TARGET, _SUNRISE_TARGET_COMMAND = 0x0002, 0x7C05
_SUNRISE_SPAN_PPM = (400, 5000)
_NO_VALUE = 0x7FFF
_SUNRISE_STATUS = {
    0: "fatal error",
    1: "I2C",
    2: "algorithm",
    3: "calibration",
    4: "self-diagnostics",
    5: "out of range",
    6: "memory",
    7: "no measurement completed",
    8: "low internal voltage",
}


class SenseAir(ModbusReader):
    """An S8 or a K30."""

    def __init__(self) -> None:
        super().__init__(ANY_ADDRESS)

    def request(self) -> bytes:
        return self.expect(Read(READ_INPUT, 0, 4))

    def frames(self, order: Order) -> tuple[bytes, ...]:
        match order:
            case SelfCalibration(on):
                return (write_frame(ANY_ADDRESS, _ABC_PERIOD, _ABC_HOURS if on else 0),)
            case CalibrateZero():
                return (
                    write_frame(ANY_ADDRESS, _ACKNOWLEDGED, 0),
                    write_frame(ANY_ADDRESS, _COMMAND, _BACKGROUND),
                )
            case CalibrateSpan():
                raise CannotOrder("it can be calibrated in outdoor air alone: --zero")
            case _:
                raise CannotOrder("it has one range")

    def registers(self, data: bytes, frame: bytes) -> list[Event]:
        status, _alarm, _output, co2_ppm = (
            int.from_bytes(data[at : at + 2], "big") for at in range(0, 8, 2)
        )
        if said := _said(_METER_STATUS, status):
            return [BadFrame(frame, f"meter status: {said}", "status")]
        return [air_or_bad(frame, float(co2_ppm))]


class Sunrise(ModbusReader):
    """A Sunrise, which also measures its temperature."""

    def __init__(self) -> None:
        super().__init__(ANY_ADDRESS)

    def request(self) -> bytes:
        return self.expect(Read(READ_INPUT, 0, 5))

    def frames(self, order: Order) -> tuple[bytes, ...]:
        clear = write_frame(ANY_ADDRESS, _ACKNOWLEDGED, 0)
        match order:
            case SelfCalibration(on):
                return (write_frame(ANY_ADDRESS, _SUNRISE_ABC_PERIOD, _ABC_HOURS if on else 0),)
            case CalibrateZero():
                return (clear, write_frame(ANY_ADDRESS, _COMMAND, _BACKGROUND))
            case CalibrateSpan():
                return (
                    clear,
                    write_frame(ANY_ADDRESS, _SUNRISE_TARGET, within(order, *_SUNRISE_SPAN_PPM)),
                    write_frame(ANY_ADDRESS, _COMMAND, _SUNRISE_TARGET_COMMAND),
                )
            case _:
                raise CannotOrder("it has one range")

    def registers(self, data: bytes, frame: bytes) -> list[Event]:
        status = int.from_bytes(data[:2], "big")
        if said := _said(_SUNRISE_STATUS, status):
            return [BadFrame(frame, f"error status: {said}", "status")]
        co2_ppm = int.from_bytes(data[6:8], "big", signed=True)
        if co2_ppm == _NO_VALUE:
            return [BadFrame(frame, "no value", "status")]
        temperature_c = int.from_bytes(data[8:10], "big", signed=True) / 100
        return [air_or_bad(frame, float(co2_ppm), temperature_c)]


def _said(names: dict[int, str], status: int) -> str:
    return ", ".join(name for bit, name in names.items() if status >> bit & 1)
