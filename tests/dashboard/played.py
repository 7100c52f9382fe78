"""In place of the process that plays simulated sensors."""

from dataclasses import dataclass, field


@dataclass
class Played:
    """What it was given, and how often it was stopped."""

    scenarios: list[str] = field(default_factory=list)
    stopped: int = 0

    def play(self, scenario: str) -> None:
        self.scenarios.append(scenario)

    def stop(self) -> None:
        self.stopped += 1
