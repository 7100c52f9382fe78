"""The CO2 of the last two hours of every room, for the line on its card."""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import timedelta

from dashboard.chart.polyline import Point, line
from gateway.outage import Outage
from gateway.store.interface import Store, StoreError
from sensors.clock import Clock
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomKey, RoomSlug, VenueSlug

logger = logging.getLogger(__name__)

LENGTH = timedelta(hours=2)
POINTS = 60
SILENCE_S = 600.0
FRESH_S = 60.0  # half of what one of its points stands for
LEAST_S = 2.0  # of wall time, however fast the clock runs
BACK_OFF_S = 10.0


@dataclass(frozen=True, slots=True)
class Trend:
    """Mean CO2 in at most 60 points, between two moments."""

    from_ns: int
    to_ns: int
    points: tuple[Point, ...]


class TrendCache:
    """Asks the store at most once a minute a room, and not again for 10 s after it failed.

    While one visitor waits for the store, all others get what was there before.
    """

    def __init__(self, store: Store, clock: Clock, back_off_s: float = BACK_OFF_S) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._asking: set[RoomKey] = set()
        self._kept: dict[RoomKey, tuple[float, Trend | None]] = {}
        self._back_off_s = back_off_s
        self._away_until = 0.0
        self._outage = Outage(logger, "trends", meanwhile="boards go without", back="there again")

    def trace(self, venue: VenueSlug, room: RoomSlug) -> Trend | None:
        """The last two hours of a room; None where the store is away."""
        key = (venue, room)
        with self._lock:
            stale_at, kept = self._kept.get(key, (0.0, None))
            wall = time.monotonic()
            if wall < max(stale_at, self._away_until) or key in self._asking:
                return kept if wall >= self._away_until else None
            self._asking.add(key)
        try:
            found = self._ask(venue, room)
        finally:
            with self._lock:
                self._asking.discard(key)
        return found

    def newest(self, venue: VenueSlug, room: RoomSlug) -> Trend | None:
        """What is known already: nobody waits for the store."""
        with self._lock:
            return None if self.is_away() else self._kept.get((venue, room), (0.0, None))[1]

    def is_old(self, venue: VenueSlug, room: RoomSlug) -> bool:
        """Whether ``trace`` would ask the store."""
        with self._lock:
            stale_at, _ = self._kept.get((venue, room), (0.0, None))
            return time.monotonic() >= max(stale_at, self._away_until)

    def is_away(self) -> bool:
        """Whether the store failed a moment ago."""
        return time.monotonic() < self._away_until

    def _ask(self, venue: VenueSlug, room: RoomSlug) -> Trend | None:
        now = self._clock.now()
        try:
            series = self._store.series(
                venue, room, ["co2_ppm"], to_ns(now - LENGTH), to_ns(now), POINTS
            )
        except StoreError as error:
            with self._lock:
                self._outage.begins(str(error))
                self._away_until = time.monotonic() + self._back_off_s
            return None
        points = line(series.at_ns, series.mean["co2_ppm"], SILENCE_S)
        found = Trend(to_ns(now - LENGTH), to_ns(now), points)
        stale_at = time.monotonic() + max(LEAST_S, self._clock.wall_s(FRESH_S))
        with self._lock:
            self._outage.ends()
            self._away_until = 0.0
            self._kept[venue, room] = (stale_at, found)
        return found
