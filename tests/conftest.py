"""Servers shared by a test run; a test that stops or breaks one starts its own."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType

import pytest
from hypothesis import HealthCheck, settings

from tests import servers
from tests.nginx import nginx_before, nginx_serving
from tests.on_postgresql import MOVED
from tests.servers import Broker, Influx, Postgres, influxd, mosquitto, postgres

HERE = Path(__file__).parent

# A busy machine is no fault of a property: nothing here is timed but by pytest-timeout.
settings.register_profile("laptop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("laptop"), derandomize=True, database=None)
settings.register_profile(  # mutmut runs a suite again and again in one process
    "mutants",
    settings.get_profile("ci"),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
settings.load_profile(
    "mutants" if "MUTANT_UNDER_TEST" in os.environ else "ci" if os.environ.get("CI") else "laptop"
)

FOLDERS = {"end_to_end": "e2e", "browser": "browser", "faults": "e2e"}
STARTERS = (mosquitto, influxd, nginx_before, nginx_serving, postgres)
SERVER_PARAMETERS = frozenset({"influx", "influx_v2_path", "mosquitto", "postgresql"})


def pytest_configure() -> None:
    # A run in the background of a shell ignores Ctrl-C, and would hand that on to every child.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        if folder in FOLDERS:
            item.add_marker(FOLDERS[folder])
        if isinstance(item, pytest.Function) and _starts_servers(item):
            item.add_marker("servers")


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    folder = item.funcargs.get("tmp_path") if isinstance(item, pytest.Function) else None
    if MOVED is not None and isinstance(folder, Path):
        MOVED.forget(folder)


def pytest_unconfigure() -> None:
    if MOVED is not None:
        MOVED.end()


def pytest_runtest_setup(item: pytest.Item) -> None:
    servers.may_start = any(item.iter_markers("servers")) or any(item.iter_markers("e2e"))


def _starts_servers(item: pytest.Function) -> bool:
    """Whether its module, one of its fixtures or one of its parameters stands for a server."""
    if any(starter in vars(item.module).values() for starter in STARTERS):
        return True
    if hasattr(item, "callspec") and SERVER_PARAMETERS.intersection(
        value for value in item.callspec.params.values() if isinstance(value, str)
    ):
        return True
    names = {starter.__name__ for starter in STARTERS}
    return any(
        isinstance(fixture.func, FunctionType)
        and names.intersection(fixture.func.__code__.co_names)
        for fixtures in item._fixtureinfo.name2fixturedefs.values()
        for fixture in fixtures
    )


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
