"""Acknowledgements that may have to wait until the store has what they are for."""

import threading
from collections import deque
from collections.abc import Callable, Iterable

Done = Callable[[], None]


class Owed:
    """In the order in which they were added. ``add`` is the committing thread's, ``stored`` may be called
    from any.
    """

    def __init__(self, stored: int) -> None:
        """``stored`` is the number of the entry up to which none waits."""
        self._stored = stored
        self._lock = threading.Lock()
        self._waiting: deque[tuple[int, Done]] = deque()

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    def add(self, number: int, dones: Iterable[Done]) -> None:
        """These are due once the store has everything up to an entry."""
        with self._lock:
            self._waiting.extend((number, done) for done in dones)
            self._give()

    def stored(self, number: int) -> None:
        """The store has everything up to that entry."""
        with self._lock:
            self._stored = max(self._stored, number)
            self._give()

    def _give(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._stored:
            self._waiting.popleft()[1]()
