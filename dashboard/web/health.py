"""``/healthz``: this process answers. ``/readyz``: so does everything it needs."""

import logging
import threading
import time

import msgspec
from flask import Flask, Response

from dashboard.web.services import Services
from gateway.registry.database import DatabaseAway
from gateway.registry.live.store_refusals import refused_kinds
from gateway.store.interface import StoreError

_log = logging.getLogger(__name__)

KEPT_S = 2.0
REACHED = "reached"
AWAY = "not reached"


class Readiness(msgspec.Struct, frozen=True):
    """Each part is ``reached`` or ``not reached``; a store that takes nothing of a kind ``refuses``
    it. Why is in the log, not told to strangers.
    """

    ready: bool
    broker: str
    store: str
    database: str


def register(app: Flask, services: Services) -> None:
    checks = _Checks(services)

    def healthz() -> Response:
        return Response(b'{"status":"ok"}', mimetype="application/json")

    def readyz() -> Response:
        found = checks.readiness()
        status = 200 if found.ready else 503
        return Response(msgspec.json.encode(found), status=status, mimetype="application/json")

    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)


class _Checks:
    """Asks the parts at most every ``KEPT_S``, however often somebody asks us."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._kept: Readiness | None = None
        self._until_s = 0.0

    def readiness(self) -> Readiness:
        with self._lock:
            if self._kept is None or time.monotonic() >= self._until_s:
                self._kept = self._ask()
                self._until_s = time.monotonic() + KEPT_S
            return self._kept

    def _ask(self) -> Readiness:
        broker = self._services.board.is_connected()
        store, database = self._store(), self._database()
        said = [REACHED if fine else AWAY for fine in (broker, store, database)]
        refused = self._refused() if store and database else ()
        if refused:
            said[1] = f"refuses {', '.join(refused)}"
        return Readiness(broker and store and database and not refused, *said)

    def _store(self) -> bool:
        try:
            self._services.store.check()
        except StoreError as error:
            _log.warning("not ready: store: %s", error)
            return False
        return True

    def _database(self) -> bool:
        try:
            self._services.database.ping()
        except DatabaseAway as error:
            _log.warning("not ready: database: %s", error)
            return False
        return True

    def _refused(self) -> tuple[str, ...]:
        """The kinds of which the store takes nothing."""
        try:
            with self._services.database.read() as conn:
                return tuple(dict.fromkeys(found.kind for found in refused_kinds(conn)))
        except DatabaseAway:
            return ()
