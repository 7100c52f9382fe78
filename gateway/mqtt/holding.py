"""Topics that the broker refused: each is tried again with one message, later each time."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.outage import BackOff

BACK_OFF: Final = BackOff(1.0, 30.0)
"""A person who mends an access rule sees within half a minute that it works."""


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

    def refused(self, topic: str) -> None:
        """One more, unless it waits already: several that were under way are refused together."""
        held = self._topics.setdefault(topic, _Topic(again_at=math.inf))
        if held.again_at != math.inf:
            return
        held.refusals += 1
        held.again_at = self._monotonic() + BACK_OFF.even_s(held.refusals)

    def taken(self, topic: str) -> None:
        self._topics.pop(topic, None)

    def start_over(self) -> None:
        """There is another connection: what was under way is forgotten, and each topic is tried."""
        for held in self._topics.values():
            held.again_at = 0.0
