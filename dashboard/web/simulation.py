"""The port to simulated sensors that a page may start."""

from typing import Protocol


class NoSimulation(Exception):
    """It cannot be started; the message says why."""


class Simulation(Protocol):
    """At most one at a time. Any thread may call it."""

    def play(self, scenario: str) -> None:
        """Play a scenario, given as the text of its file, in place of what is played.

        Raises:
            NoSimulation: it cannot be started.

        """
        ...

    def stop(self) -> None:
        """Whatever is played ends; again is harmless."""
        ...
