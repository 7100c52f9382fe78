"""Lets go of readings that are older than they are kept, a day of a room at a time."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from gateway.outage import Outage, repeat
from gateway.store.interface import Store, StoreError
from gateway.store.spans import DAY_NS
from sensors.clock import Clock
from sensors.wire.topic import VenueSlug

FIRST_S: Final = 60.0
EVERY_S: Final = 3600.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """For how many days readings stay as they came, and what they are down-sampled to; 0: for ever."""

    readings_days: int = 0
    history_days: int = 0

    @property
    def is_limited(self) -> bool:
        return self != Kept()


class Forgetter:
    """``run`` in a thread of its own. Whatever it leaves, at an end or a failure, it finds again."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        kept: Kept,
        venues: Callable[[], Iterable[VenueSlug]],
        first_s: float = FIRST_S,
    ) -> None:
        """``venues`` says which ones this process writes of; it begins ``first_s`` after its start."""
        self._store = store
        self._clock = clock
        self._kept = kept
        self._venues = venues
        self._first_s = first_s
        self._outage = Outage(log, "forgetting", meanwhile="readings stay longer")

    def run(self, stop: threading.Event) -> None:
        """Forget until ``stop``; a store that is away is waited for."""
        stop.wait(self._first_s)
        repeat(lambda: self.step(stop), EVERY_S, (StoreError,), stop, outage=self._outage)

    def step(self, stop: threading.Event) -> None:
        """Forget what is too old now. After each day of a room it waits as long as that took, so that
        readings and pages have half of the store's time at least.

        Raises:
            StoreError: the store is away; what was forgotten stays so.

        """
        days = self._store.days
        gone = forgotten = 0
        for venue in self._venues():
            if self._kept.readings_days:
                for day in days.expired(venue, self._before_ns(self._kept.readings_days)):
                    began_s = time.monotonic()
                    gone += days.let_go(day)
                    stop.wait(time.monotonic() - began_s)
                    if stop.is_set():
                        return
            if self._kept.history_days:
                for day in days.outlived(venue, self._before_ns(self._kept.history_days)):
                    began_s = time.monotonic()
                    days.forget(day)
                    forgotten += 1
                    stop.wait(time.monotonic() - began_s)
                    if stop.is_set():
                        return
        if gone:
            log.info("the readings of %d days of rooms were let go; their minutes stay", gone)
        if forgotten:
            log.info("%d days of rooms were forgotten", forgotten)

    def _before_ns(self, days: int) -> int:
        return self._clock.now_ns() - days * DAY_NS
