"""The filters that the gateway asks for; those that the broker refuses are asked for again, later each
time.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from sensors.holding import Holding


class Asked(Protocol):
    """A connection, as far as this goes."""

    def subscribe(self, topics: Sequence[str], others: Mapping[str, int] = {}) -> None: ...

    def unsubscribe(self, topics: Sequence[str]) -> None: ...


class Subscriptions:
    """Of one connection at a time; used by its thread alone, but for ``want``.

    ``others`` are the filters of devices that are not ours, each with its QoS.
    """

    def __init__(
        self, topics: Iterable[str], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._topics = tuple(topics)
        self.others: Mapping[str, int] = {}
        self._holding = Holding(monotonic)
        self._asked: set[str] = set()
        self._granted: set[str] = set()

    def want(self, others: Mapping[str, int]) -> None:
        """Ask for these as well from now on, and for no others any more."""
        self.others = others

    def start_over(self) -> None:
        """There is a new connection: nothing is asked for yet."""
        self._asked.clear()
        self._granted.clear()
        self._holding.start_over()

    def ask(self, connection: Asked) -> None:
        """Ask for what is due, and give back what is not wanted any more."""
        due = self.due()
        if due:
            connection.subscribe(due, self.others)
        left = self.left()
        if left:
            connection.unsubscribe(left)

    def due(self) -> list[str]:
        """What to ask for now; it counts as asked for."""
        others = self.others
        if len(self._asked) == len(self._topics) + len(others):
            return []
        found = [
            topic
            for topic in (*self._topics, *others)
            if topic not in self._asked and self._holding.may_send(topic)
        ]
        self._asked.update(found)
        return found

    def left(self) -> list[str]:
        """What was asked for and is not wanted any more; it counts as given back."""
        found = sorted(self._asked.difference(self._topics, self.others))
        self._asked.difference_update(found)
        self._granted.difference_update(found)
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
