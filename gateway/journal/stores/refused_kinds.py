"""What the stores of a gateway refuse whole, and what a person gave up of it: one for all who write."""

import threading
from collections.abc import Callable, Collection

from gateway.metrics import STORE_REFUSES, Metrics
from gateway.store.interface import STORED, Measurement


class RefusedKinds:
    """A kind is refused where one of the stores refuses it, and released for those that do."""

    def __init__(
        self, counters: Metrics, released: Callable[[], Collection[Measurement]] = tuple
    ) -> None:
        """``released`` says of which kinds a person has given up what is kept since it was asked before."""
        self._counters = counters
        self._released = released
        self._lock = threading.Lock()
        self._refused: dict[object, frozenset[Measurement]] = {}
        self._given_up: dict[object, set[Measurement]] = {}

    def show(self, writer: object, kinds: Collection[Measurement]) -> None:
        """The store of a writer refuses these, and no others."""
        with self._lock:
            self._refused[writer] = frozenset(kinds)
            found = frozenset[Measurement]().union(*self._refused.values())
            for kind in STORED:
                self._counters.show(STORE_REFUSES, float(kind in found), kind)

    def take_released(self, writer: object) -> Collection[Measurement]:
        """What was given up of what the store of a writer refuses."""
        with self._lock:
            for kind in self._released():
                for other, kinds in self._refused.items():
                    if kind in kinds:
                        self._given_up.setdefault(other, set()).add(kind)
            return self._given_up.pop(writer, set())
