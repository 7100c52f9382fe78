"""The store of readings: what every implementation promises.

One process writes, any number read. Every method may be called from any thread. A store is opened
by ``gateway.store.open.open_store`` and closed by whoever opened it. Writing the same reading again
changes nothing; what another reading of the same identity does is each implementation's own
(docs/storage.md). A store that was never written to answers as an empty one. All times are
nanoseconds since 1970, UTC; ranges are ``from_ns`` inclusive to ``to_ns`` exclusive.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple, Protocol

import msgspec

from gateway.domain.room_state import Level
from sensors.wire.field import Field, Quantity, by_unit, fields_of
from sensors.wire.reading import FIELDS, Reading
from sensors.wire.refusal import Refused
from sensors.wire.topic import RoomSlug, VenueSlug

if TYPE_CHECKING:
    from gateway.store.forgetting.days import Days

Measurement = Literal["air", "people", "room"]
SeriesField = str
"""One of ``SERIES_FIELDS``; every store refuses another."""


class StoreError(Exception):
    """The base of what a store may raise; the message says what to do."""


class StoreUnavailable(StoreError):
    """Not reached, or busy: the same call may succeed later, after ``retry_after_s`` where it said
    so.
    """

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class StoreMisconfigured(StoreError):
    """Reached, but it will not serve us until a person changes something (login, database,
    bucket).
    """


class Placed(msgspec.Struct, frozen=True, gc=False, tag="reading"):
    """A reading and the room it belongs to, resolved once when it was journalled."""

    room: RoomSlug
    reading: Reading


class RoomSample(msgspec.Struct, frozen=True, gc=False, tag="room"):
    """What the gateway made of a room at one moment: the ``room`` measurement. ``people_estimate``
    is how many are in by the air and the counter together; ``low`` and ``high`` are 90 % intervals.
    """

    venue: VenueSlug
    room: RoomSlug
    at_ns: int
    level: Annotated[Level, Quantity("", aggregate=None)]
    co2_ppm: Annotated[float | None, Quantity("ppm", aggregate=None)] = None  # see the readings
    people: Annotated[int | None, Quantity("people")] = None
    flow_lps: Annotated[float | None, Quantity("L/s")] = None
    flow_low_lps: Annotated[float | None, Quantity("L/s")] = None
    flow_high_lps: Annotated[float | None, Quantity("L/s")] = None
    people_estimate: Annotated[float | None, Quantity("people")] = None
    per_person_lps: Annotated[float | None, Quantity("L/s a person")] = None
    per_person_low_lps: Annotated[float | None, Quantity("L/s a person")] = None
    per_person_high_lps: Annotated[float | None, Quantity("L/s a person")] = None


STORED: Final[Mapping[Measurement, tuple[Field, ...]]] = {
    "air": FIELDS["air"],
    "people": FIELDS["people"],
    "room": fields_of(RoomSample),
}
"""The fields of each measurement, beside its keys and when a reading arrived."""

SOURCES: Final[Mapping[SeriesField, Measurement]] = {
    field.name: kind
    for kind, fields in STORED.items()
    for field in by_unit(fields)
    if field.quantity.aggregate is not None
}
"""The measurement that holds a field of which there is a history."""

SERIES_FIELDS: Final[tuple[SeriesField, ...]] = tuple(SOURCES)
MEASURED: Final[frozenset[SeriesField]] = frozenset(
    field for field, kind in SOURCES.items() if kind != "room"
)
"""The fields that come from the readings; the others are what the gateway made of them."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that the store refuses for good, with the store's own words."""

    row: Placed | RoomSample
    refused: Refused


@dataclass(frozen=True, slots=True)
class Series:
    """At most ``points`` equal spans of time; the arrays of a field are as long as ``at_ns``, None
    where a span holds no reading. ``at_ns`` is the beginning of each span; the last one may be cut
    short by the end of the range. Where several devices measure a room, ``mean`` is the mean of
    their means, so that a talkative device does not outvote the others.
    """

    at_ns: tuple[int, ...]
    mean: dict[SeriesField, tuple[float | None, ...]]
    min: dict[SeriesField, tuple[float | None, ...]]
    max: dict[SeriesField, tuple[float | None, ...]]


class RoomDay(NamedTuple):
    """What is down-sampled at a time: a kind of rows of a room in one day of UTC, counted from
    1970.
    """

    kind: Measurement
    venue: VenueSlug
    room: RoomSlug
    day: int


class Store(Protocol):
    @property
    def days(self) -> "Days":
        """The days that are over, for who does not keep them for ever."""
        ...

    def write(self, rows: Sequence[Placed | RoomSample]) -> tuple[Rejected, ...]:
        """Store all rows but those returned, durably, before returning.

        Every store returns what ``gateway.store.row`` finds unfit for all of them; InfluxDB also
        what the server refuses.

        Raises:
            StoreUnavailable: nothing is promised of these rows; call again with the same ones.
            StoreMisconfigured: likewise, once a person has mended it.

        """
        ...

    def series(
        self,
        venue: VenueSlug,
        room: RoomSlug,
        fields: Sequence[SeriesField],
        from_ns: int,
        to_ns: int,
        points: int,
    ) -> Series:
        """A room's history: what was ``MEASURED`` from the readings, the rest from the gateway's
        own room samples. Spans of minutes and more begin at whole minutes, quarters or hours, the
        first of them at or before ``from_ns`` (nothing before that counts in it), and of days that
        are down-sampled no single reading is read.

        Raises:
            ValueError: the range is inverted, ``points`` is not 1 to 10 000, or no such field.
            StoreError: it could not be read.

        """
        ...

    def rows(
        self, kind: Measurement, venue: VenueSlug, room: RoomSlug | None, from_ns: int, to_ns: int
    ) -> Iterator[Placed | RoomSample]:
        """Everything held of a venue or one room of it, as it was written: room after room by name,
        within a room by time and device. ``arrived_ns`` is cut to the millisecond. However many
        they are, only a few thousand are in memory at a time; what is written meanwhile may be
        among them.

        Raises:
            ValueError: the range is inverted or beyond 64 bits.
            StoreError: it could not be read; also after some rows were given.

        """
        ...

    def count(self, kind: Measurement, venue: VenueSlug, room: RoomSlug | None = None) -> int:
        """How many readings (or room samples) are held of a venue, or of one room of it.

        Raises:
            StoreError: it could not be read.

        """
        ...

    def undone(self, venue: VenueSlug, before_ns: int) -> Sequence[RoomDay]:
        """The days that ended by ``before_ns``, hold rows and are not down-sampled as they stand,
        the oldest of a room first. A day from before 1970 is none of them.

        Raises:
            StoreError: it could not be read.

        """
        ...

    def downsample(self, day: RoomDay) -> None:
        """Count a day's minutes, quarters and hours anew, out of all its rows; what is written into
        it later makes it undone again.

        Raises:
            StoreError: it is as undone as it was.

        """
        ...

    def remove(self, venue: VenueSlug) -> bool:
        """Delete everything held of a venue; False where the server cannot or may not. For what
        ``luchtig check`` wrote.

        Raises:
            StoreError: it could not be asked.

        """
        ...

    def check(self) -> str:
        """One line that says what was reached (kind, version, dialect); for ``check`` and
        ``/readyz``.

        Raises:
            StoreError: it was not.

        """
        ...

    def close(self) -> None: ...
