"""Insert or update by primary key, in the words that SQLite and PostgreSQL share."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from types import ModuleType
from typing import Any

from sqlalchemy import ColumnCollection, Connection, Dialect, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

Columns = ColumnCollection[str, Any]


def put(conn: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Put one row under its primary key, replacing the columns given where it is there already."""
    conn.execute(_upsert(conn.dialect.name, table, tuple(row)), dict(row))


def put_all(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put many rows that all give the same columns."""
    if rows:
        upsert = _upsert(conn.dialect.name, table, tuple(rows[0]))
        conn.execute(upsert, [dict(row) for row in rows])


def put_columns(
    conn: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """The same of ``rows`` that hold these columns in turn, numbers, text and bytes as they are: of
    thousands of rows, having each looked at by SQLAlchemy costs more than what the database does.
    """
    if not rows:
        return
    statement, order = _of_driver(conn.dialect, table, columns)
    if order is None:
        conn.exec_driver_sql(statement, [dict(zip(columns, row, strict=True)) for row in rows])
    else:
        conn.exec_driver_sql(statement, [order(row) for row in rows])


def merge_all(
    conn: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    merged: Callable[[Columns], Mapping[str, Any]],
) -> None:
    """Insert many rows that all give the same columns, in one statement; where one is there
    already under its primary key it becomes what ``merged`` makes of the new one's columns.
    """
    if rows:
        insert: Any = _dialect(conn.dialect.name).insert(table)
        done = insert.on_conflict_do_update(
            index_elements=_keys(table), set_=merged(insert.excluded)
        )
        conn.execute(done, [dict(row) for row in rows])


def put_new(conn: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert one row unless one like it (by any unique key) is there; whether it was inserted."""
    # What was inserted is asked for: a driver need not count the rows of an INSERT.
    inserted = _dialect(conn.dialect.name).insert(table).values(**row).on_conflict_do_nothing()
    return conn.execute(inserted.returning(*table.primary_key)).first() is not None


@cache
def _upsert(dialect: str, table: Table, columns: tuple[str, ...]) -> Insert:
    """Made once: of a few rows, making the statement costs more than what it does."""
    keys = _keys(table)
    insert: Any = _dialect(dialect).insert(table)
    changes = {name: insert.excluded[name] for name in columns if name not in keys}
    done: Insert = (
        insert.on_conflict_do_update(index_elements=keys, set_=changes)
        if changes
        else insert.on_conflict_do_nothing(index_elements=keys)
    )
    return done


@cache
def _of_driver(
    dialect: Dialect, table: Table, columns: tuple[str, ...]
) -> tuple[str, Callable[[Sequence[Any]], tuple[Any, ...]] | None]:
    """In the driver's own words, and what puts a row's values in the order of its places; None where
    it takes them by name.
    """
    upsert = _upsert(dialect.name, table, columns)
    compiled: Any = upsert.compile(dialect=dialect, column_keys=list(columns))
    if not compiled.positional:
        return compiled.string, None
    return compiled.string, itemgetter(*(columns.index(name) for name in compiled.positiontup))


def _dialect(name: str) -> ModuleType:
    return postgresql if name == "postgresql" else sqlite


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]
