from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dashboard.app import create_app
from dashboard.board.feed import BoardFeed
from dashboard.web.services import Services
from gateway.config import DashboardSettings, StoreSettings
from gateway.registry.database import Database, open_database
from gateway.store.open import open_store
from sensors.clock import SYSTEM, Clock
from sensors.config import BrokerSettings
from tests.dashboard.played import Played
from tests.dashboard.setup import Site, forget_retained, furnish
from tests.on_postgresql import copy_database
from tests.servers import Broker, mosquitto, wait_until

SiteMaker = Callable[..., Site]


@pytest.fixture(scope="module")
def module_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with mosquitto(tmp_path_factory.mktemp("mosquitto")) as started:
        yield started


@pytest.fixture
def own_broker(module_broker: Broker) -> Iterator[Broker]:
    """A broker without anybody else's retained states."""
    yield module_broker
    forget_retained(module_broker)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file to copy: migrating takes longer than most tests."""
    directory = tmp_path_factory.mktemp("furnished")
    opened = open_database("sqlite:///luchtig.db", directory)
    opened.migrate()
    furnish(opened)
    opened.close()
    return directory / "luchtig.db"


@pytest.fixture
def database(furnished: Path, tmp_path: Path) -> Iterator[Database]:
    copy_database(furnished, tmp_path)
    opened = open_database("sqlite:///luchtig.db", tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def make_site(database: Database, own_broker: Broker, tmp_path: Path) -> Iterator[SiteMaker]:
    """Sites with other settings than the usual; all are closed at the end."""
    with ExitStack() as open_parts:

        def make(clock: Clock = SYSTEM, store_url: str | None = None, **settings: Any) -> Site:
            chosen = msgspec.structs.replace(DashboardSettings(), **settings)
            store = open_store(StoreSettings(url=store_url or StoreSettings().url), tmp_path)
            open_parts.callback(store.close)
            broker = BrokerSettings(url=own_broker.url)
            feed = BoardFeed(broker, tmp_path, database, clock, chosen.viewers, watch_s=0.05)
            services = Services(
                clock,
                database,
                store,
                feed,
                chosen,
                "a secret of tests",
                directory=tmp_path,
                simulation=Played(),
            )
            app = create_app(services)
            feed.start()
            open_parts.callback(feed.close)
            wait_until(feed.is_connected, "the feed to reach the broker")
            return Site(app, database, feed, own_broker, tmp_path)

        yield make


@pytest.fixture
def site(make_site: SiteMaker) -> Site:
    return make_site()
