"""Insert or update by primary key, in the words that SQLite and PostgreSQL share."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


def put(conn: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Put one row under its primary key, replacing the columns given where it is there already."""
    conn.execute(_upsert(conn, table, row), dict(row))


def put_all(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put many rows that all give the same columns."""
    if rows:
        conn.execute(_upsert(conn, table, rows[0]), [dict(row) for row in rows])


def put_new(conn: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert one row unless one like it (by any unique key) is there; whether it was inserted."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    # What was inserted is asked for: a driver need not count the rows of an INSERT.
    inserted = dialect.insert(table).values(**row).on_conflict_do_nothing()
    return conn.execute(inserted.returning(*table.primary_key)).first() is not None


def _upsert(conn: Connection, table: Table, row: Mapping[str, Any]) -> Insert:
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    keys = [column.name for column in table.primary_key]
    insert: Any = dialect.insert(table)
    changes = {name: insert.excluded[name] for name in row if name not in keys}
    done: Insert = (
        insert.on_conflict_do_update(index_elements=keys, set_=changes)
        if changes
        else insert.on_conflict_do_nothing(index_elements=keys)
    )
    return done
