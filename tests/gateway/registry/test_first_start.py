"""Whoever comes first makes the database, once; another version is refused as ever."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.registry import schema
from gateway.registry.accounts.first_start import make_or_check
from gateway.registry.database import DatabaseError, open_database
from gateway.registry.policies import all_policies

URL = "sqlite:///luchtig.db"


def test_an_empty_database_is_made_by_whoever_comes_first(tmp_path: Path) -> None:
    wrong: list[BaseException] = []

    def come() -> None:
        database = open_database(URL, tmp_path)
        try:
            make_or_check(database)
        except BaseException as error:
            wrong.append(error)
        database.close()

    several = [threading.Thread(target=come) for _ in range(4)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert wrong == []
    database = open_database(URL, tmp_path)
    database.check_version()
    with database.read() as conn:
        assert all_policies(conn)
    database.close()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE alembic_version SET version_num = '0007'", "DROP TABLE alembic_version"],
)
def test_another_version_is_refused_and_left_as_it_is(tmp_path: Path, statement: str) -> None:
    database = open_database(URL, tmp_path)
    make_or_check(database)
    with database.write() as conn:
        conn.execute(text(statement))
        before = schema.version(conn)
    with pytest.raises(DatabaseError, match="this program needs"):
        make_or_check(database)
    with database.read() as conn:
        assert schema.version(conn) == before
    database.close()
