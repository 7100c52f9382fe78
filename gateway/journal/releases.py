"""What people gave up of the lines that a store refuses: asked of the database, once each."""

from gateway.registry.database import Database, DatabaseAway
from gateway.registry.live.store_refusals import release_asked, release_done
from gateway.store.interface import STORED, Measurement
from sensors.clock import Clock


class Releases:
    """The releases that were asked of one gateway."""

    def __init__(self, database: Database, clock: Clock, gateway: str) -> None:
        self._database = database
        self._clock = clock
        self._gateway = gateway

    def take(self) -> tuple[Measurement, ...]:
        """The kinds that were released since; none while the database is away."""
        try:
            with self._database.read() as conn:
                asked = release_asked(conn, self._gateway)
            if not asked:
                return ()
            with self._database.write() as conn:
                release_done(conn, asked, self._clock.now())
        except DatabaseAway:
            return ()
        kinds = set(asked.values())
        return tuple(kind for kind in STORED if kind in kinds)
