"""What was measured before this machine knew the time.

A Raspberry Pi has no clock that runs without power: it wakes up in 1970, or when it was last shut down,
and is set once the network is there. The kernel's clock since the boot is right all the while, so a
reading of before is kept with that and with the boot's id, in a file of lines beside the spool, and gets
its time as soon as there is one. What a boot that never learned the time left behind has none: it is
dropped, and said.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from sensors.private_files import make_private_file
from sensors.protocols.event import Measured, MeasuredAir, MeasuredPeople

logger = logging.getLogger(__name__)

CAPACITY: Final = 50_000
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


class _Line(msgspec.Struct, frozen=True):
    boot: str
    boottime_ns: int
    device: str
    air: MeasuredAir | None = None
    people: MeasuredPeople | None = None


def this_boot() -> str:
    """What the kernel calls the time since this machine was started."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def boottime_ns() -> int:
    """Nanoseconds since this machine was started, its sleep included."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


class Untimed:
    """Any thread may call it."""

    def __init__(
        self, path: Path, boot: str | None = None, since_boot_ns: Callable[[], int] = boottime_ns
    ) -> None:
        self._path = path
        self._boot = this_boot() if boot is None else boot
        self._since_boot_ns = since_boot_ns
        self._lock = threading.Lock()
        self.dropped = 0
        self._waiting = self._read()

    def add(self, device: str, measured: Measured) -> None:
        """Keep what was measured just now."""
        air = measured if isinstance(measured, MeasuredAir) else None
        people = measured if isinstance(measured, MeasuredPeople) else None
        line = _Line(self._boot, self._since_boot_ns(), device, air, people)
        with self._lock:
            if len(self._waiting) >= CAPACITY:
                self._drop(Counter([device]), "more wait for the time than are kept")
                return
            self._waiting.append(line)
            self._append(line)

    def take(self, device: str, now_ns: int) -> list[tuple[int, Measured]]:
        """What a device measured before it was ``now_ns``, each with its time; it is kept no more."""
        since_boot_ns = self._since_boot_ns()
        with self._lock:
            mine = [line for line in self._waiting if line.device == device]
            if not mine:
                return []
            self._waiting = [line for line in self._waiting if line.device != device]
            self._write()
        return [
            (now_ns - (since_boot_ns - line.boottime_ns), measured)
            for line in mine
            if (measured := line.air or line.people) is not None
        ]

    def _read(self) -> list[_Line]:
        try:
            text = self._path.read_bytes()
        except OSError:
            return []
        lines = []
        strangers: Counter[str] = Counter()
        for raw in text.splitlines():
            try:
                line = msgspec.json.decode(raw, type=_Line)
            except msgspec.MsgspecError:
                strangers["?"] += 1  # the end of a line that a power cut left
                continue
            if line.boot == self._boot and self._boot:
                lines.append(line)
            else:
                strangers[line.device] += 1
        if strangers:
            self._drop(strangers, "this machine never learned the time when they were measured")
        self._waiting = lines
        self._write()
        return lines

    def _drop(self, devices: Counter[str], why: str) -> None:
        if not self.dropped:
            told = ", ".join(f"{count} of {device}" for device, count in devices.items())
            logger.warning("readings without a time are dropped (%s): %s", told, why)
        self.dropped += devices.total()

    def _append(self, line: _Line) -> None:
        try:
            make_private_file(self._path)
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(line) + b"\n")
        except OSError as error:
            logger.warning(
                "%s: %s: what waits for the time is kept in memory alone", self._path, error
            )

    def _write(self) -> None:
        try:
            if not self._waiting:
                self._path.unlink(missing_ok=True)
                return
            make_private_file(self._path)
            self._path.write_bytes(
                b"".join(msgspec.json.encode(one) + b"\n" for one in self._waiting)
            )
        except OSError as error:
            logger.warning("%s: %s", self._path, error)
