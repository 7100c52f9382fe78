"""A quarter of an hour ahead: what is told and what the model alone says, beside what came."""

from typing import NamedTuple

from bench.air.estimator import OfGateway
from gateway.domain.air.forecast import Forecast, at_minute, forecast
from gateway.domain.air.room_estimate import AirRoom, RoomEstimate
from gateway.domain.air.skill import Skill, is_due, issued, scored

LOOK_EVERY_S = 30.0
HORIZON_MIN = 120.0
AHEAD_MIN = 15.0


class Said(NamedTuple):
    """Of a quarter of an hour after ``at_s``: what is told with its band, the model's own, and what
    the sensor showed then, which stays in persistence, and how far that is over outdoors.
    """

    at_s: float
    told_ppm: float
    low_ppm: float
    high_ppm: float
    model_ppm: float
    last_ppm: float
    people: float
    over_ppm: float


class Foreteller(OfGateway):
    """An estimator with its forecast and what that has earned so far, as the gateway keeps them."""

    def __init__(self, module: str, room: AirRoom, begin_s: float) -> None:
        super().__init__(module, room, begin_s)
        self.skill = Skill()
        self.last_ppm = 0.0
        self._looked_s = begin_s - LOOK_EVERY_S

    def add_reading(self, at_s: float, co2_ppm: float) -> None:
        super().add_reading(at_s, co2_ppm)
        self.last_ppm = co2_ppm
        if at_s - self._looked_s < LOOK_EVERY_S:
            return
        self._looked_s = at_s
        now = self.room_estimate(at_s)
        if now is None:
            return
        self.skill = scored(self.skill, at_s, co2_ppm, occupied=_people(now) >= 0.5)
        if is_due(self.skill, at_s):
            said = forecast(now, self.skill, AHEAD_MIN)
            self.skill = issued(
                self.skill, at_s, said.ahead_ppm, now.shown_ppm, said.ahead_spread_ppm,
                said.people_ppm,
            )  # fmt: skip

    def forecast(self, at_s: float, until_min: float = HORIZON_MIN) -> Forecast | None:
        now = self.room_estimate(at_s)
        return None if now is None else forecast(now, self.skill, until_min)

    def said(self, at_s: float) -> Said | None:
        now = self.room_estimate(at_s)
        if now is None:
            return None
        found = forecast(now, self.skill, AHEAD_MIN)
        point = at_minute(found.path, AHEAD_MIN)
        return Said(
            at_s,
            point.ppm,
            point.low_ppm,
            point.high_ppm,
            found.ahead_ppm,
            self.last_ppm,
            _people(now),
            self.last_ppm - now.outdoor_ppm.value,
        )


def _people(now: RoomEstimate) -> float:
    return 0.0 if now.people is None else now.people.value
