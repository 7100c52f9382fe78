"""Tests that ask for a database in a file get one on a PostgreSQL instead: ``make test-postgresql``.

What a test opens in its own process is moved, and nothing else: programs that it starts go by their
configuration. A file that was there before stays what it is.
"""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from uuid import uuid4

import gateway.registry.database as registry
from tests import servers
from tests.servers import Postgres, postgres

VARIABLE: Final = "LUCHTIG_TEST_DATABASE"
PREFIX: Final = "sqlite:///"


class Moved:
    """One server, and on it a database for each file that was asked for."""

    def __init__(self) -> None:
        self._held = ExitStack()
        self._open = registry.open_database
        self._server: Postgres | None = None
        self._migrated = ""
        self._names: dict[Path, str] = {}
        self._opened: dict[Path, list[registry.Database]] = {}

    def open_database(self, url: str, directory: Path) -> registry.Database:
        """As ``gateway.registry.database.open_database``."""
        path = directory / (url.removeprefix(PREFIX) or "luchtig.db")
        if not url.startswith(PREFIX) or path.exists():
            return self._open(url, directory)
        if path not in self._names:
            self._names[path] = self._new(self._migrated)
        opened = self._open(self._url(self._names[path]), directory)
        self._opened.setdefault(path, []).append(opened)
        return opened

    def copy(self, file: Path, directory: Path) -> None:
        """What ``file`` stands for, also as the file of that name in ``directory``."""
        self._names[directory / file.name] = self._new(self._names[file])

    def forget(self, directory: Path) -> None:
        """Nobody asks for the files of this folder any more. A file left open is nothing, a connection is."""
        for path in [path for path in self._names if path.is_relative_to(directory)]:
            for opened in self._opened.pop(path, ()):
                opened.close()
            self._say(f'DROP DATABASE IF EXISTS "{self._names.pop(path)}" WITH (FORCE)')

    def end(self) -> None:
        self._held.close()

    def _new(self, template: str) -> str:
        if self._server is None:
            servers.may_start = True
            self._server = self._held.enter_context(postgres())
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                self._say(f"ALTER SYSTEM SET {setting} = off")  # nothing here outlives the run
            self._say("SELECT pg_reload_conf()")
            self._migrated = template = self._new("template0")
            database = self._open(self._url(template), Path())
            database.migrate()
            database.close()
        name = f"test_{uuid4().hex}"
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def _say(self, statement: str) -> None:
        assert self._server is not None
        with self._server.connect() as connection:
            connection.execute(statement.encode())

    def _url(self, name: str) -> str:
        assert self._server is not None
        return f"postgresql+psycopg://luchtig@127.0.0.1:{self._server.port}/{name}"


MOVED: Final = Moved() if os.environ.get(VARIABLE) == "postgresql" else None
if MOVED is not None:  # before anybody imports it by name
    registry.open_database = MOVED.open_database


def copy_database(file: Path, directory: Path) -> None:
    """Put a copy of a database that a test made beforehand into a folder."""
    if MOVED is None:
        shutil.copy(file, directory)
    else:
        MOVED.copy(file, directory)
