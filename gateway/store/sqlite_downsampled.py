"""A room's history out of a SQLite file, and what of it is down-sampled there: tables with the columns
``{field}_n``, ``{field}_sum``, ``{field}_min`` and ``{field}_max``.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from gateway.store.downsampling import DONE, MARKS, SAMPLED, UNDONE, table
from gateway.store.interface import STORED, Measurement, RoomDay, SeriesField
from gateway.store.spans import DAY_NS, GRAIN_NS, Grain, Part, Spans, Stretch, stretches
from gateway.store.sqlite_tables import HELD, NEXT_ROOM, select_series, select_spans
from sensors.wire.topic import RoomSlug, VenueSlug

Statistic = tuple[str, str]

_STATISTICS: Final[tuple[Statistic, ...]] = (
    ("n", "INTEGER NOT NULL DEFAULT 0"),
    ("sum", "REAL"),
    ("min", "REAL"),
    ("max", "REAL"),
)
_FOLDED: Final = {"n": "sum", "sum": "sum", "min": "min", "max": "max"}
"""How the statistics of minutes become those of a quarter."""


def _key(kind: Measurement) -> str:
    return "venue, room, at_ns" if kind == "room" else "venue, room, at_ns, device"


def _columns(kind: Measurement) -> dict[str, str]:
    return {
        f"{field}_{name}": declared for field in SAMPLED[kind] for name, declared in _STATISTICS
    }


def _table(kind: Measurement, grain: Grain) -> str:
    measured = ", ".join(f"{name} {declared}" for name, declared in _columns(kind).items())
    device = "" if kind == "room" else "device TEXT NOT NULL, "
    return (
        f"CREATE TABLE IF NOT EXISTS {table(kind, grain)} ( venue TEXT NOT NULL, room TEXT NOT NULL,"
        f" at_ns INTEGER NOT NULL, {device}{measured}, PRIMARY KEY ({_key(kind)}) )"
        " STRICT, WITHOUT ROWID"
    )


_KINDS: Final[tuple[Measurement, ...]] = tuple(kind for kind in STORED if SAMPLED[kind])
_TABLES: Final = {table(kind, grain): kind for kind in _KINDS for grain in GRAIN_NS}
_MARKS_TABLE: Final = (
    f"CREATE TABLE IF NOT EXISTS {MARKS} ( venue TEXT NOT NULL, room TEXT NOT NULL,"
    " kind TEXT NOT NULL, day INTEGER NOT NULL, fields TEXT NOT NULL,"
    " gone INTEGER NOT NULL DEFAULT 0,"
    " PRIMARY KEY (venue, room, kind, day) ) STRICT, WITHOUT ROWID"
)
SCHEMA: Final = (
    *(_table(kind, grain) for kind in _KINDS for grain in GRAIN_NS),
    _MARKS_TABLE,
)
TABLES: Final = (*_TABLES, MARKS)
_MARK: Final = (
    f"INSERT INTO {MARKS} (kind, venue, room, day, fields) VALUES (?, ?, ?, ?, ?)"  # noqa: S608 - our own names
    " ON CONFLICT DO UPDATE SET fields = excluded.fields WHERE fields <> excluded.fields"
)
_OF_ROOM: Final = "venue = :venue AND room = :room"
_IN_DAY: Final = f"{_OF_ROOM} AND at_ns >= :from_ns AND at_ns < :to_ns"


def prepare(writer: sqlite3.Connection) -> None:
    """Give a file the tables and columns that it lacks."""
    for statement in SCHEMA:
        writer.execute(statement)
    for name, kind in _TABLES.items():
        held = {column for (column,) in writer.execute(HELD, (name,))}
        for column, declared in _columns(kind).items():
            if column not in held:
                writer.execute(f"ALTER TABLE {name} ADD COLUMN {column} {declared}")
    if gone_in(writer) != "gone":
        writer.execute(f"ALTER TABLE {MARKS} ADD COLUMN gone INTEGER NOT NULL DEFAULT 0")


def mark_undone(writer: sqlite3.Connection, days: Iterable[RoomDay]) -> None:
    """What these days were down-sampled to holds no more."""
    writer.executemany(_MARK, [(*day, UNDONE) for day in days if day.kind in _KINDS])


def downsample(writer: sqlite3.Connection, day: RoomDay) -> None:
    """Count a day anew: minutes out of its rows, quarters out of minutes, hours out of quarters. One
    whose rows were let go stays as it is.
    """
    if writer.execute(_IS_GONE, day).fetchone() is not None:
        return
    bound = {
        "venue": day.venue,
        "room": day.room,
        "from_ns": day.day * DAY_NS,
        "to_ns": (day.day + 1) * DAY_NS,
    }
    for grain in GRAIN_NS:
        writer.execute(f"DELETE FROM {table(day.kind, grain)} WHERE {_IN_DAY}", bound)  # noqa: S608 - our own names
    for statement in _COUNTS[day.kind]:
        writer.execute(statement, bound)
    writer.execute(_MARK, (*day, DONE[day.kind]))


def _count(kind: Measurement, grain: Grain, source: str, values: str) -> str:
    grain_ns = GRAIN_NS[grain]
    device = "" if kind == "room" else ", device"
    return (
        f"INSERT INTO {table(kind, grain)} (venue, room, at_ns{device}, {', '.join(_columns(kind))})"  # noqa: S608 - our own names
        f" SELECT venue, room, at_ns / {grain_ns} * {grain_ns} AS begins{device}, {values}"
        f" FROM {source} WHERE {_IN_DAY} GROUP BY begins{device}"
    )


def _counts(kind: Measurement) -> Iterator[str]:
    """The statements that count a day anew, one after another."""
    first, *_ = GRAIN_NS
    measured = ", ".join(
        f"count({field}), sum({field}), min({field}), max({field})" for field in SAMPLED[kind]
    )
    yield _count(kind, first, kind, measured)
    folded = ", ".join(
        f"{_FOLDED[name]}({field}_{name})" for field in SAMPLED[kind] for name, _ in _STATISTICS
    )
    for finer, grain in pairwise(GRAIN_NS):
        yield _count(kind, grain, table(kind, finer), folded)


_COUNTS: Final = {kind: tuple(_counts(kind)) for kind in _KINDS}


def undone(reader: sqlite3.Connection, venue: VenueSlug, before_ns: int) -> Iterator[RoomDay]:
    """The days that ended by ``before_ns``, hold rows and have no mark that says they are done."""
    behind = before_ns // DAY_NS
    gone = gone_in(reader)
    for kind in _KINDS:
        for room in rooms_of(reader, kind, venue):
            bound = {"venue": venue, "room": room, "kind": kind, "done": DONE[kind]}
            found: set[int] = set()
            newest = None
            let_go: set[int] = set()
            if gone is not None:
                found.update(day for (day,) in reader.execute(_NOT_AS_NOW, bound))
                newest = reader.execute(_NEWEST, bound).fetchone()[0]
                let_go.update(day for (day,) in reader.execute(_LET_GO.format(gone), bound))
            # The oldest is counted first: each that is older than the newest has a mark, or no rows.
            begun = 0 if newest is None else newest + 1
            found.update(days_held(reader, kind, (venue, room), begun, behind))
            yield from (
                RoomDay(kind, venue, room, d) for d in sorted(found - let_go) if 0 <= d < behind
            )


_MARKS_OF: Final = f"FROM {MARKS} WHERE {_OF_ROOM} AND kind = :kind"
_NOT_AS_NOW: Final = f"SELECT day {_MARKS_OF} AND fields <> :done"
_NEWEST: Final = f"SELECT max(day) {_MARKS_OF} AND fields <> '{UNDONE}'"
_LET_GO: Final = f"SELECT day {_MARKS_OF} AND {{}} = 1"
_IS_GONE: Final = (
    f"SELECT 1 FROM {MARKS} WHERE kind = ? AND venue = ? AND room = ? AND day = ? AND gone = 1"  # noqa: S608 - our own names
)


def days_held(
    reader: sqlite3.Connection, kind: Measurement, of: tuple[str, str], begun: int, behind: int
) -> Iterator[int]:
    """The days of a room that hold rows, from one to before another; a seek each."""
    seek = f"SELECT min(at_ns) FROM {kind} WHERE venue = ? AND room = ? AND at_ns >= ?"  # noqa: S608 - our own names
    while begun < behind:
        (found,) = reader.execute(seek, (*of, begun * DAY_NS)).fetchone()
        if found is None:
            return
        yield found // DAY_NS
        begun = found // DAY_NS + 1


def rooms_of(reader: sqlite3.Connection, kind: Measurement, venue: VenueSlug) -> Iterator[RoomSlug]:
    """The rooms of a venue that hold rows; a seek each."""
    last = ""
    while True:
        (room,) = reader.execute(NEXT_ROOM[kind], {"venue": venue, "last": last}).fetchone()
        if room is None:
            return
        yield RoomSlug(room)
        last = room


def gone_in(connection: sqlite3.Connection) -> str | None:
    """What tells of a mark that the day's rows were let go: a column, or 0 where the file is from before
    there was one; None where there are no marks.
    """
    held = {name for (name,) in connection.execute(HELD, (MARKS,))}
    return ("gone" if "gone" in held else "0") if held else None


def parts_of(
    reader: sqlite3.Connection,
    source: Measurement,
    fields: Sequence[SeriesField],
    venue: VenueSlug,
    room: RoomSlug,
    spans: Spans,
) -> Iterator[Part]:
    """What a room's devices measured in each span, of everything that the file holds."""
    held = {name for (name,) in reader.execute(HELD, (source,))}
    for stretch in stretches(spans, _done(reader, source, venue, room, spans)):
        bound = {
            "venue": venue,
            "room": room,
            "from_ns": stretch.from_ns,
            "to_ns": stretch.to_ns,
            "start_ns": spans.start_ns,
            "span_ns": spans.span_ns,
        }
        for row in reader.execute(_select(source, fields, held, stretch), bound):
            for field, column in zip(fields, range(2, len(row), 4), strict=True):
                count, mean, low, high = row[column : column + 4]
                if count:
                    yield Part(row[0], field, row[1], count, mean, float(low), float(high))


def _select(
    source: Measurement, fields: Sequence[SeriesField], held: set[str], stretch: Stretch
) -> str:
    if stretch.grain is None:
        return select_series(source, fields, held)
    folded = (
        f"sum({field}_n), sum({field}_sum) / sum({field}_n), min({field}_min), max({field}_max)"
        for field in fields
    )
    return select_spans(source, table(source, stretch.grain), folded)


def _done(
    reader: sqlite3.Connection, kind: Measurement, venue: VenueSlug, room: RoomSlug, spans: Spans
) -> list[int]:
    gone = gone_in(reader)
    if spans.grain is None or gone is None:
        return []
    found = reader.execute(
        f"SELECT day FROM {MARKS} WHERE {_OF_ROOM} AND kind = :kind"  # noqa: S608 - our own names
        f" AND (fields = :done OR {gone} = 1) AND day BETWEEN :first AND :last",
        {
            "venue": venue,
            "room": room,
            "kind": kind,
            "done": DONE[kind],
            "first": spans.from_ns // DAY_NS,
            "last": spans.to_ns // DAY_NS,
        },
    )
    return [day for (day,) in found]
