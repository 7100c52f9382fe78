"""What can be read of a damaged file of SQLite's, put into a whole one.

Each table is read from its first row on and from its last row back, each up to where that fails, so
that of one torn page what is on it is lost and no more; where rows have numbers, what lies between two
torn pages is looked for as well. Indices are made anew.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

TRIES: Final = 20_000
"""So often reading between torn pages may fail, in one table."""
AT_ONCE: Final = 1_000
ROUNDS: Final = 20
"""As deep as rows may refer to rows that refer to what is gone."""


@dataclass(frozen=True, slots=True)
class SavedTable:
    """``is_whole`` where every row was read; ``orphans`` are rows left out since what they refer to is
    gone.
    """

    name: str
    rows: int
    is_whole: bool
    orphans: int = 0


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    """Its order; ``rowid`` where its rows have numbers."""

    @property
    def has_numbers(self) -> bool:
        return self.key == ("rowid",)


def salvage(damaged: Path, to: Path) -> tuple[SavedTable, ...]:
    """Save into a new file what can be read; no table at all where the head of the file is gone.

    Raises:
        OSError: it cannot be read.
        sqlite3.Error: the new file cannot be written.

    """
    with (
        closing(_opened(damaged)) as source,
        closing(sqlite3.connect(to, isolation_level=None)) as copy,
    ):
        copy.execute("PRAGMA synchronous=FULL")
        tables, others = _schema(source)
        if tables:
            _make_alike(source, copy)
        copy.execute("BEGIN")
        for statement in [*tables.values(), *others]:
            try:
                copy.execute(statement)
            except sqlite3.Error:
                continue  # what it is of is gone
        made = [one for one in map(_described(copy), tables) if one.columns]
        saved = {one.name: _Reading(source, copy, one).save() for one in made}
        _go_on_counting(source, copy)
        orphans = _without_orphans(copy)
        copy.execute("COMMIT")
    return tuple(
        SavedTable(name, rows - orphans.get(name, 0), is_whole, orphans.get(name, 0))
        for name, (rows, is_whole) in saved.items()
    )


def _opened(damaged: Path) -> sqlite3.Connection:
    source = sqlite3.connect(f"file:{quote(str(damaged))}?mode=ro", uri=True, isolation_level=None)
    try:
        source.execute("PRAGMA cell_size_check=ON")
        source.execute("PRAGMA writable_schema=ON")  # so much of the schema as can be read
    except sqlite3.Error:
        return source
    return source


def _schema(source: sqlite3.Connection) -> tuple[dict[str, str], list[str]]:
    """The statements that made the tables, by their names, and those that made all else."""
    tables, others = dict[str, str](), list[str]()
    query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    for _ in range(2):  # the first statement fails where a part of the schema is gone
        try:
            for kind, name, sql in source.execute(query):
                if kind != "table":
                    others.append(sql)
                elif not name.startswith("sqlite_"):
                    tables[name] = sql
        except sqlite3.Error:
            continue
        break
    return tables, list(dict.fromkeys(others))


def _make_alike(source: sqlite3.Connection, copy: sqlite3.Connection) -> None:
    for pragma in ("page_size", "application_id", "user_version"):
        try:
            (value,) = source.execute(f"PRAGMA {pragma}").fetchone()
        except sqlite3.Error:
            continue
        copy.execute(f"PRAGMA {pragma}={int(value)}")


def _described(copy: sqlite3.Connection) -> Any:
    def describe(name: str) -> _Table:
        rows = copy.execute("SELECT name, pk FROM pragma_table_info(?)", (name,)).fetchall()
        columns = tuple(column for column, _ in rows)
        keyed = tuple(c for c, place in sorted(rows, key=lambda row: row[1]) if place)
        try:
            copy.execute(f"SELECT rowid FROM {_quoted(name)} LIMIT 0")  # noqa: S608 - quoted
        except sqlite3.Error:
            return _Table(name, columns, keyed)
        return _Table(name, columns, ("rowid",))

    return describe


class _Reading:
    """One table, from the damaged file into the other."""

    def __init__(self, source: sqlite3.Connection, copy: sqlite3.Connection, table: _Table) -> None:
        self._source, self._copy, self._table = source, copy, table
        names = ", ".join(map(_quoted, table.columns))
        marks = ", ".join("?" * len(table.columns))
        of = _quoted(table.name)
        self._count = f"SELECT count(*) FROM {of}"  # noqa: S608 - quoted
        self._insert = f"INSERT OR IGNORE INTO {of} ({names}) VALUES ({marks})"  # noqa: S608
        first = "rowid" if table.has_numbers else "0"
        self._select = f"SELECT {first}, {names} FROM {of} NOT INDEXED"  # noqa: S608
        self._newest = self._misfits = 0

    def save(self) -> tuple[int, bool]:
        """How many rows were saved, and whether those are all."""
        is_whole = self._read(self._ordered(""))
        if not is_whole:
            upto = self._newest
            self._read(self._ordered(" DESC"))
            if self._table.has_numbers and upto < self._newest:
                self._between(upto + 1, self._newest - 1)
        (rows,) = self._copy.execute(self._count).fetchone()
        return rows, is_whole and not self._misfits

    def _ordered(self, way: str) -> str:
        order = ", ".join(f"{_quoted(name)}{way}" for name in self._table.key)
        return f"{self._select} ORDER BY {order}"

    def _read(self, query: str, parameters: Sequence[int] = ()) -> bool:
        """Take what comes, up to where reading fails; whether it did not."""
        rows: list[Any] = []
        try:
            for row in self._source.execute(query, parameters):
                rows.append(row)
                if len(rows) == AT_ONCE:
                    self._put(rows)
        except (sqlite3.Error, UnicodeDecodeError, OverflowError):
            self._put(rows)
            return False
        self._put(rows)
        return True

    def _put(self, rows: list[Any]) -> None:
        if rows:
            self._newest = rows[-1][0]
        for row in rows:
            try:
                self._copy.execute(self._insert, row[1:])
            except (
                sqlite3.IntegrityError
            ):  # a page of another table: a strict one takes no such row
                self._misfits += 1
        rows.clear()

    def _between(self, first: int, last: int) -> None:
        """What can be read between two places that cannot, by halves."""
        query = f"{self._select} WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
        spans, tries = [(first, last)], TRIES
        while spans and tries:
            low, high = spans.pop()
            if low > high or self._read(query, (low, high)):
                continue
            tries -= 1
            if low < high:
                middle = (low + high) // 2
                spans += [(low, middle), (middle + 1, high)]


def _go_on_counting(source: sqlite3.Connection, copy: sqlite3.Connection) -> None:
    """No number of a row is given twice, of those that were deleted either."""
    try:
        counted = source.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
    except sqlite3.Error:
        return
    for name, newest in counted:
        try:
            copy.execute("DELETE FROM sqlite_sequence WHERE name = ? AND seq < ?", (name, newest))
            copy.execute(
                "INSERT INTO sqlite_sequence SELECT ?, ? WHERE NOT EXISTS"
                " (SELECT 1 FROM sqlite_sequence WHERE name = ?)",
                (name, newest, name),
            )
        except sqlite3.Error:
            return


def _without_orphans(copy: sqlite3.Connection) -> dict[str, int]:
    """Leave out the rows that refer to what is gone; how many of each table."""
    gone: dict[str, int] = {}
    for _ in range(ROUNDS):
        found = set(_orphans(copy))
        for table, number in found:
            copy.execute(f"DELETE FROM {_quoted(table)} WHERE rowid = ?", (number,))  # noqa: S608
            gone[table] = gone.get(table, 0) + 1
        if not found:
            break
    return gone


def _orphans(copy: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    try:
        for table, number, *_ in copy.execute("PRAGMA foreign_key_check").fetchall():
            if number is not None:
                yield table, number
    except sqlite3.Error:  # what they refer to has no table any more
        return


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return name if name == "rowid" else f'"{doubled}"'
