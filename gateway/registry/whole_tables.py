"""The database table by table, as it is there: for whoever keeps all of it, whatever its version."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Integer, MetaData, Table, func, select, text

from gateway.registry import schema

AnyTable = Table


def all_tables(connection: Connection) -> list[AnyTable]:
    """All but the version's own, those that are referred to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != schema.VERSION_TABLE]


def rows_of(connection: Connection, table: AnyTable, together: int) -> Iterator[tuple[Any, ...]]:
    """All rows by their key, so many read at a time."""
    query = select(table).order_by(*table.primary_key.columns)
    streamed = connection.execution_options(stream_results=True, max_row_buffer=together)
    for row in streamed.execute(query):
        yield tuple(row)


def go_on_counting(connection: Connection, table: AnyTable) -> None:
    """Let a table that numbers its rows itself go on behind those that were put in; SQLite does so."""
    keys = [key for key in table.primary_key.columns if isinstance(key.type, Integer)]
    if connection.dialect.name != "postgresql" or len(keys) != 1:
        return
    newest = connection.execute(select(func.max(keys[0]))).scalar()
    if newest is not None:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :newest)"),
            {"table": f'"{table.name}"', "column": keys[0].name, "newest": newest},
        )
