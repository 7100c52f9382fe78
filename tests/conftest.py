"""Servers shared by a test run; a test that stops or breaks one starts its own."""

from collections.abc import Iterator

import pytest

from tests.servers import Broker, Influx, Postgres, influxd, mosquitto, nginx_before, postgres


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with mosquitto(tmp_path_factory.mktemp("mosquitto")) as started:
        yield started


@pytest.fixture(scope="session")
def influx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influx]:
    with influxd(tmp_path_factory.mktemp("influxd")) as started:
        yield started


@pytest.fixture(scope="session")
def influx_v2_path(influx: Influx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influx]:
    """The same InfluxDB behind an nginx that offers /api/v2/write in place of /write."""
    with nginx_before(influx, tmp_path_factory.mktemp("nginx")) as started:
        yield started


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with postgres() as started:
        yield started
