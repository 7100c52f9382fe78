"""Simulated sensors in a process of their own, for the dashboard that started it.

It ends when its standard input does, and so with whoever started it, however that ends.
"""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from dashboard.web.simulation import NoSimulation
from sensors.private_files import make_private_file

FILE: Final = "simulated.toml"
LOG: Final = "simulated.log"
BEFORE: Final = "1h"
STOP_WITHIN_S: Final = 10.0


class SimulationChild:
    """``directory`` holds the scenario and what the child says, ``config`` is the set-up's own."""

    def __init__(self, directory: Path, config: Path | None) -> None:
        self._directory = directory
        self._config = [] if config is None else ["--config", str(config.absolute())]
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def play(self, scenario: str) -> None:
        with self._lock:
            self._end()
            file, log = self._directory / FILE, self._directory / LOG
            command = [sys.executable, "-m", "dashboard", "sim", str(file), *self._config]
            command += ["--backfill", BEFORE, "--with-input"]
            try:
                for one in (file, log):
                    make_private_file(one)
                file.write_text(scenario, encoding="utf-8")
                with log.open("wb") as out:
                    self._child = subprocess.Popen(
                        command, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT
                    )
            except OSError as error:
                raise NoSimulation(str(error)) from error

    def stop(self) -> None:
        with self._lock:
            self._end()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.stdin is not None:
            child.stdin.close()
        try:
            child.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
