"""A SQLite that does not wait for another writer: it says at once that the file is locked."""

from typing import Any

import pytest
from sqlalchemy import event

from gateway.registry.database import Database


def make_impatient(database: Database) -> None:
    """A test of that is passed over where another database holds up nobody."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("of a database in a file")
    event.listen(database.engine, "checkout", _wait_for_nobody)


def _wait_for_nobody(connection: Any, *_: object) -> None:
    connection.execute("PRAGMA busy_timeout=0")
