"""The relational database: opened, migrated under a lock, checked for its version."""

import fcntl
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gateway.domain.audit import Act
from gateway.process.damage import MEND, is_damaged, is_torn
from gateway.registry import schema
from gateway.registry.audit.trail import followed
from sensors.private_files import make_private_file, make_private_folder

_LOCK_NUMBER = 7_340_021  # of PostgreSQL's advisory lock for migrating; any constant of our own


_SQLITE_PASSES: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""Of SQLite's result codes (https://www.sqlite.org/rescode.html) what is of the disk or of another
process. A column that is not there and a broken constraint are of the statement.
"""
_SQLSTATE_PASSES: Final = ("08", "40", "53", "55", "57", "58")
"""Of PostgreSQL's classes (https://www.postgresql.org/docs/current/errcodes-appendix.html):
connection, rollback (deadlock), resources, an object in use, an operator, the system.
"""
_READ_ONLY: Final = "25006"
"""What a standby says that we were led to."""


Acting = Callable[[Connection], Act | None]
"""Who writes now; None where nobody is to be named: the gateway at its own work."""


Fence = Callable[[Connection], None]
"""Raises DatabaseAway where this process may not write any more."""


class DatabaseError(Exception):
    """The database cannot be used; the message says what to do."""


class DatabaseAway(DatabaseError):
    """Away, locked, full or damaged for now: the same again may go well."""


class Database:
    """An engine and its two ways in: ``read()`` for a consistent look, ``write()`` for a
    transaction.

    Both raise DatabaseAway for what passes, at their beginning, within or at their end; what does
    not (a broken constraint, a column that is not there) stays SQLAlchemy's own. On SQLite a write
    begins with ``BEGIN IMMEDIATE`` and waits up to 5 s for another writer.
    """

    def __init__(
        self,
        engine: Engine,
        lock_file: Path | None,
        acting: Acting | None = None,
        fence: Fence | None = None,
    ) -> None:
        self.engine = engine
        self._fence = fence
        self._lock_file = lock_file
        self._acting = acting

    def acting(self, acting: Acting) -> "Database":
        """The same database for people: what is written goes into the audit trail, by whoever
        ``acting`` says it is, in the same transaction.
        """
        return Database(self.engine, self._lock_file, acting)

    def fenced(self, fence: Fence) -> "Database":
        """The same database, where each transaction that writes begins with ``fence``, which may refuse
        it.
        """
        return Database(self.engine, self._lock_file, self._acting, fence)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection whose work is rolled back."""
        with _told_apart(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Like ``read``, and all that is read is of one moment, that of the first statement, which has
        been made.
        """
        with self.read() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            schema.version(connection)
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: committed at the end, rolled back where the block raises."""
        with _told_apart(), self.engine.connect() as connection:
            connection.execution_options(luchtig_write=True)
            with connection.begin():
                if self._fence is not None:
                    self._fence(connection)
                with self._followed(connection):
                    yield connection

    @contextmanager
    def _followed(self, connection: Connection) -> Iterator[None]:
        act = None if self._acting is None else self._acting(connection)
        if act is None:
            yield
            return
        with followed(connection, act):
            yield

    def ping(self) -> None:
        """Ask it something, to know that it answers; raises like ``read``."""
        with self.read() as connection:
            connection.execute(select(1))

    def migrate(self) -> None:
        """Bring the schema to this program's version, one process at a time.

        Raises:
            DatabaseError: not reached, or made by a newer program.

        """
        with self._migration_lock(), _explained(self.engine), self.engine.connect() as connection:
            found, known = schema.version(connection), schema.known_versions()
            if found not in (None, *known):
                raise DatabaseError(
                    f"{self.shown} was made by a newer version of luchtig: install that one, or "
                    "restore a backup from before"
                )
            if found != known[0]:
                schema.upgrade(connection)
                connection.commit()

    def make_if_empty(self) -> bool:
        """Make the tables where there is nothing at all, one process at a time; whether it was so.

        Raises:
            DatabaseError: not reached.

        """
        with _explained(self.engine), self.engine.connect() as connection:
            if not schema.is_empty(connection):
                return False
        with self._migration_lock(), _explained(self.engine), self.engine.connect() as connection:
            if not schema.is_empty(connection):
                return False
            schema.upgrade(connection)
            connection.commit()
        return True

    @contextmanager
    def filled(self) -> Iterator[Connection]:
        """A connection in which an empty database gets its tables, by one process at a time; the
        caller commits.

        Raises:
            DatabaseError: not reached, or not empty.

        """
        with self._migration_lock(), _explained(self.engine), self.engine.connect() as connection:
            if not schema.is_empty(connection):
                raise DatabaseError(
                    f"{self.shown} is not empty: name an empty one in database.url, or move it away"
                )
            yield connection

    def check_version(self) -> None:
        """Make sure that the schema is this program's.

        Raises:
            DatabaseError: not reached, or of another version.

        """
        with _explained(self.engine), self.engine.connect() as connection:
            found = schema.version(connection)
        wanted = schema.known_versions()[0]
        if found != wanted:
            raise DatabaseError(
                f"{self.shown} has schema {found or 'none'}, this program needs {wanted}: "
                "start luchtig gateway (or run luchtig import) once, it brings the schema up to date"
            )

    def close(self) -> None:
        self.engine.dispose()

    @property
    def shown(self) -> str:
        """Which one it is, without its password."""
        return f"database {self.engine.url.render_as_string(hide_password=True)}"

    @property
    def may_lose(self) -> bool:
        """Whether it acknowledges what the one that is to take its place may not have yet: an address
        with several hosts, of which none is waited for.

        Raises:
            DatabaseAway: it does not answer.

        """
        hosts = self.engine.url.query.get("host", ())
        if self.engine.dialect.name != "postgresql" or isinstance(hosts, str) or len(hosts) < 2:
            return False
        with self.read() as connection:
            followed = connection.exec_driver_sql("SHOW synchronous_standby_names").scalar_one()
        return not followed

    @contextmanager
    def _migration_lock(self) -> Iterator[None]:
        if self._lock_file is not None:
            make_private_file(self._lock_file)
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


def passes(error: SQLAlchemyError) -> bool:
    """Whether the same statement may go well later: the one definition of a database that is
    away.
    """
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    cause = error.orig
    if isinstance(cause, sqlite3.Error):  # it calls a column that is not there operational too
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return code & 0xFF in _SQLITE_PASSES
    state = getattr(cause, "sqlstate", None)
    if error.connection_invalidated or state == _READ_ONLY:
        return True
    is_of_server = isinstance(error, OperationalError | InterfaceError)
    return is_of_server and (state is None or state.startswith(_SQLSTATE_PASSES))


def open_database(url: str, directory: Path) -> Database:
    """The database of a SQLAlchemy address; a relative SQLite file lies in ``directory``.

    Raises:
        DatabaseError: not an address, or its driver is not installed.

    """
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            path = directory / (address.database or "luchtig.db")
            make_private_folder(path.parent)
            make_private_file(path)
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
def _told_apart() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        if isinstance(error, DBAPIError) and is_torn(error.orig):
            raise DatabaseAway(f"the database: {error.orig}: {MEND}") from error
        if passes(error):
            raise DatabaseAway(f"the database: {str(error).splitlines()[0]}") from error
        raise


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        shown = engine.url.render_as_string(hide_password=True)
        why = str(error).splitlines()[0]
        if isinstance(error, DBAPIError) and is_damaged(error.orig):
            why = f"{error.orig}: {MEND}"
        raise DatabaseError(f"database {shown}: {why}") from error
