"""The composition root of ``luchtig dashboard``."""

from dashboard import server
from dashboard.app import create_app
from dashboard.board.feed import BoardFeed
from dashboard.web.auth import check_demo
from dashboard.web.services import Services
from gateway.config import Settings
from gateway.registry.database import open_database
from gateway.secret import read_or_make_secret
from gateway.store.open import open_store
from sensors.broker import parse_address
from sensors.clock import Clock


def run(settings: Settings, clock: Clock) -> None:
    """Serve until told to stop. All that can be wrong with the settings is found first.

    Raises:
        ConfigError: a setting cannot be used.
        DatabaseError: the database is not reached, or of another version.
        StoreMisconfigured: no such kind of store.

    """
    check_demo(settings.dashboard)
    parse_address(settings.broker.url)
    secret = read_or_make_secret(settings.directory / settings.dashboard.secret_file)
    database = open_database(settings.database.url, settings.directory)
    database.check_version()
    database.close()  # its connections must not cross the fork
    open_store(settings.store, settings.directory).close()
    listener = server.listen(settings.dashboard.bind)

    def open_() -> server.Running:
        running = _open(settings, clock, secret)
        print(f"luchtig dashboard: ready on http://{settings.dashboard.bind}/", flush=True)  # noqa: T201 - the one ready line
        return running

    server.serve(listener, settings.dashboard.viewers, open_)


def _open(settings: Settings, clock: Clock, secret: str) -> server.Running:
    """Everything the worker needs, made where it is used; closed in the other order."""
    database = open_database(settings.database.url, settings.directory)
    store = open_store(settings.store, settings.directory)
    feed = BoardFeed(
        settings.broker, settings.directory, database, clock, settings.dashboard.viewers
    )
    shown = settings.dashboard
    services = Services(clock, database, store, feed, shown, secret, settings.notify)
    app = create_app(services)
    feed.start()

    def close() -> None:
        feed.close()
        store.close()
        database.close()

    return server.Running(app, feed.end_streams, close)
