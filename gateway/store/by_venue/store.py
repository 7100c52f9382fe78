"""Several stores as one: each venue's readings lie in the store that has the venue.

A store that is away is away for its own venues alone, whatever is asked of one of them. What is asked of
all stores (``check``, a ``write`` of rows of several) fails where one of them does; the others have
done their part by then.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.store.by_venue.days import DaysByVenue
from gateway.store.by_venue.share import Share
from gateway.store.interface import (
    Measurement,
    Placed,
    Rejected,
    RoomDay,
    RoomSample,
    Series,
    SeriesField,
    Store,
    StoreError,
)
from gateway.store.row import venue_of
from sensors.wire.topic import RoomSlug, VenueSlug


@dataclass(frozen=True, slots=True)
class Part:
    """One of the stores, and which venues it has."""

    store: Store
    share: Share


class StoreByVenue:
    """The ``Store`` of several: of any venue exactly one has it."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)
        self._of_venue = {
            venue: part.store
            for part in parts
            if not part.share.is_rest
            for venue in part.share.named
        }
        (self._rest,) = (part.store for part in parts if part.share.is_rest)
        self.days = DaysByVenue(lambda venue: self.of(venue).days)

    def of(self, venue: str) -> Store:
        """The store that has a venue."""
        return self._of_venue.get(venue, self._rest)

    def each(self, made: Callable[[Store], Store]) -> "StoreByVenue":
        """The same, with something before each store."""
        return StoreByVenue([replace(part, store=made(part.store)) for part in self.parts])

    def write(self, rows: Sequence[Placed | RoomSample]) -> tuple[Rejected, ...]:
        divided: dict[int, list[Placed | RoomSample]] = {}
        for row in rows:
            divided.setdefault(id(self.of(venue_of(row))), []).append(row)
        rejected: dict[int, Rejected] = {}
        failed: StoreError | None = None
        for part in self.parts:
            try:
                refused = part.store.write(divided.get(id(part.store), ()))
            except StoreError as error:
                failed = failed or error
                continue
            rejected |= {id(one.row): one for one in refused}
        if failed is not None:
            raise failed
        return tuple(rejected[id(row)] for row in rows if id(row) in rejected)

    def series(
        self,
        venue: VenueSlug,
        room: RoomSlug,
        fields: Sequence[SeriesField],
        from_ns: int,
        to_ns: int,
        points: int,
    ) -> Series:
        return self.of(venue).series(venue, room, fields, from_ns, to_ns, points)

    def rows(
        self, kind: Measurement, venue: VenueSlug, room: RoomSlug | None, from_ns: int, to_ns: int
    ) -> Iterator[Placed | RoomSample]:
        return self.of(venue).rows(kind, venue, room, from_ns, to_ns)

    def count(self, kind: Measurement, venue: VenueSlug, room: RoomSlug | None = None) -> int:
        return self.of(venue).count(kind, venue, room)

    def undone(self, venue: VenueSlug, before_ns: int) -> Sequence[RoomDay]:
        return self.of(venue).undone(venue, before_ns)

    def downsample(self, day: RoomDay) -> None:
        self.of(day.venue).downsample(day)

    def remove(self, venue: VenueSlug) -> bool:
        return self.of(venue).remove(venue)

    def check(self) -> str:
        said: list[str] = []
        failed: StoreError | None = None
        for part in self.parts:
            try:
                said.append(f"{part.store.check()} ({part.share.shown})")
            except StoreError as error:
                failed = failed or error
        if failed is not None:
            raise failed
        return "; ".join(said)

    def close(self) -> None:
        for part in self.parts:
            part.store.close()
