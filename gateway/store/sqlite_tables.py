"""The tables of the SQLite store and the statements on them.

A row lies where a room's history is read from: by venue, room and time. Its identity has no room in
it, so each table of readings has a second, unique index; the same reading that comes again with
another room is still the same one, and the first stays.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from operator import itemgetter
from typing import Any

from gateway.store.interface import STORED, Measurement, Placed, RoomSample, SeriesField
from sensors.wire.field import Field, values_of
from sensors.wire.reading import AirReading, PeopleReading, Reading

SCHEMA_VERSION = 1  # a column that was added since is no other version: both programs read both

_PLACE = {"venue": "TEXT NOT NULL", "room": "TEXT NOT NULL", "at_ns": "INTEGER NOT NULL"}
_DEVICE = {"device": "TEXT NOT NULL"}
_ARRIVAL = {
    "seq": "INTEGER",
    "arrived_ms": "INTEGER NOT NULL",
    "ts_given": "INTEGER NOT NULL",
}
_TYPES = {float: "REAL", int: "INTEGER", str: "TEXT"}


def _declared(field: Field) -> str:
    return _TYPES[field.type] + ("" if field.nullable else " NOT NULL")


def _columns(kind: Measurement) -> dict[str, str]:
    measured = {field.name: _declared(field) for field in STORED[kind]}
    if kind == "room":
        return _PLACE | measured
    return _PLACE | _DEVICE | measured | _ARRIVAL


COLUMNS: dict[Measurement, dict[str, str]] = {kind: _columns(kind) for kind in STORED}
"""The columns of each table and their types, in the order in which a row gives its values."""


def _table(kind: Measurement) -> str:
    columns = ", ".join(f"{name} {declared}" for name, declared in COLUMNS[kind].items())
    key = ", ".join(_PLACE if kind == "room" else _PLACE | _DEVICE)
    return f"CREATE TABLE {kind} ( {columns}, PRIMARY KEY ({key}) ) STRICT, WITHOUT ROWID"


SCHEMA = (
    _table("air"),
    "CREATE UNIQUE INDEX air_identity ON air (venue, device, at_ns)",
    _table("people"),
    "CREATE UNIQUE INDEX people_identity ON people (venue, device, at_ns)",
    _table("room"),
    f"PRAGMA user_version={SCHEMA_VERSION}",
)
HELD = "SELECT name FROM pragma_table_info(?)"
"""The columns that a table of a file has; a file from before has fewer of them."""


def add_columns(kind: Measurement, held: Collection[str]) -> list[str]:
    """The statements that give a table from before the columns that it lacks."""
    return [
        f"ALTER TABLE {kind} ADD COLUMN {name} {declared}"
        for name, declared in COLUMNS[kind].items()
        if name not in held
    ]


def _insert(kind: Measurement) -> str:
    names, marks = ", ".join(COLUMNS[kind]), ", ".join("?" * len(COLUMNS[kind]))
    # DO NOTHING is for the same row again only; OR IGNORE would swallow a broken constraint as
    # well.
    return f"INSERT INTO {kind} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - our own names


INSERT: dict[Measurement, str] = {kind: _insert(kind) for kind in STORED}

PAGE = 5_000

# Seeks along the primary key, whatever else the table holds.
NEXT_ROOM = {
    kind: f"SELECT min(room) FROM {kind} WHERE venue = :venue AND room > :last"  # noqa: S608 - our own tables
    for kind in INSERT
}


def next_rows(kind: Measurement, held: Collection[str]) -> str:
    """The statement that gives a room's next rows, NULL for a column that the file does not
    have.
    """
    columns = ", ".join(name if name in held else f"NULL AS {name}" for name in COLUMNS[kind])
    beyond, order = ("at_ns > ?", "at_ns")
    if kind != "room":
        beyond, order = ("at_ns >= ? AND (at_ns, device) > (?, ?)", "at_ns, device")
    return (
        f"SELECT {columns} FROM {kind} WHERE venue = ? AND room = ? AND at_ns < ?"  # noqa: S608 - our own names
        f" AND {beyond} ORDER BY {order} LIMIT {PAGE}"
    )


def _said_in(reading: type[Reading], kind: Measurement) -> Callable[[Any], tuple[Any, ...]]:
    """What picks, out of a row's columns, all that a reading takes behind ``ts_given``."""
    taken = reading.__struct_fields__
    columns = list(COLUMNS[kind])
    return itemgetter(*(columns.index(name) for name in taken[taken.index("ts_given") + 1 :]))


_SAID = {"air": _said_in(AirReading, "air"), "people": _said_in(PeopleReading, "people")}


def from_columns(kind: Measurement, columns: tuple[Any, ...]) -> Placed | RoomSample:
    """The row that ``to_values`` gave these columns for."""
    if kind == "room":
        return RoomSample(*columns)
    venue, room, at_ns, device = columns[:4]
    arrived_ms, ts_given = columns[-2:]
    build: Any = AirReading if kind == "air" else PeopleReading
    arrived_ns, said = arrived_ms * 1_000_000, _SAID[kind](columns)
    return Placed(room, build(venue, device, at_ns, arrived_ns, bool(ts_given), *said))


_air_values = values_of(field.name for field in STORED["air"])
_people_values = values_of(field.name for field in STORED["people"])
_room_values = values_of(COLUMNS["room"])


def to_values(row: Placed | RoomSample) -> tuple[Measurement, tuple[object, ...]]:
    """The table of a row and its values there, in the order of the columns."""
    if isinstance(row, RoomSample):
        return "room", _room_values(row)
    reading = row.reading
    key = (reading.venue, row.room, reading.at_ns, reading.device)
    arrival = (reading.seq, reading.arrived_ns // 1_000_000, int(reading.ts_given))
    if isinstance(reading, AirReading):
        return "air", (*key, *_air_values(reading), *arrival)
    return "people", (*key, *_people_values(reading), *arrival)


def select_series(kind: Measurement, fields: Sequence[SeriesField], held: Collection[str]) -> str:
    """The statement that gives the number of a span and the device, and how many values, mean,
    lowest and highest of each field; NULL for a field that the file does not have.
    """
    measured = (
        f"count({field}), avg({field}), min({field}), max({field})"
        if field in held
        else "NULL, NULL, NULL, NULL"
        for field in fields
    )
    return select_spans(kind, kind, measured)


def select_spans(kind: Measurement, table: str, measured: Iterable[str]) -> str:
    """The statement that gives the number of a span, the device ("" for a room's own samples) and
    what is ``measured``, out of a table of what is known of a kind.
    """
    device = "''" if kind == "room" else "device"
    return (
        f"SELECT (at_ns - :start_ns) / :span_ns AS span, {device} AS of, {', '.join(measured)}"  # noqa: S608 - our own names
        f" FROM {table} WHERE venue = :venue AND room = :room"
        " AND at_ns >= :from_ns AND at_ns < :to_ns GROUP BY span, of"
    )


def select_count(table: str, *, of_room: bool) -> str:
    """The statement that counts the rows of a venue, or of one room of it."""
    room = " AND room = :room" if of_room else ""
    return f"SELECT count(*) FROM {table} WHERE venue = :venue{room}"  # noqa: S608 - our own tables
