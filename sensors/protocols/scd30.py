"""Sensirion SCD30 over Modbus RTU (its pin SEL high), 19200 8N1, address 0x61.

It measures by itself once it was told to, and keeps that over a loss of power; the interval of its own
is 2 s when it leaves the works. So each port begins with the order to measure, then asks whether
something new is there, then reads three pairs of registers, each a float with its high word first:
CO2 in ppm, temperature in °C, relative humidity in % ("Interface Description Sensirion SCD30").
"""

import math
import struct
from typing import Final

from sensors.protocols.event import BadFrame, Done, Event, MeasuredAir, Next, NotYet, air_or_bad
from sensors.protocols.modbus import READ_HOLDING, ModbusReader, Read, write_frame
from sensors.protocols.order import (
    CalibrateSpan,
    CalibrateZero,
    CannotOrder,
    Order,
    SelfCalibration,
    within,
)

ADDRESS: Final = 0x61
_MEASURE, _SELF_CALIBRATION, _RECALIBRATE = 0x0036, 0x003A, 0x0039
_READY = Read(READ_HOLDING, 0x0027)
_VALUES = Read(READ_HOLDING, 0x0028, 6)
_SPAN_PPM = (400, 2000)
_OUTDOOR_PPM = 400
_AMBIENT_PRESSURE_UNKNOWN = 0


class Scd30(ModbusReader):
    """Starts the measuring, and reads what is new."""

    def __init__(self) -> None:
        super().__init__(ADDRESS)
        self._started = False
        self._ready = False

    def request(self) -> bytes:
        if not self._started:
            return write_frame(ADDRESS, _MEASURE, _AMBIENT_PRESSURE_UNKNOWN)
        return self.expect(_VALUES if self._ready else _READY)

    def frames(self, order: Order) -> tuple[bytes, ...]:
        match order:
            case SelfCalibration(on):
                return (write_frame(ADDRESS, _SELF_CALIBRATION, int(on)),)
            case CalibrateZero():
                return self.frames(CalibrateSpan(_OUTDOOR_PPM))
            case CalibrateSpan():
                return (write_frame(ADDRESS, _RECALIBRATE, within(order, *_SPAN_PPM)),)
            case _:
                raise CannotOrder("it has one range")

    def feed(self, data: bytes) -> list[Event]:
        return [self._begun(event) for event in super().feed(data)]

    def _begun(self, event: Event) -> Event:
        if self._started or not isinstance(event, Done):
            return event
        self._started = True
        return Next()

    def registers(self, data: bytes, frame: bytes) -> list[Event]:
        if len(data) == 2:
            self._ready = data == b"\x00\x01"
            return [Next() if self._ready else NotYet()]
        self._ready = False
        co2_ppm, temperature_c, humidity_pct = struct.unpack(">fff", data)
        judged = air_or_bad(frame, co2_ppm)
        if isinstance(judged, BadFrame):
            return [judged]
        if co2_ppm == 0:  # what it tells before its first measurement
            return [NotYet()]
        return [MeasuredAir(round(co2_ppm, 2), _told(temperature_c), _told(humidity_pct))]


def _told(value: float) -> float | None:
    return round(value, 2) if math.isfinite(value) else None
