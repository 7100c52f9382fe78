"""Keeps this gateway's share of the venues: says that it lives, renews what it has, and sees when it should
have others.

What it should have changes between two runs of the gateway's parts alone: they are stopped, what is to go
is given back, what is free is taken, and they begin again with that.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection

from gateway.domain.lease.plan import assignment
from gateway.outage import Outage
from gateway.registry import leases
from gateway.registry.database import Database, DatabaseAway
from gateway.registry.leases import Sight
from sensors.wire.topic import VenueSlug

FOR_S: Final = 8.0
"""So long a gateway may be silent before its venues are another's."""
EVERY_S: Final = 2.0

log = logging.getLogger(__name__)


class LeaseKeeper:
    """``run`` is a thread of its own, through all runs of the parts; ``settle`` is called between them."""

    def __init__(
        self, database: Database, name: str, for_s: float = FOR_S, every_s: float = EVERY_S
    ) -> None:
        self.name = name
        self._failovers = 0
        self._database = database
        self._for_ns = int(for_s * 1e9)
        self._every_s = every_s
        self._held: Mapping[VenueSlug, int] = MappingProxyType({})
        self._lock = threading.Lock()
        self._on_change: Callable[[], None] = lambda: None
        self._has_changed = False
        self._outage = Outage(log, "leases", meanwhile="venues stay as they are shared out")

    @property
    def held(self) -> Mapping[VenueSlug, int]:
        """The venues of this gateway, with the number of each lease."""
        return self._held

    @property
    def has_changed(self) -> bool:
        """Whether the gateway should have others than it has."""
        return self._has_changed

    def take_failovers(self) -> int:
        """How many venues were taken from gateways that were silent, since this was asked before."""
        found, self._failovers = self._failovers, 0
        return found

    def fence(self, conn: Connection) -> None:
        """As of ``Database.fenced``."""
        leases.fence(conn, self.name, self._held)

    def settle(self) -> bool:
        """Give back what others should have, and take what is free and ours; whether there is anything to
        look after.

        Raises:
            DatabaseAway: it is not known.

        """
        with self._lock:
            self._renew()
            with self._database.read() as conn:
                sight = leases.look(conn)
            had, ours = self._of(sight), self._ours(sight)
            with self._database.write() as conn:
                leases.give_back(conn, self.name, had - ours)
                kept = {venue: n for venue, n in self._held.items() if venue in had & ours}
                free = ours - kept.keys() - self._of_others(sight)
                taken, dead = leases.take(conn, self.name, free, self._for_ns)
            self._failovers += dead
            self._held = MappingProxyType(kept | taken)
            self._has_changed = False
            if taken or len(kept) < len(self._held):
                log.info("leases: looks after %s", ", ".join(sorted(self._held)) or "nothing")
            return bool(self._held)

    def on_change(self, then: Callable[[], None]) -> None:
        """Have this done when the gateway should have others; at once where that is so."""
        self._on_change = then
        if self._has_changed:
            then()

    def run(self, stop: threading.Event) -> None:
        """Renew until ``stop``, then give back everything."""
        while not stop.wait(self._every_s):
            self.look()
        try:
            with self._database.write() as conn:
                leases.leave(conn, self.name)
        except DatabaseAway as error:
            log.info("leases: they run out by themselves: %s", error)

    def look(self) -> None:
        """Renew, and see what should be."""
        try:
            with self._lock:
                self._renew()
                with self._database.read() as conn:
                    sight = leases.look(conn)
                had = self._of(sight)
                takes = self._ours(sight) - self._of_others(sight)
                if takes != self._held.keys() or had != self._held.keys():
                    self._has_changed = True
        except DatabaseAway as error:
            self._outage.begins(str(error))
            return
        self._outage.ends()
        if self._has_changed:
            self._on_change()

    def _renew(self) -> None:
        with self._database.write() as conn:
            still = leases.renew(conn, self.name, self._held, self._for_ns)
        lost = self._held.keys() - still
        if lost:
            log.warning("leases: %s are another gateway's by now", ", ".join(sorted(lost)))
            self._has_changed = True

    def _ours(self, sight: Sight) -> set[VenueSlug]:
        """What this gateway should have, as things are."""
        found = assignment(sight.weights, sight.held, sight.alive | {self.name})
        return {venue for venue, holder in found.items() if holder == self.name}

    def _of_others(self, sight: Sight) -> set[VenueSlug]:
        """What others have just now."""
        return {venue for venue, holder in sight.held.items() if holder != self.name}

    def _of(self, sight: Sight) -> set[VenueSlug]:
        """What the table says that it has, and it knows of."""
        return {
            venue
            for venue, number in self._held.items()
            if (lease := sight.leases.get(venue)) is not None
            and (lease.holder, lease.number) == (self.name, number)
        }
