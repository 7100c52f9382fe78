"""What is down-sampled of readings, and into what.

Of a day that is over every minute, quarter and hour is counted once, device by device: how many values
of each field there were, their sum, the least and the greatest. A mark says of which fields a day was
counted so. What comes late takes the mark away in the same step as it is stored, and until the day is
counted anew its readings are read one by one. So an answer never depends on what is down-sampled, only
how soon it comes.
"""

from collections.abc import Iterable
from typing import Final

from gateway.store.interface import SOURCES, STORED, Measurement, Placed, RoomDay, RoomSample
from gateway.store.row import kind_of
from gateway.store.spans import DAY_NS, Grain

MARKS: Final = "downsampled"
"""The table or measurement of the marks."""

SAMPLED: Final[dict[Measurement, tuple[str, ...]]] = {
    kind: tuple(
        field.name
        for field in STORED[kind]
        if field.quantity.aggregate is not None and SOURCES.get(field.name) == kind
    )
    for kind in STORED
}
"""The fields of which there is a history, by the measurement that holds them."""

DONE: Final[dict[Measurement, str]] = {kind: ",".join(names) for kind, names in SAMPLED.items()}
"""What the mark of a day says: a version that knows more fields finds every day undone."""
UNDONE: Final = ""


def table(kind: Measurement, grain: Grain) -> str:
    """The table or measurement of what a kind is down-sampled to."""
    return f"{kind}_{grain}"


def days_of(rows: Iterable[Placed | RoomSample]) -> set[RoomDay]:
    """The days that rows fall into."""
    return {_day_of(row) for row in rows}


def _day_of(row: Placed | RoomSample) -> RoomDay:
    if isinstance(row, RoomSample):
        return RoomDay("room", row.venue, row.room, row.at_ns // DAY_NS)
    reading = row.reading
    return RoomDay(kind_of(row), reading.venue, row.room, reading.at_ns // DAY_NS)
