"""Each store of readings in turn, empty, on a real server where it needs one."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.config import Settings, StoreSettings
from gateway.store.interface import Store
from gateway.store.open import open_stores
from tests.gateway.store.rows import VENUE
from tests.servers import Influx

Open = Callable[[], Store]

STORES = (
    pytest.param("sqlite", id="SQLite"),
    pytest.param("by_venue", id="a store by venue"),
    pytest.param("influx", id="InfluxDB over /write"),
    pytest.param("influx_v2_path", id="InfluxDB over /api/v2/write"),
)


def fresh_url(request: pytest.FixtureRequest) -> str:
    if request.param in ("sqlite", "by_venue"):
        return "sqlite:///readings.db"
    server = request.getfixturevalue(request.param)
    assert isinstance(server, Influx)
    return server.database_url(f"test_{uuid4().hex}")


@pytest.fixture(params=STORES)
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same, at first empty, store as often as it is called."""
    chosen = Settings(
        directory=tmp_path,
        store=StoreSettings(url=fresh_url(request)),
        venue_stores=(StoreSettings(venues=(VENUE,), url="sqlite:///own.db"),)
        if request.param == "by_venue"
        else (),
    )
    opened: list[Store] = []

    def open_() -> Store:
        opened.append(open_stores(chosen))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def store(open_again: Open) -> Store:
    return open_again()
