"""A SQLite that does not wait for another writer: it says at once that the file is locked."""

from typing import Any

from sqlalchemy import event

from gateway.registry.database import Database


def make_impatient(database: Database) -> None:
    event.listen(database.engine, "checkout", _wait_for_nobody)


def _wait_for_nobody(connection: Any, *_: object) -> None:
    connection.execute("PRAGMA busy_timeout=0")
