"""What a live room foresees: looked at twice a minute, worked out when somebody asks for it."""

from array import array
from itertools import chain

from gateway.domain.air.flow_history import FlowHistory, history_after
from gateway.domain.air.forecast import (
    HORIZON_MIN,
    TOLD_MINUTES,
    Forecast,
    Point,
    ahead,
    forecast,
    most_ppm,
)
from gateway.domain.air.hypotheses import SOMEBODY
from gateway.domain.air.room_estimate import RoomEstimate
from gateway.domain.air.skill import Skill, is_due, issued, scored
from gateway.domain.meeting import Meeting
from gateway.live.room.forecast_error import Miss, missed

LOOK_EVERY_S = 30.0
"""How often a forecast is made, of the readings' time."""
NEW, NO_HISTORY = Skill(), FlowHistory()
SOON_MIN = 20.0
"""What comes so soon is looked for before a whole forecast is made."""


class Foreseen:
    """The forecast of one look, by what was known then; or one that was made already. Of a large house
    the paths would be most of what is remembered: one that is not asked for lies packed.
    """

    __slots__ = ("_found", "_soon_ppm")

    def __init__(self, found: tuple[RoomEstimate, Skill, float] | Forecast) -> None:
        self._found: tuple[RoomEstimate, Skill, float] | array[float]
        self._found = _packed(found) if isinstance(found, Forecast) else found
        self._soon_ppm: float | None = None

    @property
    def forecast(self) -> Forecast:
        if isinstance(self._found, array):
            return _unpacked(self._found)
        made = forecast(*self._found)
        self._found = _packed(made)
        return made

    def told(self, limit_ppm: float | None) -> Forecast:
        """The same for whoever tells it and asks only when it comes to a limit: where it comes to none,
        the points that are told, for half the work. That leaves nothing more to remember.
        """
        if isinstance(self._found, array):
            return self.forecast
        estimate, skill, until_min = self._found
        if limit_ppm is not None and most_ppm(estimate, skill, HORIZON_MIN) > limit_ppm:
            return self.forecast
        return forecast(estimate, skill, until_min, TOLD_MINUTES)

    @property
    def soon_ppm(self) -> float:
        """What the path does not go over within ``SOON_MIN``: more than it does go to, as a rule."""
        if self._soon_ppm is None:
            if isinstance(self._found, array):
                path = self.forecast.path
                self._soon_ppm = max(point.ppm for point in path if point.minutes <= SOON_MIN)
            else:
                estimate, skill, _ = self._found
                self._soon_ppm = most_ppm(estimate, skill, SOON_MIN)
        return self._soon_ppm


class Foresight:
    """What is foreseen (None: nothing), how good that was (``skill``) and what the room's flow has been
    (``history``). ``misses`` are the forecasts whose time came since they were last taken.
    """

    __slots__ = ("foreseen", "history", "looked_s", "misses", "skill")

    def __init__(
        self,
        skill: Skill = NEW,
        history: FlowHistory = NO_HISTORY,
        looked_s: float = 0.0,
        made: Forecast | None = None,
    ) -> None:
        self.skill = skill
        self.history = history
        self.looked_s = looked_s
        self.foreseen = None if made is None else Foreseen(made)
        self.misses: list[Miss] = []

    @property
    def forecast(self) -> Forecast | None:
        return None if self.foreseen is None else self.foreseen.forecast

    @property
    def due_s(self) -> float:
        """From when on it is time to look again."""
        return self.looked_s + LOOK_EVERY_S

    def look(
        self, now: RoomEstimate, at_s: float, shown_ppm: float, meeting: Meeting | None
    ) -> None:
        """Look ahead, and back at what was said of this moment."""
        self.looked_s = at_s
        somebody = now.people is not None and now.people.value >= SOMEBODY
        before = self.skill
        self.skill = scored(before, at_s, shown_ppm, occupied=somebody)
        self.misses += missed(before, self.skill, shown_ppm)
        self.history = history_after(self.history, now)
        self.foreseen = Foreseen((now, self.skill, left_min(meeting, at_s)))
        if is_due(self.skill, at_s):
            ppm, spread_ppm, people_ppm = ahead(now)
            self.skill = issued(self.skill, at_s, ppm, now.shown_ppm, spread_ppm, people_ppm)


def _packed(made: Forecast) -> "array[float]":
    head = made.at_s, made.ahead_ppm, made.ahead_spread_ppm, made.people_ppm
    return array("d", chain(head, *made.path))


def _unpacked(found: "array[float]") -> Forecast:
    at_s, ahead_ppm, spread_ppm, people_ppm, *path = found
    points = zip(*[iter(path)] * len(Point._fields), strict=True)
    return Forecast(at_s, tuple(map(Point._make, points)), ahead_ppm, spread_ppm, people_ppm)


def left_min(meeting: Meeting | None, at_s: float) -> float:
    """Minutes until the meeting ends, at most as far as is looked ahead."""
    if meeting is None:
        return HORIZON_MIN
    return min((meeting.end.timestamp() - at_s) / 60.0, HORIZON_MIN)
