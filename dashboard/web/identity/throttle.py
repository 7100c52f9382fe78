"""Slows down whoever guesses passwords. Pure: the time comes in, in seconds of wall time."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace

MAX_KEYS = 16_384
FORGOTTEN_S = 3600.0
"""So long after its last wait a key is as good as new."""


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int
    until_s: float


class Throttle:
    """After ``free`` failures of a key each further one doubles its wait, up to ``longest_s``.

    Of the keys (names, addresses) the newest ``MAX_KEYS`` are remembered, so that a flood of
    names fills no memory. Not safe for threads by itself.
    """

    def __init__(self, free: int, longest_s: float = 60.0) -> None:
        self._free = free
        self._longest_s = longest_s
        self._failures: OrderedDict[Hashable, _Failures] = OrderedDict()

    def wait_s(self, key: Hashable, now_s: float) -> float:
        """How long this key still has to wait; 0 when it may try."""
        failures = self._failures.get(key)
        return 0.0 if failures is None else max(0.0, failures.until_s - now_s)

    def fail(self, key: Hashable, now_s: float) -> None:
        before = self._failures.pop(key, None)
        if before is not None and now_s - before.until_s > FORGOTTEN_S:
            before = None
        count = 1 if before is None else before.count + 1
        over = count - self._free
        # The exponent is bounded: 2.0**1024 would overflow.
        wait_s = 0.0 if over <= 0 else min(self._longest_s, 2.0 ** min(over - 1, 20))
        self._failures[key] = _Failures(count, now_s + wait_s)
        while len(self._failures) > MAX_KEYS:
            self._failures.popitem(last=False)

    def take_back(self, key: Hashable, now_s: float) -> None:
        """One failure less: it was none after all. Those before it still count."""
        failures = self._failures.get(key)
        if failures is not None:
            self._failures[key] = replace(failures, count=failures.count - 1, until_s=now_s)

    def forget(self, key: Hashable) -> None:
        self._failures.pop(key, None)
