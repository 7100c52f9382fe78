"""What one step of the live side has for others."""

from dataclasses import dataclass

from gateway.domain.door import Decided
from gateway.domain.room_state import RoomState
from gateway.live.room.forecast_error import Miss
from gateway.store.interface import RoomSample


@dataclass(frozen=True, slots=True)
class Judged:
    """The states of the rooms that changed, samples of rooms for the store, the forecasts of which it
    showed how good they were, and what was made of the totals of doors.
    """

    states: tuple[RoomState, ...]
    samples: tuple[RoomSample, ...]
    misses: tuple[Miss, ...] = ()
    decided: tuple[Decided, ...] = ()
