"""The days of a SQLite file: see ``gateway.store.forgetting.days``."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from gateway.store.downsampling import DONE, MARKS, SAMPLED, table
from gateway.store.forgetting.days import Minute, folded
from gateway.store.interface import STORED, Measurement, RoomDay
from gateway.store.spans import DAY_NS, GRAIN_NS, Grain
from gateway.store.sqlite_downsampled import days_held, gone_in, rooms_of
from sensors.wire.topic import RoomSlug, VenueSlug

_OF_DAY: Final = "venue = :venue AND room = :room AND at_ns >= :from_ns AND at_ns < :to_ns"
_MARK_OF: Final = "venue = :venue AND room = :room AND kind = :kind AND day = :day"
_KINDS: Final[tuple[Measurement, ...]] = tuple(kind for kind in STORED if SAMPLED[kind])


class SqliteDays:
    """``reading`` gives a connection to read by, None where there is no file; ``change`` runs a
    change in a transaction of its own.
    """

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[sqlite3.Connection | None]],
        change: Callable[[Callable[[sqlite3.Connection], None]], None],
    ) -> None:
        self._reading = reading
        self._change = change

    def expired(self, venue: VenueSlug, before_ns: int) -> Sequence[RoomDay]:
        return self._listed(lambda reader: _expired(reader, venue, before_ns // DAY_NS))

    def let_go(self, day: RoomDay) -> bool:
        gone: list[bool] = []

        def delete(writer: sqlite3.Connection) -> None:
            if _may_go(writer, day):
                bound = _bound(day)
                writer.execute(f"DELETE FROM {day.kind} WHERE {_OF_DAY}", bound)  # noqa: S608 - our own names
                writer.execute(f"UPDATE {MARKS} SET gone = 1 WHERE {_MARK_OF}", bound)  # noqa: S608 - our own names
                gone.append(True)

        self._change(delete)
        return bool(gone)

    def outlived(self, venue: VenueSlug, before_ns: int) -> Sequence[RoomDay]:
        return self._listed(lambda reader: _marked(reader, venue, "day < ?", before_ns // DAY_NS))

    def forget(self, day: RoomDay) -> None:
        def delete(writer: sqlite3.Connection) -> None:
            bound = _bound(day)
            for name in (day.kind, *(table(day.kind, grain) for grain in GRAIN_NS)):
                writer.execute(f"DELETE FROM {name} WHERE {_OF_DAY}", bound)  # noqa: S608 - our own names
            writer.execute(f"DELETE FROM {MARKS} WHERE {_MARK_OF}", bound)  # noqa: S608 - our own names

        self._change(delete)

    def let_gone(self, venue: VenueSlug) -> Sequence[RoomDay]:
        def find(reader: sqlite3.Connection) -> Iterable[RoomDay]:
            gone = gone_in(reader)
            return () if gone is None else _marked(reader, venue, f"{gone} = ?", 1)

        return self._listed(find)

    def any_gone(self, venue: VenueSlug, room: RoomSlug, from_ns: int, to_ns: int) -> bool:
        with self._reading() as reader:
            if reader is None or gone_in(reader) != "gone":
                return False
            found = reader.execute(
                f"SELECT 1 FROM {MARKS} WHERE venue = ? AND room = ? AND gone = 1"  # noqa: S608 - our own names
                " AND day BETWEEN ? AND ? LIMIT 1",
                (venue, room, from_ns // DAY_NS, to_ns // DAY_NS),
            )
            return found.fetchone() is not None

    def held(self, day: RoomDay, grain: Grain = "minute") -> Sequence[Minute]:
        with self._reading() as reader:
            if reader is None or gone_in(reader) != "gone":
                return ()
            device = "''" if day.kind == "room" else "device"
            fields = SAMPLED[day.kind]
            columns = ", ".join(f"{f}_n, {f}_sum, {f}_min, {f}_max" for f in fields)
            found = reader.execute(
                f"SELECT at_ns, {device}, {columns} FROM {table(day.kind, grain)}"  # noqa: S608 - our own names
                f" WHERE {_OF_DAY} ORDER BY at_ns",
                _bound(day),
            )
            return tuple(_minute(row, fields) for row in found)

    def put_back(self, day: RoomDay, minutes: Sequence[Minute]) -> None:
        def insert(writer: sqlite3.Connection) -> None:
            for grain, span_ns in GRAIN_NS.items():
                for one in folded(minutes, span_ns):
                    _insert(writer, day, grain, one)
            writer.execute(
                f"INSERT INTO {MARKS} (kind, venue, room, day, fields, gone)"  # noqa: S608 - our own names
                " VALUES (:kind, :venue, :room, :day, :done, 1)"
                " ON CONFLICT DO UPDATE SET fields = excluded.fields, gone = 1",
                _bound(day),
            )

        self._change(insert)

    def _listed(self, find: Callable[[sqlite3.Connection], Iterable[RoomDay]]) -> Sequence[RoomDay]:
        with self._reading() as reader:
            return () if reader is None else tuple(find(reader))


def _bound(day: RoomDay) -> dict[str, Any]:
    span = {"from_ns": day.day * DAY_NS, "to_ns": (day.day + 1) * DAY_NS}
    return {**day._asdict(), **span, "done": DONE[day.kind]}


def _may_go(connection: sqlite3.Connection, day: RoomDay) -> bool:
    gone = gone_in(connection)
    if gone is None:
        return False
    found = connection.execute(
        f"SELECT 1 FROM {MARKS} WHERE {_MARK_OF} AND (fields = :done OR {gone} = 1)",  # noqa: S608 - our own names
        _bound(day),
    )
    return found.fetchone() is not None


def _expired(reader: sqlite3.Connection, venue: VenueSlug, behind: int) -> Iterator[RoomDay]:
    for kind in _KINDS:
        for room in rooms_of(reader, kind, venue):
            for number in days_held(reader, kind, (venue, room), 0, behind):
                day = RoomDay(kind, venue, room, number)
                if number < behind and _may_go(reader, day):
                    yield day


def _marked(
    reader: sqlite3.Connection, venue: VenueSlug, which: str, bound: int
) -> Iterator[RoomDay]:
    if gone_in(reader) is None:
        return
    found = reader.execute(
        f"SELECT kind, room, day FROM {MARKS} WHERE venue = ? AND {which}"  # noqa: S608 - our own names
        " ORDER BY kind, room, day",
        (venue, bound),
    )
    for kind, room, day in found.fetchall():
        if kind in _KINDS:
            yield RoomDay(kind, venue, RoomSlug(room), day)


def _minute(row: tuple[Any, ...], fields: Sequence[str]) -> Minute:
    values = {
        field: (row[at], row[at + 1], row[at + 2], row[at + 3])
        for field, at in zip(fields, range(2, len(row), 4), strict=True)
        if row[at]
    }
    return Minute(row[0], row[1], values)


def _insert(writer: sqlite3.Connection, day: RoomDay, grain: Grain, one: Minute) -> None:
    of = {"venue": day.venue, "room": day.room, "at_ns": one.at_ns}
    values: dict[str, Any] = of if day.kind == "room" else of | {"device": one.device}
    for field in SAMPLED[day.kind]:
        if field in one.values:
            names = (f"{field}_{name}" for name in ("n", "sum", "min", "max"))
            values |= dict(zip(names, one.values[field], strict=True))
    marks = ", ".join(f":{name}" for name in values)
    writer.execute(
        f"INSERT OR REPLACE INTO {table(day.kind, grain)} ({', '.join(values)}) VALUES ({marks})",  # noqa: S608 - our own names
        values,
    )
