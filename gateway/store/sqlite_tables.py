"""The tables of the SQLite store and the statements on them.

A row lies where a room's history is read from: by venue, room and time. Its identity has no room in
it, so each table of readings has a second, unique index; the same reading that comes again with
another room is still the same one, and the first stays.
"""

from collections.abc import Sequence
from typing import Any

from gateway.store.interface import Measurement, Placed, RoomSample, SeriesField
from sensors.wire.reading import AirReading, PeopleReading

SCHEMA_VERSION = 1

SCHEMA = (
    """CREATE TABLE air (
        venue TEXT NOT NULL, room TEXT NOT NULL, at_ns INTEGER NOT NULL, device TEXT NOT NULL,
        co2_ppm REAL NOT NULL, temperature_c REAL, humidity_pct REAL,
        seq INTEGER, arrived_ms INTEGER NOT NULL, ts_given INTEGER NOT NULL,
        PRIMARY KEY (venue, room, at_ns, device)
    ) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX air_identity ON air (venue, device, at_ns)",
    """CREATE TABLE people (
        venue TEXT NOT NULL, room TEXT NOT NULL, at_ns INTEGER NOT NULL, device TEXT NOT NULL,
        count INTEGER, in_total INTEGER, out_total INTEGER,
        seq INTEGER, arrived_ms INTEGER NOT NULL, ts_given INTEGER NOT NULL,
        PRIMARY KEY (venue, room, at_ns, device)
    ) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX people_identity ON people (venue, device, at_ns)",
    """CREATE TABLE room (
        venue TEXT NOT NULL, room TEXT NOT NULL, at_ns INTEGER NOT NULL,
        level TEXT NOT NULL, co2_ppm REAL, people INTEGER,
        flow_lps REAL, flow_low_lps REAL, flow_high_lps REAL, people_estimate REAL,
        per_person_lps REAL, per_person_low_lps REAL, per_person_high_lps REAL,
        PRIMARY KEY (venue, room, at_ns)
    ) STRICT, WITHOUT ROWID""",
    f"PRAGMA user_version={SCHEMA_VERSION}",
)

# DO NOTHING is for the same row again only; OR IGNORE would swallow a broken constraint as well.
INSERT = {
    "air": "INSERT INTO air VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
    "people": "INSERT INTO people VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
    "room": "INSERT INTO room VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
}


PAGE = 5_000

# Seeks along the primary key, whatever else the table holds.
NEXT_ROOM = {
    kind: f"SELECT min(room) FROM {kind} WHERE venue = :venue AND room > :last"  # noqa: S608 - our own tables
    for kind in INSERT
}
NEXT_ROWS = {
    kind: (
        f"SELECT * FROM {kind} WHERE venue = ? AND room = ? AND at_ns < ?"  # noqa: S608 - our own tables
        " AND at_ns >= ? AND (at_ns, device) > (?, ?)"
        f" ORDER BY at_ns, device LIMIT {PAGE}"
    )
    for kind in ("air", "people")
} | {
    "room": (
        "SELECT * FROM room WHERE venue = ? AND room = ? AND at_ns < ? AND at_ns > ?"  # noqa: S608 - our own table
        f" ORDER BY at_ns LIMIT {PAGE}"
    )
}


def from_columns(kind: Measurement, columns: tuple[Any, ...]) -> Placed | RoomSample:
    """The row that ``to_values`` gave these columns for."""
    venue, room, at_ns, *rest = columns
    if kind == "room":
        return RoomSample(venue, room, at_ns, *rest)
    device, *measured, seq, arrived_ms, ts_given = rest
    build: Any = AirReading if kind == "air" else PeopleReading
    arrived_ns = arrived_ms * 1_000_000
    return Placed(room, build(venue, device, at_ns, arrived_ns, bool(ts_given), *measured, seq))


def to_values(row: Placed | RoomSample) -> tuple[str, tuple[object, ...]]:
    """The table of a row and its values there, in the order of the columns."""
    if isinstance(row, RoomSample):
        return "room", (
            row.venue,
            row.room,
            row.at_ns,
            row.level,
            row.co2_ppm,
            row.people,
            row.flow_lps,
            row.flow_low_lps,
            row.flow_high_lps,
            row.people_estimate,
            row.per_person_lps,
            row.per_person_low_lps,
            row.per_person_high_lps,
        )
    reading = row.reading
    key = (reading.venue, row.room, reading.at_ns, reading.device)
    arrival = (reading.seq, reading.arrived_ns // 1_000_000, int(reading.ts_given))
    if isinstance(reading, AirReading):
        measured = (reading.co2_ppm, reading.temperature_c, reading.humidity_pct)
        return "air", (*key, *measured, *arrival)
    return "people", (*key, reading.count, reading.in_total, reading.out_total, *arrival)


def select_series(table: str, fields: Sequence[SeriesField]) -> str:
    """The statement that gives the number of a span, and mean, lowest and highest of each field, for
    each device apart.
    """
    measured = ", ".join(f"avg({field}), min({field}), max({field})" for field in fields)
    by_device = "" if table == "room" else ", device"
    return (
        f"SELECT (at_ns - :from_ns) / :span_ns AS span, {measured} FROM {table}"  # noqa: S608 - our own names
        " WHERE venue = :venue AND room = :room AND at_ns >= :from_ns AND at_ns < :to_ns"
        f" GROUP BY span{by_device}"
    )


def select_count(table: str, *, of_room: bool) -> str:
    """The statement that counts the rows of a venue, or of one room of it."""
    room = " AND room = :room" if of_room else ""
    return f"SELECT count(*) FROM {table} WHERE venue = :venue{room}"  # noqa: S608 - our own tables
