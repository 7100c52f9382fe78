"""Whether a demo keeps up with its clock, and at which speed it would."""

from collections import deque
from typing import Final

LOOK_EVERY_S: Final = 2.0
OVER_S: Final = 6.0
"""Of wall time: what passes within is a hiccup."""
LATE_S: Final = 200.0
"""Of the clock: where the newest reading on the board is that old, rooms without data are near, which a
policy calls so after 300 s."""
LATE_WALL_S: Final = 3.0
"""Of wall time: a room says at most one state a second, however fast the clock."""
SHARE_CARRIED: Final = 0.7
"""Of what the machine has shown to carry: it has other things to do as well."""


class Pace:
    """Looks at how far the board is behind the clock, at one speed of it."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._late_s = max(LATE_S, LATE_WALL_S * speed)
        self._looks: deque[tuple[float, float]] = deque()

    def slower(self, wall_s: float, behind_s: float) -> float | None:
        """The speed to go on at, where the board is ``behind_s`` of the clock, late for long enough and
        coming no nearer; None where this one is carried. Never under that of life.
        """
        looks = self._looks
        if behind_s < self._late_s or self._speed <= 1:
            looks.clear()
            return None
        looks.append((wall_s, behind_s))
        while len(looks) > 2 and wall_s - looks[1][0] >= OVER_S:
            looks.popleft()
        began_s, was_s = looks[0]
        passed_s, grown_s = wall_s - began_s, behind_s - was_s
        if passed_s < OVER_S or grown_s < 0:
            return None
        carried = self._speed - grown_s / passed_s
        return max(1.0, float(int(min(self._speed / 2, carried * SHARE_CARRIED))))
