"""The relational database as rows of JSON, whichever kind it is of: a table a part, its columns first.

Tables are asked of the database and not of this program, so that rows of an older version go back into
tables of that version and are brought up to date there.
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import Column, Connection
from sqlalchemy.exc import SQLAlchemyError

from gateway.keeping.archive import Archive, ArchiveWriter, KeepingError
from gateway.registry import schema
from gateway.registry.whole_tables import AnyTable, all_tables, go_on_counting, rows_of

FOLDER: Final = "database/"
TOGETHER: Final = 500
_encode = msgspec.json.Encoder().encode


def put_tables(connection: Connection, archive: ArchiveWriter) -> int:
    """Write every table; how many rows they have."""
    return sum(
        archive.put_lines(f"{FOLDER}{table.name}", _lines(connection, table)) - 1
        for table in all_tables(connection)
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
        tables = all_tables(connection)
        for table in reversed(tables):
            connection.execute(table.delete())  # what a migration put in
        done = sum(_fill(connection, table, archive) for table in tables)
        for table in tables:
            go_on_counting(connection, table)
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


def _lines(connection: Connection, table: AnyTable) -> Iterator[bytes]:
    yield _encode([str(column.name) for column in table.columns])
    for row in rows_of(connection, table, TOGETHER):
        yield _encode(row)


def _fill(connection: Connection, table: AnyTable, archive: Archive) -> int:
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
