"""Devices that speak Modbus RTU: SenseAir S8, K30 and Sunrise, Sensirion SCD30."""

import struct
from collections.abc import Callable

from firmware_sim.devices.serial_sensor import Sample
from firmware_sim.devices.wire.framed import Framed, ReadPpm

ReadSample = Callable[[], Sample]


class ModbusDevice(Framed):
    """Reads and single writes of 16-bit registers; ``holding`` is what was set."""

    def __init__(self, *addresses: int) -> None:
        super().__init__(bytes(addresses[:1]), 8)
        self.holding: dict[int, int] = {}

    def holds(self, request: bytes) -> bool:
        return _crc(request[:6]) == request[6:]

    def answer(self, request: bytes) -> bytes:
        address, function = request[0], request[1]
        register, value = struct.unpack(">HH", request[2:6])
        if function == 6:
            self.holding[register] = value
            self.wrote(register, value)
            return request
        if function not in (3, 4):
            return _framed(bytes([address, function | 0x80, 1]))
        words = [self.word(function, register + n) for n in range(value)]
        if not words or None in words:
            return _framed(bytes([address, function | 0x80, 2]))
        body = b"".join(word.to_bytes(2, "big") for word in words if word is not None)
        return _framed(bytes([address, function, len(body)]) + body)

    def word(self, function: int, register: int) -> int | None:
        """A register's value, or None where there is none."""
        return self.holding.get(register) if function == 3 else None

    def wrote(self, register: int, value: int) -> None:
        """What follows from a write."""


class SimSenseAir(ModbusDevice):
    """An S8 or a K30: while ``is_warm`` is not, its status says that it is out of range."""

    def __init__(self, read_ppm: ReadPpm, is_warm: Callable[[], bool] = lambda: True) -> None:
        super().__init__(0xFE)
        self.holding = {0: 0, 1: 0, 0x1F: 180}
        self._read_ppm = read_ppm
        self._is_warm = is_warm
        self._inputs = [0, 0, 0, 0]

    def word(self, function: int, register: int) -> int | None:
        if function == 3:
            return super().word(function, register)
        if register == 0:  # the values of one answer belong together
            warm = self._is_warm()
            shown = min(max(round(self._read_ppm()), 0), 10_000) if warm else 0
            self._inputs = [0 if warm else 1 << 5, 0, 0, shown]
        return self._inputs[register] if register < len(self._inputs) else None

    def wrote(self, register: int, value: int) -> None:
        if register == 1 and value == 0x7C06:
            self.holding[0] = 0x20


class SimSunrise(SimSenseAir):
    """A Sunrise, with hundredths of a degree in its fifth register."""

    def __init__(self, read: ReadSample, is_warm: Callable[[], bool] = lambda: True) -> None:
        self._sample = read()
        self._read = read
        super().__init__(lambda: self._sample.co2_ppm, is_warm)

    def word(self, function: int, register: int) -> int | None:
        if function == 4 and register == 0:
            self._sample = self._read()
        if function == 4 and register == 4:
            return round(self._sample.temperature_c * 100) & 0xFFFF
        return super().word(function, register)


class SimScd30(ModbusDevice):
    """An SCD30, which has something new as often as ``is_new`` says so."""

    def __init__(self, read: ReadSample, is_new: Callable[[], bool] = lambda: True) -> None:
        super().__init__(0x61)
        self.holding = {0x20: 0x0342, 0x3A: 1}
        self._read = read
        self._is_new = is_new
        self._values = [0] * 6

    def word(self, function: int, register: int) -> int | None:
        if function == 3 and register == 0x27:
            return int(0x36 in self.holding and self._is_new())
        if function == 3 and 0x28 <= register < 0x2E:
            if register == 0x28:
                sample = self._read()
                packed = struct.pack(
                    ">fff", sample.co2_ppm, sample.temperature_c, sample.humidity_pct
                )
                self._values = list(struct.unpack(">6H", packed))
            return self._values[register - 0x28]
        return super().word(function, register)


def _framed(body: bytes) -> bytes:
    return body + _crc(body)


def _crc(body: bytes) -> bytes:
    value = 0xFFFF
    for byte in body:
        value ^= byte
        for _ in range(8):
            carry, value = value & 1, value >> 1
            if carry:
                value ^= 0xA001
    return struct.pack("<H", value)
