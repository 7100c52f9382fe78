"""The time of day of processes that are started from here, which may be set while they run."""

import os
import struct
from collections.abc import Callable, Iterable
from pathlib import Path

from sensors.clock import Clock
from tests.faults.publishers import Publisher

HOUR_NS = 3_600 * 1_000_000_000


class SetClock:
    """A clock of all processes whose environment is ``environment``."""

    def __init__(self, file: Path) -> None:
        self._file = file
        file.write_bytes(struct.pack("<q", 0))
        self.clock = Clock()

    @property
    def environment(self) -> dict[str, str]:
        here = str(Path(__file__).parent / "step")
        path = os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])])
        return {"PYTHONPATH": path, "LUCHTIG_TEST_CLOCK": str(self._file)}

    def set(
        self, hours: float, devices: Iterable[Publisher], have_caught_up: Callable[[int], object]
    ) -> None:
        """So many hours after the system's from now on, for the processes and the devices. What is far ahead
        of it a gateway refuses, so it is the first to go ahead and the last to go back: once what was told
        since a moment by the devices' clock is there, as ``have_caught_up`` waits for.
        """
        was_ns = self.clock.start_ns
        self.clock = Clock(start_ns=round(hours * HOUR_NS))
        if self.clock.start_ns > was_ns:
            self._show()
        began_ns = self.clock.now_ns()
        for device in devices:
            device.step_to(self.clock)
        have_caught_up(began_ns)
        self._show()

    def _show(self) -> None:
        with self._file.open("r+b") as file:  # the same file: it is mapped
            file.write(struct.pack("<q", self.clock.start_ns))
