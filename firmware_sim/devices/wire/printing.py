"""Devices that print: a counter at a door, and whatever prints JSON."""

import json
from collections.abc import Callable
from functools import reduce
from operator import xor

from firmware_sim.devices.serial_sensor import Sample

_AT_LEAST_EVERY_NS = 60 * 1_000_000_000


class _Printer:
    def __init__(self, now_ns: Callable[[], int]) -> None:
        self.requests = 0
        self._now_ns = now_ns
        self._said_at_ns: int | None = None

    def hear(self, data: bytes) -> list[bytes]:  # noqa: ARG002 - it does not listen
        return []

    def _is_due(self, every_ns: int) -> bool:
        now_ns = self._now_ns()
        if self._said_at_ns is not None and now_ns - self._said_at_ns < every_ns:
            return False
        self._said_at_ns = now_ns
        return True


class SimCounterLine(_Printer):
    """Prints its totals at each passage, and once a minute."""

    def __init__(self, read: Callable[[], Sample], now_ns: Callable[[], int]) -> None:
        super().__init__(now_ns)
        self._read = read
        self._told = (-1, -1)

    def speak(self) -> list[bytes]:
        sample = self._read()
        totals = (sample.in_total, sample.out_total)
        if totals == self._told and not self._is_due(_AT_LEAST_EVERY_NS):
            return []
        self._told = totals
        body = b"C,%d,%d" % totals
        return [body + b"*%02X\r\n" % reduce(xor, body, 0)]


class SimJsonLines(_Printer):
    """Prints what it sees every ``interval_s`` of its clock."""

    def __init__(
        self, read: Callable[[], Sample], now_ns: Callable[[], int], interval_s: float = 2.0
    ) -> None:
        super().__init__(now_ns)
        self._read = read
        self._interval_ns = round(interval_s * 1e9)

    def speak(self) -> list[bytes]:
        if not self._is_due(self._interval_ns):
            return []
        sample = self._read()
        said = {
            "co2": round(sample.co2_ppm),
            "t": round(sample.temperature_c, 1),
            "rh": round(sample.humidity_pct, 1),
        }
        return [json.dumps(said).encode() + b"\n"]
