"""The truth of a scenario as a file beside what its devices say."""

from pathlib import Path
from types import TracebackType
from typing import Self

from firmware_sim.scenario.scenario import Scenario
from firmware_sim.truth import HEADER, truths
from sensors.config import ConfigError


class TruthFile:
    """A context: CSV with a row for each room and minute, written up to where the devices are.

    Raises:
        ConfigError: the file cannot be written.

    """

    def __init__(self, path: Path, scenario: Scenario, start_ns: int) -> None:
        try:
            self._file = path.open("w", encoding="utf-8")
        except OSError as error:
            raise ConfigError([f"--truth {path}: cannot be written: {error.strerror}"]) from error
        self._file.write(f"{HEADER}\n")
        self._ahead = truths(scenario, start_ns)
        self._next = next(self._ahead)

    def write_until(self, at_ns: int) -> None:
        """Write what was so before ``at_ns``."""
        while self._next.at_ns < at_ns:
            self._file.write(f"{self._next.row}\n")
            self._next = next(self._ahead)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
