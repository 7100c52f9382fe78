"""Readings as CSV: a line for each, as they are in the store, however many there are.

A cell of text that a spreadsheet would take for a formula gets an apostrophe before it; a number
never is one.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge

from gateway.store.interface import STORED, Measurement, Placed, RoomSample, Store
from sensors.wire.field import by_unit
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.topic import RoomSlug, VenueSlug

CHUNK = 64 * 1024
KINDS: tuple[Measurement, ...] = tuple(STORED)
MEASURED = {kind: tuple(field.name for field in STORED[kind]) for kind in STORED}
SAID = (*MEASURED["air"], *MEASURED["people"])
MADE = tuple(
    field.name
    for field in sorted(by_unit(STORED["room"]), key=lambda field: field.type is str)
    if field.name not in SAID
)
"""What the gateway made of a room and no device said: figures, then words."""
COLUMNS = (
    "at",
    "venue",
    "room",
    "kind",
    "device",
    *SAID,
    *MADE,
    "seq",
    "arrived_at",
    "ts_given",
)

Row = Placed | RoomSample


@dataclass(frozen=True, slots=True)
class Selection:
    """The readings of a venue, or of one room of it, from one moment up to another."""

    venue: VenueSlug
    room: RoomSlug | None
    from_ns: int
    to_ns: int


def csv_chunks(store: Store, selection: Selection) -> Iterator[bytes]:
    """The lines in UTF-8, some 64 KiB at a time; room after room, each in order of time.

    Raises:
        StoreError: the store could not be read, also after a part was given.

    """
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    for row in _rows(store, selection):
        lines.writerow(_cells(row))
        if text.tell() >= CHUNK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula; a dash alone, the room of what hangs nowhere, is
    none.
    """
    is_formula = text != "-" and text.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{text}" if is_formula else text


def _rows(store: Store, selection: Selection) -> Iterable[Row]:
    span = (selection.from_ns, selection.to_ns)
    kinds = [store.rows(kind, selection.venue, selection.room, *span) for kind in KINDS]
    return merge(*kinds, key=_place)


def _place(row: Row) -> tuple[str, int]:
    return row.room, row.reading.at_ns if isinstance(row, Placed) else row.at_ns


def _cells(row: Row) -> list[str]:
    if isinstance(row, RoomSample):
        known = {name: getattr(row, name) for name in MEASURED["room"]}
        return _line(row.at_ns, (row.venue, row.room, "room", ""), known)
    reading = row.reading
    known = {
        "seq": reading.seq,
        "arrived_at": to_wire(from_ns(reading.arrived_ns)),
        "ts_given": "true" if reading.ts_given else "false",
    }
    known |= {name: getattr(reading, name) for name in MEASURED[reading.kind]}
    return _line(reading.at_ns, (reading.venue, row.room, reading.kind, reading.device), known)


def _line(at_ns: int, names: tuple[str, ...], known: dict[str, str | float | None]) -> list[str]:
    values = (known.get(name) for name in COLUMNS[5:])
    return [_at(at_ns), *map(safe, names), *map(cell, values)]


def _at(at_ns: int) -> str:
    """To the nanosecond where the reading is that exact, else as everywhere: to the millisecond."""
    if at_ns % 1_000_000 == 0:
        return to_wire(from_ns(at_ns))
    whole = to_wire(from_ns(at_ns - at_ns % 1_000_000_000)).removesuffix(".000Z")
    return f"{whole}.{at_ns % 1_000_000_000:09}Z"


def cell(value: str | float | None) -> str:
    """A value as a spreadsheet reads it; what is not known is empty."""
    if value is None:
        return ""
    return safe(value) if isinstance(value, str) else str(value).removesuffix(".0")
