"""Insert or update by primary key, in the words that SQLite and PostgreSQL share."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def put(conn: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Put one row under its primary key, replacing the columns given where it is there already."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    keys = [column.name for column in table.primary_key]
    insert = dialect.insert(table).values(**row)
    changes = {name: insert.excluded[name] for name in row if name not in keys}
    if changes:
        conn.execute(insert.on_conflict_do_update(index_elements=keys, set_=changes))
    else:
        conn.execute(insert.on_conflict_do_nothing(index_elements=keys))


def put_new(conn: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert one row unless one like it (by any unique key) is there; whether it was inserted."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    return conn.execute(dialect.insert(table).values(**row).on_conflict_do_nothing()).rowcount == 1
