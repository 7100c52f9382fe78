"""How long after a fault a reading that was told since is in the store."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from bench.soak.house import House

LOOK_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class _Over:
    """A fault that is over since ``at_s``, and since ``at_ns`` by the devices' clock."""

    what: str
    at_s: float
    at_ns: int


class Recovery:
    """Prints what befalls a house, and when it had recovered from each."""

    def __init__(self, house: House) -> None:
        self._house, self._began = house, time.monotonic()
        self._waiting: list[_Over] = []
        self._took_s: list[tuple[float, str]] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def say(self, what: str) -> None:
        minutes, seconds = divmod(time.monotonic() - self._began, 60)
        print(f"{minutes:02.0f}:{seconds:04.1f}  {what}", flush=True)

    def after(self, what: str) -> None:
        """That is over now."""
        with self._lock:
            self._waiting.append(_Over(what, time.monotonic(), self._house.clock.clock.now_ns()))

    def is_quiet(self, within_s: float) -> bool:
        """Whether nothing is waited for any more, after so long at most."""
        until = time.monotonic() + within_s
        while self._waiting and time.monotonic() < until:
            time.sleep(LOOK_EVERY_S)
        return not self._waiting

    def summary(self) -> str:
        took = sorted(self._took_s)
        if not took:
            return "no fault was recovered from"
        longest, after = took[-1]
        middle = median(seconds for seconds, _ in took)
        late, _ = took[min(len(took) - 1, len(took) * 95 // 100)]
        return (
            f"fresh readings in the store after {middle:.1f} s (the middle one of {len(took)}), 95 of 100 "
            f"within {late:.1f} s, the longest {longest:.1f} s after: {after}"
        )

    @contextmanager
    def watched(self) -> Iterator[None]:
        thread = threading.Thread(target=self._watch)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_EVERY_S):
            with self._lock:
                waiting = [*self._waiting]
            if not waiting:
                continue
            newest_ns = self._house.newest_ns(waiting[0].at_ns)
            for one in waiting:
                if one.at_ns <= newest_ns:
                    self._is_over(one)

    def _is_over(self, one: _Over) -> None:
        took_s = time.monotonic() - one.at_s
        with self._lock:
            self._waiting.remove(one)
        self._took_s.append((took_s, one.what))
        self.say(f"    fresh {took_s:.1f} s after: {one.what}")
