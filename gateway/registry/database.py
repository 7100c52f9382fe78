"""The relational database: opened, migrated under a lock, checked for its version."""

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

MIGRATIONS = "gateway.registry.migrations"
_LOCK_NUMBER = 7_340_021  # of PostgreSQL's advisory lock for migrating; any constant of our own


class DatabaseError(Exception):
    """The database cannot be used; the message says what to do."""


class Database:
    """An engine and its two ways in: ``read()`` for a consistent look, ``write()`` for a transaction.

    On SQLite a write begins with ``BEGIN IMMEDIATE`` and waits up to 5 s for another writer.
    """

    def __init__(self, engine: Engine, lock_file: Path | None) -> None:
        self.engine = engine
        self._lock_file = lock_file

    def read(self) -> AbstractContextManager[Connection]:
        """A connection whose work is rolled back."""
        return self.engine.connect()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: committed at the end, rolled back where the block raises."""
        connection = self.engine.connect().execution_options(luchtig_write=True)
        with connection, connection.begin():
            yield connection

    def migrate(self) -> None:
        """Bring the schema to this program's version, one process at a time.

        Raises:
            DatabaseError: not reached, or made by a newer program.

        """
        with self._migration_lock(), _explained(self.engine), self.engine.connect() as connection:
            if _version(connection) not in (None, *_known_versions()):
                raise DatabaseError(
                    f"{self._shown} was made by a newer version of luchtig: install that one, or "
                    "restore a backup from before"
                )
            config = _alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()

    def check_version(self) -> None:
        """Make sure that the schema is this program's.

        Raises:
            DatabaseError: not reached, or of another version.

        """
        with _explained(self.engine), self.engine.connect() as connection:
            found = _version(connection)
        wanted = _known_versions()[0]
        if found != wanted:
            raise DatabaseError(
                f"{self._shown} has schema {found or 'none'}, this program needs {wanted}: "
                "start luchtig gateway (or run luchtig import) once, it brings the schema up to date"
            )

    def close(self) -> None:
        self.engine.dispose()

    @property
    def _shown(self) -> str:
        return f"database {self.engine.url.render_as_string(hide_password=True)}"

    @contextmanager
    def _migration_lock(self) -> Iterator[None]:
        if self._lock_file is not None:
            with self._lock_file.open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
            return
        with _explained(self.engine), self.engine.connect() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({_LOCK_NUMBER})")
            try:
                yield
            finally:
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_LOCK_NUMBER})")


def open_database(url: str, directory: Path) -> Database:
    """The database of a SQLAlchemy address; a relative SQLite file lies in ``directory``.

    Raises:
        DatabaseError: not an address, or its driver is not installed.

    """
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            path = directory / (address.database or "luchtig.db")
            path.parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(address.set(database=str(path)), connect_args={"timeout": 5.0})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return Database(engine, path.with_name(path.name + ".lock"))
        return Database(create_engine(address, pool_pre_ping=True), None)
    except (ArgumentError, ModuleNotFoundError, OSError) as error:
        raise DatabaseError(
            f"database.url = {url!r}: {error}; expected sqlite:///FILE or postgresql+psycopg://…"
        ) from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("luchtig_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        shown = engine.url.render_as_string(hide_password=True)
        raise DatabaseError(f"database {shown}: {str(error).splitlines()[0]}") from error


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files(MIGRATIONS)).replace("%", "%%"))
    return config


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known_versions() -> tuple[str, ...]:
    """All schema versions this program knows, newest first."""
    scripts = ScriptDirectory.from_config(_alembic_config())
    return tuple(script.revision for script in scripts.walk_revisions())
