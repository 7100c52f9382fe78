"""Since when a live room is empty, and who comes then."""

from gateway.domain.air.hypotheses import SOMEBODY
from gateway.domain.air.room_estimate import RoomEstimate

EMPTY_S = 300.0
"""Who comes after the room was empty for so long is another group; a counter that misses everybody for
a moment begins none."""


class Emptied:
    """``since_s`` is since when nobody is in, None while somebody is."""

    def __init__(self, since_s: float | None = None) -> None:
        self.since_s = since_s

    def another_group(self, now: RoomEstimate | None) -> bool:
        """Whether somebody has just come into a room that was empty long enough."""
        if now is None or now.people is None:
            return False
        if now.people.value < SOMEBODY:
            if self.since_s is None:
                self.since_s = now.at_s
            return False
        since_s, self.since_s = self.since_s, None
        return since_s is not None and now.at_s - since_s >= EMPTY_S
