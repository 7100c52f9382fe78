"""What a live room foresees: looked at twice a minute, worked out when somebody asks for it."""

from gateway.domain.air.forecast import HORIZON_MIN, Forecast, forecast, most_ppm
from gateway.domain.air.room_estimate import RoomEstimate
from gateway.domain.air.skill import Skill
from gateway.domain.meeting import Meeting

SOON_MIN = 20.0
"""What comes so soon is looked for before a whole forecast is made."""


class Foreseen:
    """The forecast of one look, by what was known then; or one that was made already."""

    def __init__(self, found: tuple[RoomEstimate, Skill, float] | Forecast) -> None:
        self._found = found
        self._soon_ppm: float | None = None

    @property
    def forecast(self) -> Forecast:
        if not isinstance(self._found, Forecast):
            self._found = forecast(*self._found)
        return self._found

    @property
    def soon_ppm(self) -> float:
        """What the path does not go over within ``SOON_MIN``: more than it does go to, as a rule."""
        if self._soon_ppm is None:
            if isinstance(self._found, Forecast):
                path = self._found.path
                self._soon_ppm = max(point.ppm for point in path if point.minutes <= SOON_MIN)
            else:
                estimate, skill, _ = self._found
                self._soon_ppm = most_ppm(estimate, skill, SOON_MIN)
        return self._soon_ppm


def left_min(meeting: Meeting | None, at_s: float) -> float:
    """Minutes until the meeting ends, at most as far as is looked ahead."""
    if meeting is None:
        return HORIZON_MIN
    return min((meeting.end.timestamp() - at_s) / 60.0, HORIZON_MIN)
