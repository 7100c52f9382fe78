"""The composition root of ``luchtig dashboard``."""

from dashboard.app import create_app
from dashboard.board.devices_heard import DevicesHeard
from dashboard.board.feed import BoardFeed
from dashboard.board.topics_heard import TopicsHeard
from dashboard.ingest.incoming import Incoming
from dashboard.ingest.sender import Sender
from dashboard.serving.listener import listen
from dashboard.serving.proxies import TrustedProxies
from dashboard.serving.server import Running, serve
from dashboard.web.access_watch import AccessWatch
from dashboard.web.identity.auth import check_demo
from dashboard.web.identity.oidc import ClientSettings
from dashboard.web.identity.setup_key import SetupKey
from dashboard.web.services import Services
from dashboard.web.simulation import Simulation
from gateway.config import Settings
from gateway.registry.accounts.first_start import make_or_check
from gateway.registry.accounts.grants import has_admin
from gateway.registry.database import open_database
from gateway.secret import read_or_make_secret
from gateway.store.open import open_stores
from sensors.clock import Clock
from sensors.mqtt.client import parse_addresses


def run(settings: Settings, clock: Clock, simulation: Simulation | None = None) -> None:
    """Serve until told to stop. All that can be wrong with the settings is found first.

    Raises:
        ConfigError: a setting cannot be used.
        DatabaseError: the database is not reached, or of another version.
        StoreMisconfigured: no such kind of store.

    """
    check_demo(settings.dashboard)
    parse_addresses(settings.broker)
    TrustedProxies.of(settings.dashboard.trusted_proxies)
    provider = ClientSettings.of(settings.oidc, settings.directory)
    secret = read_or_make_secret(settings.directory / settings.dashboard.secret_file)
    database = open_database(settings.database.url, settings.directory)
    make_or_check(database)
    with database.read() as conn:
        setup = None if settings.dashboard.demo or has_admin(conn) else SetupKey()
    database.close()
    open_stores(settings).close()
    listener = listen(settings.dashboard.bind)
    playing = None if settings.dashboard.demo else simulation
    running = _open(settings, clock, secret, setup, provider, playing)
    print(f"luchtig dashboard: ready on http://{settings.dashboard.bind}/", flush=True)  # noqa: T201 - the one ready line
    if setup is not None:
        address = f"{settings.dashboard.public_url.rstrip('/')}/setup?key={setup.text}"
        print(f"luchtig dashboard: set up on {address}", flush=True)  # noqa: T201 - for who started it
    serve(listener, settings.dashboard, running)


def _open(
    settings: Settings,
    clock: Clock,
    secret: str,
    setup: SetupKey | None,
    provider: ClientSettings | None,
    simulation: Simulation | None,
) -> Running:
    """Everything that is served from; closed in the other order."""
    database = open_database(settings.database.url, settings.directory)
    store = open_stores(settings)
    feed = BoardFeed(
        settings.broker, settings.directory, database, clock, settings.dashboard.viewers
    )
    shown = settings.dashboard
    access = AccessWatch(database, clock)
    heard = DevicesHeard(settings.broker, settings.directory, clock)
    topics = TopicsHeard(settings.broker, settings.directory)
    sender = Sender(settings.broker, settings.directory)
    services = Services(
        clock,
        database,
        store,
        feed,
        shown,
        secret,
        settings.notify,
        access,
        setup,
        settings.audit,
        provider,
        settings.directory,
        heard,
        topics,
        Incoming(sender),
        simulation,
        settings.broker,
    )
    app = create_app(services)
    feed.start()
    access.start()

    def close() -> None:
        heard.close()
        sender.close()
        topics.close()
        access.close()
        feed.close()
        store.close()
        database.close()

    return Running(app, feed.end_streams, close)
