"""Since when a live room is empty, and who comes then."""

from gateway.domain.air.hypotheses import SOMEBODY
from gateway.domain.air.room_estimate import RoomEstimate

EMPTY_S = 300.0
"""Who comes after the room was empty for so long is another group; a counter that misses everybody for
a moment begins none."""
OTHERS_S = 4800.0
"""Where no meeting says that it is one group, people have come and gone after so long. On
simulated stays (bench/air) every 40 or 60 minutes is the same."""
DAY_S = 86_400.0
"""A room in which somebody was counted all day long is never empty."""
AT_FIRST_S = 5 * 3600.0
"""Of one that was never seen empty since anybody counts, so long is enough: before six hours were seen
nothing is taken for a night."""


class Emptied:
    """``since_s`` is since when nobody is in, None while somebody is; ``nobody_s`` is when nobody was
    counted last, or may have been, 0 where nobody ever counted; ``began_s`` is when the group that is in came.
    """

    __slots__ = ("began_s", "nobody_s", "since_s")

    def __init__(
        self, since_s: float | None = None, nobody_s: float = 0.0, began_s: float = 0.0
    ) -> None:
        self.since_s = since_s
        self.began_s = began_s
        self.nobody_s = nobody_s

    @property
    def counts(self) -> tuple[float, float]:
        """What a restart begins with, beside ``since_s``."""
        return self.nobody_s, self.began_s

    def counted(self, at_s: float, before: int | None, count: int | None) -> None:
        """Another count than before; None where nobody counts."""
        if before == 0 or count == 0:
            self.nobody_s = at_s
        elif self.nobody_s == 0.0:
            self.nobody_s = at_s - DAY_S + AT_FIRST_S

    def never(self, at_s: float, count: int | None) -> bool:
        """Whether somebody was counted at all hours of a day, to ``count`` now."""
        return bool(count) and at_s - self.nobody_s >= DAY_S

    def another_group(self, now: RoomEstimate | None) -> bool:
        """Whether somebody has just come into a room that was empty long enough, or the last group has
        been in for so long that it is another by now.
        """
        if now is None or now.people is None:
            return False
        if now.people.value < SOMEBODY:
            if self.since_s is None:
                self.since_s = now.at_s
            return False
        since_s, self.since_s = self.since_s, None
        was_empty = since_s is not None and now.at_s - since_s >= EMPTY_S
        if not was_empty and now.at_s - self.began_s < OTHERS_S:
            return False
        self.began_s = now.at_s
        return True
