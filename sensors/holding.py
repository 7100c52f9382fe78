"""Topics that the broker refused: each is tried again with one message, later each time."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

FIRST_S: Final = 1.0
MOST_S: Final = 30.0
"""A person who mends an access rule sees within half a minute that it works."""
STEADIES_AFTER: Final = 10


@dataclass(slots=True)
class _Topic:
    refusals: int = 0
    again_at: float = 0.0


class Holding:
    """``may_send`` before each message; ``refused`` and ``taken`` as the broker answers."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._topics: dict[str, _Topic] = {}

    def may_send(self, topic: str) -> bool:
        """Whether to send on ``topic`` now. Where it was refused, one message is let through when the
        time has come, and no other until that is answered.
        """
        held = self._topics.get(topic)
        if held is None:
            return True
        if self._monotonic() < held.again_at:
            return False
        held.again_at = math.inf
        return True

    def holds(self, topic: str) -> bool:
        """Whether it was refused and not taken since."""
        return topic in self._topics

    def wait_s(self) -> float | None:
        """How long until a topic may be tried again, None where that is not a question of time."""
        again_at = min((held.again_at for held in self._topics.values()), default=math.inf)
        return None if again_at == math.inf else max(0.0, again_at - self._monotonic())

    def refused(self, topic: str) -> None:
        """One more, unless it waits already: several that were under way are refused together."""
        held = self._topics.setdefault(topic, _Topic(again_at=math.inf))
        if held.again_at != math.inf:
            return
        held.refusals += 1
        doubled = FIRST_S * 2.0 ** min(held.refusals - 1, STEADIES_AFTER)
        held.again_at = self._monotonic() + min(MOST_S, doubled)

    def taken(self, topic: str) -> None:
        self._topics.pop(topic, None)

    def start_over(self) -> None:
        """There is another connection: what was under way is forgotten, and each topic is tried."""
        for held in self._topics.values():
            held.again_at = 0.0
