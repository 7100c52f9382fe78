"""The relational database as rows of JSON, whichever kind it is of: a table a part, its columns first.

Tables are asked of the database and not of this program, so that rows of an older version go back into
tables of that version and are brought up to date there.
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import Column, Connection, Integer, MetaData, Table, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from gateway.keeping.archive import Archive, ArchiveWriter, KeepingError
from gateway.registry import schema

FOLDER: Final = "database/"
TOGETHER: Final = 500
_encode = msgspec.json.Encoder().encode


def put_tables(connection: Connection, archive: ArchiveWriter) -> int:
    """Write every table; how many rows they have."""
    return sum(
        archive.put_lines(f"{FOLDER}{table.name}", _lines(connection, table)) - 1
        for table in _tables(connection)
    )


def fill_tables(connection: Connection, archive: Archive) -> int:
    """Make the tables of the archive's version, put its rows in, and bring them to this program's; how
    many rows there were. The caller commits.

    Raises:
        KeepingError: they do not go in, or not all of them.

    """
    manifest = archive.manifest
    try:
        schema.upgrade(connection, manifest.schema)
        tables = _tables(connection)
        for table in reversed(tables):
            connection.execute(table.delete())  # what a migration put in
        done = sum(_fill(connection, table, archive) for table in tables)
        for table in tables:
            _go_on_counting(connection, table)
        schema.upgrade(connection)
    except SQLAlchemyError as error:
        raise KeepingError(
            f"the database does not take it: {str(error).splitlines()[0]}"
        ) from error
    wanted = sum(
        (part.rows or 1) - 1 for name, part in manifest.parts.items() if name.startswith(FOLDER)
    )
    if done != wanted:
        raise KeepingError(
            f"{done} of {wanted} rows went into the database: it has tables that this version of "
            f"luchtig does not know; restore it with {manifest.program}"
        )
    return done


def _tables(connection: Connection) -> list[Table]:
    """All but the version's own, those that are referred to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != schema.VERSION_TABLE]


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    yield _encode([str(column.name) for column in table.columns])
    query = select(table).order_by(*table.primary_key.columns)
    streamed = connection.execution_options(stream_results=True, max_row_buffer=TOGETHER)
    for row in streamed.execute(query):
        yield _encode(tuple(row))


def _fill(connection: Connection, table: Table, archive: Archive) -> int:
    lines = archive.lines(f"{FOLDER}{table.name}")
    names = msgspec.json.decode(next(lines, b"[]"), type=list[str])
    if not names:
        return 0
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise KeepingError(f"table {table.name} has no column {', '.join(missing)}")
    columns = [table.columns[name] for name in names]
    done, waiting = 0, []
    for line in lines:
        values = msgspec.json.decode(line, type=list[Any])
        waiting.append(dict(zip(names, map(_value, columns, values), strict=True)))
        if len(waiting) == TOGETHER:
            connection.execute(table.insert(), waiting)
            done += len(waiting)
            waiting = []
    if waiting:
        connection.execute(table.insert(), waiting)
    return done + len(waiting)


def _value(column: Column[Any], said: Any) -> Any:
    if said is None or column.type.python_type is not bytes:
        return said
    try:
        return base64.b64decode(said, validate=True)
    except (binascii.Error, TypeError) as error:
        raise KeepingError(f"{column}: expected bytes, found {str(said)[:40]!r}") from error


def _go_on_counting(connection: Connection, table: Table) -> None:
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
