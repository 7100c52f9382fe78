"""What of a database passes, told from what is wrong with a statement: on real ones."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from gateway.registry.database import Database, DatabaseAway, open_database
from gateway.registry.live.metric_totals import all_totals, put_totals
from tests.gateway.impatient import make_impatient
from tests.servers import Postgres, free_port

VENUE = "INSERT INTO venues (slug, name) VALUES ('de-kade', NULL)"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    opened = open_database("sqlite:///luchtig.db", tmp_path)
    opened.migrate()
    make_impatient(opened)
    yield opened
    opened.close()


@contextmanager
def pragma(database: Database, said: str) -> Iterator[Connection]:
    """A transaction within which SQLite keeps to something."""
    with database.write() as conn:
        conn.exec_driver_sql(f"PRAGMA {said}")
        yield conn


def said(database: Database, *statements: str) -> None:
    """One after another, in one transaction."""
    with database.write() as conn:
        for statement in statements:
            conn.exec_driver_sql(statement)


class TestWhatPasses:
    def test_another_writer_that_holds_a_file(self, file: Database, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "luchtig.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DatabaseAway, match=r"the database: .*locked"), file.write():
                pass
        with file.write() as conn:
            put_totals(conn, "gw", {("x", ""): 1.0})

    def test_a_disk_that_is_full(self, file: Database) -> None:
        with (
            pytest.raises(DatabaseAway, match="full"),
            pragma(file, "max_page_count=1") as conn,
        ):
            put_totals(conn, "gw", {("x", f"{n}"): 1.0 for n in range(5_000)})

    def test_a_disk_that_is_for_reading_only(self, file: Database) -> None:
        with pytest.raises(DatabaseAway, match="readonly"), pragma(file, "query_only=1") as conn:
            put_totals(conn, "gw", {("x", ""): 1.0})

    def test_a_file_that_cannot_be_opened_now(self, tmp_path: Path) -> None:
        opened = open_database("sqlite:///sub/luchtig.db", tmp_path)
        shutil.rmtree(tmp_path / "sub")
        with pytest.raises(DatabaseAway, match="unable to open"), opened.read():
            pass

    def test_a_pool_that_is_used_up(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/x.db"
        pool = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.01)
        database = Database(pool, None)
        with database.read(), pytest.raises(DatabaseAway), database.read():
            pass
        database.close()

    def test_a_server_that_is_not_there(self, tmp_path: Path) -> None:
        address = f"postgresql+psycopg://luchtig@127.0.0.1:{free_port()}/x"
        with pytest.raises(DatabaseAway), open_database(address, tmp_path).read():
            pass

    @pytest.mark.parametrize(
        ("before", "statement"),
        [
            ("SET LOCAL statement_timeout = 10", "SELECT pg_sleep(30)"),
            ("SET LOCAL transaction_read_only = on", "CREATE TABLE x (y int)"),
            ("SELECT 1", "SELECT pg_terminate_backend(pg_backend_pid())"),
        ],
        ids=["it is told to end", "it became a standby", "its server goes down"],
    )
    def test_a_statement_that_a_server_breaks_off(
        self, postgres_server: Postgres, tmp_path: Path, before: str, statement: str
    ) -> None:
        database = open_database(postgres_server.new_database_url(), tmp_path)
        with pytest.raises(DatabaseAway):
            said(database, before, statement)
        with database.read() as conn:
            assert conn.exec_driver_sql("SELECT 1").scalar_one() == 1
        database.close()

    def test_a_lock_that_is_not_had_in_time(
        self, postgres_server: Postgres, tmp_path: Path
    ) -> None:
        url = postgres_server.new_database_url()
        database = open_database(url, tmp_path)
        with database.write() as conn:
            conn.exec_driver_sql("CREATE TABLE x (y int)")
        with psycopg.connect(url.replace("+psycopg", "")) as other:
            other.execute("LOCK TABLE x")
            with pytest.raises(DatabaseAway):
                said(database, "SET LOCAL lock_timeout = 10", "INSERT INTO x VALUES (1)")
        database.close()


class TestWhatDoesNot:
    @pytest.mark.parametrize(
        "statement", ["SELECT no_such FROM venues", "SELECT 1 FROM no_such", "SELEC 1"]
    )
    def test_a_statement_that_the_schema_does_not_know(
        self, database: Database, statement: str
    ) -> None:
        with pytest.raises(SQLAlchemyError) as caught, database.read() as conn:
            conn.exec_driver_sql(statement)
        assert statement in str(caught.value)

    def test_a_constraint_that_is_broken(self, database: Database) -> None:
        with pytest.raises(IntegrityError), database.write() as conn:
            conn.exec_driver_sql(VENUE)

    def test_a_file_that_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "luchtig.db").write_bytes(b"no database at all " * 500)
        with (
            pytest.raises(SQLAlchemyError, match="not a database"),
            open_database("sqlite:///luchtig.db", tmp_path).read(),
        ):
            pass

    def test_what_is_not_the_database_s_goes_through(self, database: Database) -> None:
        def stumble() -> None:
            with database.write() as conn:
                put_totals(conn, "gw", {("x", ""): 1.0})
                raise KeyError("serre")

        with pytest.raises(KeyError):
            stumble()
        with database.read() as conn:
            assert all_totals(conn) == ()
