"""How long to wait after a failure, and when to give up. All of it is wall time."""

import random
from dataclasses import dataclass

REFUSALS = 3
"""A refusal for good is believed when it was heard so often: a server may be set wrong for a moment."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Twice as long each time, up to a limit, and up to a fifth more or less, so that what failed
    together does not come back together. After a day a message tells nobody anything.
    """

    first_s: float = 10.0
    most_s: float = 1800.0
    give_up_after_s: float = 86_400.0

    def wait_s(self, attempts: int) -> float:
        """The wait after so many failed attempts."""
        wait_s = min(self.most_s, self.first_s * 2.0 ** min(attempts - 1, 30))
        return wait_s * random.uniform(0.8, 1.2)  # noqa: S311 - no secret


USUAL = Retry()
