"""Ends the live streams of whoever may not watch any more: logged out, disabled, a token revoked.

A stream is asked once who it is, at its beginning. What ends the right to it may happen in another
process, or in a shell.
"""

import logging
import threading
from weakref import WeakSet

from dashboard.board.port import Follower
from gateway.outage import Outage
from gateway.registry.accounts.kiosks import living_kiosks
from gateway.registry.accounts.sessions import living_hashes
from gateway.registry.accounts.tokens import living_tokens
from gateway.registry.database import Database, DatabaseAway
from sensors.clock import Clock

_log = logging.getLogger(__name__)

EVERY_S = 2.0


class AccessWatch:
    """``start`` begins a thread, ``close`` ends it. Who cannot be asked about goes on watching."""

    def __init__(self, database: Database, clock: Clock, every_s: float = EVERY_S) -> None:
        self._database = database
        self._clock = clock
        self._every_s = every_s
        self._lock = threading.Lock()
        self._watching: dict[str, WeakSet[Follower]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="access-watch", daemon=True)
        self._outage = Outage(_log, "who may watch", back="asked again")

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def watch(self, key: str, events: Follower) -> None:
        """End these when the session or the token with that hash ends."""
        with self._lock:
            self._watching.setdefault(key, WeakSet()).add(events)

    def look(self) -> None:
        """End what is over now.

        Raises:
            DatabaseAway: it cannot be asked; nothing is ended.

        """
        with self._lock:
            self._watching = {key: found for key, found in self._watching.items() if found}
            watching = dict(self._watching)
        if not watching:
            return
        with self._database.read() as conn:
            now = self._clock.now()
            living = living_hashes(conn, now) | living_tokens(conn, now) | living_kiosks(conn)
        for key in watching.keys() - living:
            for events in tuple(watching[key]):
                events.close()

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            try:
                self.look()
            except DatabaseAway as error:
                self._outage.begins(str(error))
            else:
                self._outage.ends()
