"""What is kept for a while and then forgotten: entries of the audit trail, from where things
were done, links whose time is over, and what was told to people and to webhooks.
"""

import logging
import threading
from datetime import timedelta
from typing import Final

from gateway.outage import Outage, repeat
from gateway.registry import webhook_outbox
from gateway.registry.alerts import outbox
from gateway.registry.alerts.sent_links import forget_links
from gateway.registry.audit import entries
from gateway.registry.database import Database, DatabaseAway
from sensors.clock import Clock

EVERY_S: Final = 3600.0
WEBHOOKS_KEPT: Final = timedelta(days=30)

log = logging.getLogger(__name__)


class Retention:
    """``run`` in a thread of its own."""

    def __init__(
        self, database: Database, clock: Clock, audit_kept: timedelta, told_kept: timedelta
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit_kept = audit_kept
        self._told_kept = told_kept
        self._outage = Outage(log, "retention")

    def run(self, stop: threading.Event) -> None:
        """Forget until ``stop``. A database that is away is waited for."""
        repeat(self.forget, EVERY_S, (DatabaseAway,), stop, outage=self._outage)

    def forget(self) -> None:
        """What is too old now.

        Raises:
            DatabaseAway: the database is away.

        """
        with self._database.write() as conn:
            now = self._clock.now()
            entries.forget(conn, now, self._audit_kept)
            outbox.forget(conn, now, self._told_kept)
            webhook_outbox.forget(conn, now - WEBHOOKS_KEPT)
            forget_links(conn, now)
