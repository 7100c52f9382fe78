"""Down-samples what is not, a day of a room at a time, beside whoever writes."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

from gateway.outage import Outage, repeat
from gateway.store.interface import Store, StoreError
from sensors.clock import Clock
from sensors.wire.topic import VenueSlug

FIRST_S: Final = 20.0
EVERY_S: Final = 300.0
SETTLED_NS: Final = 3_600_000_000_000
"""A day is counted when it has been over for so long: most of what comes late has come then."""

log = logging.getLogger(__name__)


class Downsampler:
    """``run`` in a thread of its own. Whatever it leaves undone, at an end or a failure, it finds again."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        venues: Callable[[], Iterable[VenueSlug]],
        first_s: float = FIRST_S,
    ) -> None:
        """``venues`` says which ones this process writes of; it begins ``first_s`` after its start."""
        self._store = store
        self._clock = clock
        self._venues = venues
        self._first_s = first_s
        self._outage = Outage(log, "down-sampling", meanwhile="long histories take longer")

    def run(self, stop: threading.Event) -> None:
        """Down-sample until ``stop``; a store that is away is waited for."""
        stop.wait(self._first_s)
        repeat(lambda: self.step(stop), EVERY_S, (StoreError,), stop, outage=self._outage)

    def step(self, stop: threading.Event) -> None:
        """Down-sample every day that is over and undone. After each it waits as long as that took, so
        that readings and pages have half of the store's time at least.

        Raises:
            StoreError: the store is away; what was done stays done.

        """
        before_ns = self._clock.now_ns() - SETTLED_NS
        done = 0
        for venue in self._venues():
            for day in self._store.undone(venue, before_ns):
                began_s = time.monotonic()
                self._store.downsample(day)
                done += 1
                stop.wait(time.monotonic() - began_s)
                if stop.is_set():
                    return
        if done:
            log.info("down-sampled %d days of rooms", done)
