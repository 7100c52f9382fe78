"""The newest entries of the journal, decoded once for all who read them."""

from bisect import bisect_right
from collections.abc import Callable
from operator import itemgetter

from gateway.journal.entry import Entry

Numbered = tuple[int, Entry]

_NUMBER = itemgetter(0)


class Tail:
    """Whoever reads furthest fills it; one that lags by more than ``length`` reads by itself. Whoever
    shares one between threads holds a lock.
    """

    def __init__(self, length: int) -> None:
        self._length = length
        self._entries: list[Numbered] = []
        self._after = self._upto = 0

    def begin_after(self, position: int) -> None:
        """Hold nothing at or below ``position``."""
        self._entries.clear()
        self._after = self._upto = position

    def read(
        self, after: int, upto: int, fetch: Callable[[int, int], list[Numbered]]
    ) -> list[Numbered] | None:
        """The entries beyond ``after`` up to and with ``upto``, of which ``fetch`` gets those that are
        newer than what is held; None where older ones are asked for.
        """
        if after < self._after:
            return None
        if upto > self._upto:
            self._entries += fetch(self._upto, upto)
            self._upto = upto
            surplus = len(self._entries) - self._length
            if surplus > 0 and self._entries[surplus - 1][0] <= after:
                self._after = self._entries[surplus - 1][0]
                del self._entries[:surplus]
        first = bisect_right(self._entries, after, key=_NUMBER)
        return self._entries[first : bisect_right(self._entries, upto, key=_NUMBER)]
