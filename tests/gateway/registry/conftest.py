"""Every test of the registry runs on both databases that it is for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gateway.registry.database import Database, open_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = "sqlite:///luchtig.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_server").new_database_url()
    opened = open_database(url, tmp_path)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    with database.write() as connection:
        yield connection
