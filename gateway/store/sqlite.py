"""Readings in a SQLite file of their own: the store of a set-up without a server.

One connection writes, under a lock; each read opens its own for as long as it lasts, so that any
thread or process may read and a file that was put back from a backup is seen at once. The file is
made by the first write.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gateway.store.downsampling import days_of
from gateway.store.forgetting.sqlite_days import SqliteDays
from gateway.store.interface import (
    Measurement,
    Placed,
    Rejected,
    RoomDay,
    RoomSample,
    Series,
    SeriesField,
    StoreMisconfigured,
)
from gateway.store.row import unfit
from gateway.store.spans import Part, by_source, check_range, cut, fold
from gateway.store.sqlite_downsampled import (
    TABLES,
    downsample,
    mark_undone,
    parts_of,
    prepare,
    undone,
)
from gateway.store.sqlite_errors import store_error
from gateway.store.sqlite_tables import (
    COLUMNS,
    HELD,
    INSERT,
    NEXT_ROOM,
    SCHEMA,
    SCHEMA_VERSION,
    add_columns,
    from_columns,
    next_rows,
    select_count,
    to_values,
)
from sensors.private_files import make_private_file, make_private_folder
from sensors.wire.topic import RoomSlug, VenueSlug

BUSY_TIMEOUT_S = 5.0
MAX_WAL_BYTES = 64 * 1024 * 1024


class SqliteStore:
    """The ``Store`` in one SQLite file at ``path``, on disk before ``write`` returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._written_file: tuple[int, int] | None = None
        self.days = SqliteDays(self._reading, self._change)

    def write(self, rows: Sequence[Placed | RoomSample]) -> tuple[Rejected, ...]:
        rejected: list[Rejected] = []
        values: dict[Measurement, list[tuple[object, ...]]] = {table: [] for table in INSERT}
        taken: list[Placed | RoomSample] = []
        for row in rows:
            refusal = unfit(row)
            if refusal is None:
                table, columns = to_values(row)
                values[table].append(columns)
                taken.append(row)
            else:
                rejected.append(refusal)

        def insert(writer: sqlite3.Connection) -> None:
            for table, columns in values.items():
                writer.executemany(INSERT[table], columns)
            mark_undone(writer, days_of(taken))

        self._change(insert)
        return tuple(rejected)

    def series(
        self,
        venue: VenueSlug,
        room: RoomSlug,
        fields: Sequence[SeriesField],
        from_ns: int,
        to_ns: int,
        points: int,
    ) -> Series:
        sources = by_source(fields)
        spans = cut(from_ns, to_ns, points)
        parts: list[Part] = []
        with self._reading() as reader:
            if reader is not None:
                reader.execute("BEGIN")  # what is down-sampled and what is not, as of one moment
                for source, asked in sources:
                    parts += parts_of(reader, source, asked, venue, room, spans)
        return fold(spans, fields, parts)

    def rows(
        self, kind: Measurement, venue: VenueSlug, room: RoomSlug | None, from_ns: int, to_ns: int
    ) -> Iterator[Placed | RoomSample]:
        check_range(from_ns, to_ns)
        return self._rows(kind, venue, room, from_ns, to_ns)

    def count(self, kind: Measurement, venue: VenueSlug, room: RoomSlug | None = None) -> int:
        with self._reading() as reader:
            if reader is None:
                return 0
            statement = select_count(kind, of_room=room is not None)
            found: int = reader.execute(statement, {"venue": venue, "room": room}).fetchone()[0]
            return found

    def undone(self, venue: VenueSlug, before_ns: int) -> Sequence[RoomDay]:
        with self._reading() as reader:
            return () if reader is None else tuple(undone(reader, venue, before_ns))

    def downsample(self, day: RoomDay) -> None:
        self._change(lambda writer: downsample(writer, day))

    def remove(self, venue: VenueSlug) -> bool:
        def delete(writer: sqlite3.Connection) -> None:
            for table in (*INSERT, *TABLES):
                writer.execute(f"DELETE FROM {table} WHERE venue = ?", (venue,))  # noqa: S608 - our own names

        self._change(delete)
        return True

    def check(self) -> str:
        with self._reading() as reader:
            if reader is None:
                return f"SQLite {sqlite3.sqlite_version}, {self._path}, made by the first reading"
            return f"SQLite {sqlite3.sqlite_version}, {self._path}"

    def close(self) -> None:
        with self._writing:
            self._close_writer()

    def _rows(
        self, kind: Measurement, venue: VenueSlug, room: RoomSlug | None, from_ns: int, to_ns: int
    ) -> Iterator[Placed | RoomSample]:
        """A page at a time, each with a reader of its own: one that stayed open for as long as somebody
        downloads would keep the WAL from being emptied.
        """
        for name in self._rooms(kind, venue) if room is None else (room,):
            after: tuple[int, str] = (from_ns - 1, "")
            while page := self._page(kind, (venue, name, to_ns), after):
                yield from (from_columns(kind, columns) for columns in page)
                after = (page[-1][2], page[-1][3] if kind != "room" else "")

    def _rooms(self, kind: Measurement, venue: VenueSlug) -> Iterator[RoomSlug]:
        last = ""
        while True:
            with self._reading() as reader:
                if reader is None:
                    return
                found = reader.execute(NEXT_ROOM[kind], {"venue": venue, "last": last}).fetchone()
            if found[0] is None:
                return
            last = found[0]
            yield last

    def _page(
        self, kind: Measurement, of: tuple[str, str, int], after: tuple[int, str]
    ) -> list[tuple[Any, ...]]:
        """The next rows of a room."""
        bound = (*of, after[0], *after) if kind != "room" else (*of, after[0])
        with self._reading() as reader:
            if reader is None:
                return []
            return reader.execute(next_rows(kind, _held(reader, kind)), bound).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        with self._explained(), self._reader() as reader:
            yield reader

    def _change(self, change: Callable[[sqlite3.Connection], None]) -> None:
        with self._writing, self._explained():
            self._transact(change)

    def _transact(self, change: Callable[[sqlite3.Connection], None]) -> None:
        if self._writer is not None and self._file() != self._written_file:
            self._close_writer()  # removed or replaced: what went there now would be lost
        if self._writer is None:
            self._writer = self._open_writer()
            self._written_file = self._file()
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            change(self._writer)
            self._writer.execute("COMMIT")
        except BaseException:
            self._close_writer()  # rolls back; the next write begins afresh
            raise

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _file(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _open_writer(self) -> sqlite3.Connection:
        make_private_folder(self._path.parent)
        make_private_file(self._path)
        writer = sqlite3.connect(
            self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        try:
            writer.execute("PRAGMA journal_mode=WAL")
            writer.execute("PRAGMA synchronous=FULL")
            writer.execute(f"PRAGMA journal_size_limit={MAX_WAL_BYTES}")
            writer.execute("BEGIN IMMEDIATE")  # two that start at once make the tables one by one
            if self._version(writer) == 0:
                for statement in SCHEMA:
                    writer.execute(statement)
            for table in COLUMNS:
                for statement in add_columns(table, _held(writer, table)):
                    writer.execute(statement)
            prepare(writer)
            writer.execute("COMMIT")
        except BaseException:
            writer.close()
            raise
        return writer

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection | None]:
        """A connection that cannot write, or None where nothing was ever stored."""
        if not self._path.exists():
            yield None
            return
        uri = f"file:{quote(str(self._path))}?mode=rw"  # reading a WAL needs to touch its index
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        with closing(connection):
            connection.execute("PRAGMA query_only=ON")
            yield connection if self._version(connection) else None

    def _version(self, connection: sqlite3.Connection) -> int:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise StoreMisconfigured(
                f"{self._path} was made by a newer version of luchtig: install that one, or restore "
                "a backup from before"
            )
        return version

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreMisconfigured(f"store {self._path}: {error.strerror}") from error
        except sqlite3.Error as error:
            raise store_error(self._path, error) from error


def _held(connection: sqlite3.Connection, table: Measurement) -> set[str]:
    return {name for (name,) in connection.execute(HELD, (table,))}
