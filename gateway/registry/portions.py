"""Questions about many rows at once, asked in portions: a database takes only so many values in
one.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select

T = TypeVar("T")

PORTION: Final = 500
"""SQLite takes 999 values before 3.32 (SQLITE_MAX_VARIABLE_NUMBER), PostgreSQL's protocol 65
535."""


def portions(values: Iterable[T]) -> Iterator[list[T]]:
    """The values, each once, in lists of at most ``PORTION``."""
    listed = list(dict.fromkeys(values))
    return (listed[at : at + PORTION] for at in range(0, len(listed), PORTION))


def rows_where_in(
    conn: Connection, query: Select[Any], column: ColumnElement[T], values: Iterable[T]
) -> Iterator[Row[Any]]:
    """The rows of ``query`` of which a column has one of many values. The query's order holds among
    the rows of one value alone.
    """
    for some in portions(values):
        yield from conn.execute(query.where(column.in_(some)))
