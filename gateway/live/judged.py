"""What one step of the live side has for others."""

from dataclasses import dataclass

from gateway.domain.door import Decided
from gateway.live.room.forecast_error import Miss
from gateway.store.interface import RoomSample
from sensors.wire.topic import RoomKey


@dataclass(frozen=True, slots=True)
class Judged:
    """The rooms of which something ``changed``, samples of rooms for the store, the forecasts of which it
    showed how good they were, and what was made of the totals of doors.
    """

    changed: tuple[RoomKey, ...]
    samples: tuple[RoomSample, ...]
    misses: tuple[Miss, ...] = ()
    decided: tuple[Decided, ...] = ()
