"""The filters that the gateway asks for; those that the broker refuses are asked for again, later each
time.
"""

import time
from collections.abc import Callable, Collection, Iterable

from sensors.holding import Holding


class Subscriptions:
    """Of one connection at a time; used by its thread alone."""

    def __init__(
        self, topics: Iterable[str], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._topics = tuple(topics)
        self._holding = Holding(monotonic)
        self._asked: set[str] = set()
        self._granted: set[str] = set()

    def start_over(self) -> None:
        """There is a new connection: nothing is asked for yet."""
        self._asked.clear()
        self._granted.clear()
        self._holding.start_over()

    def due(self) -> list[str]:
        """What to ask for now; it counts as asked for."""
        if len(self._asked) == len(self._topics):
            return []
        found = [
            topic
            for topic in self._topics
            if topic not in self._asked and self._holding.may_send(topic)
        ]
        self._asked.update(found)
        return found

    def granted(self, topic: str) -> bool:
        """The broker keeps messages for us; whether that is new."""
        is_new = topic not in self._granted
        self._granted.add(topic)
        self._holding.taken(topic)
        return is_new

    def refused(self, topic: str) -> None:
        self._asked.discard(topic)
        self._holding.refused(topic)

    def has_all(self, topics: Collection[str]) -> bool:
        """Whether the broker granted all of these."""
        return self._granted.issuperset(topics)
