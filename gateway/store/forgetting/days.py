"""What becomes of days that are over, where readings are not kept for ever.

First a day's rows are let go, and its minutes, quarters and hours stay: its mark says so, for from then on
they may never be counted anew, or a single reading that comes late would be all that is left of the day.
Later the day is forgotten whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import msgspec

from gateway.store.interface import RoomDay
from gateway.store.spans import Grain
from sensors.wire.topic import RoomSlug, VenueSlug

Statistics = tuple[int, float, float, float]
"""How many values there were, their sum, the least and the greatest."""


class Minute(msgspec.Struct, frozen=True, gc=False):
    """What is down-sampled to a minute, or to more: of one device, "" for a room's own samples."""

    at_ns: int
    device: str
    values: dict[str, Statistics]


def folded(minutes: Iterable[Minute], span_ns: int) -> Iterator[Minute]:
    """Minutes as quarters or hours: whatever is ``span_ns`` long."""
    found: dict[tuple[int, str], dict[str, Statistics]] = {}
    for minute in minutes:
        held = found.setdefault((minute.at_ns // span_ns * span_ns, minute.device), {})
        for field, value in minute.values.items():
            held[field] = _together(held[field], value) if field in held else value
    yield from (Minute(at_ns, device, held) for (at_ns, device), held in found.items())


def _together(one: Statistics, other: Statistics) -> Statistics:
    return one[0] + other[0], one[1] + other[1], min(one[2], other[2]), max(one[3], other[3])


class Days(Protocol):
    """The days of a store, which ``Store.days`` gives."""

    def expired(self, venue: VenueSlug, before_ns: int) -> Sequence[RoomDay]:
        """The days that ended by ``before_ns``, hold rows, and may be let go: down-sampled as they
        stand, or let go before and written to since. The oldest of a room first.

        Raises:
            StoreError: it could not be read.

        """
        ...

    def let_go(self, day: RoomDay) -> bool:
        """Delete a day's rows and keep what they were down-sampled to. False, and nothing is deleted,
        where the day is not down-sampled as it stands.

        Raises:
            StoreError: it could not be done; nothing is lost by trying again.

        """
        ...

    def outlived(self, venue: VenueSlug, before_ns: int) -> Sequence[RoomDay]:
        """The days that ended by ``before_ns`` and have a mark, whatever is left of them.

        Raises:
            StoreError: it could not be read.

        """
        ...

    def forget(self, day: RoomDay) -> None:
        """Delete everything of a day.

        Raises:
            StoreError: it could not be done; nothing is lost by trying again.

        """
        ...

    def let_gone(self, venue: VenueSlug) -> Sequence[RoomDay]:
        """The days whose rows were let go.

        Raises:
            StoreError: it could not be read.

        """
        ...

    def any_gone(self, venue: VenueSlug, room: RoomSlug, from_ns: int, to_ns: int) -> bool:
        """Whether rows of a room were let go in a range.

        Raises:
            StoreError: it could not be read.

        """
        ...

    def held(self, day: RoomDay, grain: Grain = "minute") -> Sequence[Minute]:
        """What is down-sampled of a day.

        Raises:
            StoreError: it could not be read.

        """
        ...

    def put_back(self, day: RoomDay, minutes: Sequence[Minute]) -> None:
        """Make a day that holds nothing one whose rows were let go, as in the store that its
        ``minutes`` are from.

        Raises:
            StoreError: it could not be done; nothing is lost by trying again.

        """
        ...
