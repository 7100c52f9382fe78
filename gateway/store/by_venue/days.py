"""The days that are over, each in the store of its venue."""

from collections.abc import Callable, Sequence

from gateway.store.forgetting.days import Days, Minute
from gateway.store.interface import RoomDay
from gateway.store.spans import Grain
from sensors.wire.topic import RoomSlug, VenueSlug


class DaysByVenue:
    """The ``Days`` of several stores."""

    def __init__(self, of: Callable[[VenueSlug], Days]) -> None:
        self._of = of

    def expired(self, venue: VenueSlug, before_ns: int) -> Sequence[RoomDay]:
        return self._of(venue).expired(venue, before_ns)

    def let_go(self, day: RoomDay) -> bool:
        return self._of(day.venue).let_go(day)

    def outlived(self, venue: VenueSlug, before_ns: int) -> Sequence[RoomDay]:
        return self._of(venue).outlived(venue, before_ns)

    def forget(self, day: RoomDay) -> None:
        self._of(day.venue).forget(day)

    def let_gone(self, venue: VenueSlug) -> Sequence[RoomDay]:
        return self._of(venue).let_gone(venue)

    def any_gone(self, venue: VenueSlug, room: RoomSlug, from_ns: int, to_ns: int) -> bool:
        return self._of(venue).any_gone(venue, room, from_ns, to_ns)

    def held(self, day: RoomDay, grain: Grain = "minute") -> Sequence[Minute]:
        return self._of(day.venue).held(day, grain)

    def put_back(self, day: RoomDay, minutes: Sequence[Minute]) -> None:
        self._of(day.venue).put_back(day, minutes)
