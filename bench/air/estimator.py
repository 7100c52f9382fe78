"""What is judged: an estimator of the gateway, found by its module's name, and beside it two
formulas from the literature. Each follows one day.
"""

from collections import deque
from importlib import import_module
from math import isfinite
from typing import Any, NamedTuple, Protocol

from bench.air.attendance import GROUP_LOG_SD, GROUP_LPS, Counter
from gateway.domain.air.flow_history import TYPICAL
from gateway.domain.air.mass_balance import LITRES, PPM, flow_of
from gateway.domain.air.room_estimate import AirRoom, Prior, Range, RoomEstimate
from gateway.domain.policy import TYPICAL_OUTDOOR_PPM

GROUP = Prior(GROUP_LPS, GROUP_LOG_SD)
DEFAULT = "gateway.domain.air.track"
MIXTURE = "gateway.domain.air.mixture"
"""What tells the estimate of a track whose module does not do so itself."""
DEVICE = "co2"


class Estimate(NamedTuple):
    """None where nothing is said."""

    flow_lps: Range | None
    each_lps: Range | None
    people: float | None = None


NOTHING = Estimate(None, None)


class Follower(Protocol):
    """Is told a room's day in the order of time."""

    def add_reading(self, at_s: float, co2_ppm: float) -> None: ...
    def add_count(self, at_s: float, count: int | None, counter: Counter) -> None: ...
    def new_group(self, at_s: float) -> None: ...
    def estimate(self, at_s: float) -> Estimate: ...


def usual_room(told_m3: float) -> AirRoom:
    """As a room of which only the volume is known."""
    return AirRoom(told_m3, Prior(flow_of(told_m3, TYPICAL.median), TYPICAL.log_sd))


class OfGateway:
    """An estimator of the gateway; ``track`` and ``room`` are open to whoever wants more of it."""

    def __init__(self, module: str, room: AirRoom, begin_s: float) -> None:
        self.module: Any = import_module(module)
        self.room = room
        tells = self.module if hasattr(self.module, "estimate") else import_module(MIXTURE)
        self._estimate: Any = tells.estimate
        self.track: Any = self.module.begin(begin_s)

    def add_reading(self, at_s: float, co2_ppm: float) -> None:
        self.track = self.module.after_reading(self.track, self.room, at_s, DEVICE, co2_ppm)

    def add_count(self, at_s: float, count: int | None, counter: Counter) -> None:
        source = "doors" if counter == "doors" else "seen"
        self.track = self.module.after_count(self.track, self.room, at_s, count, source)

    def new_group(self, at_s: float) -> None:
        self.track = self.module.after_new_group(self.track, self.room, at_s, GROUP)

    def add_movement(self, at_s: float) -> None:
        self.track = self.module.after_movement(self.track, self.room, at_s)

    def add_stillness(self, since_s: float) -> None:
        """Nobody moves since then, or since before."""
        self.track = self.module.stilled(self.track, self.track.still_s or since_s)

    def room_estimate(self, at_s: float) -> RoomEstimate | None:
        found: RoomEstimate | None = self._estimate(self.track, self.room, at_s)
        return found

    def estimate(self, at_s: float) -> Estimate:
        now = self.room_estimate(at_s)
        if now is None:
            return NOTHING
        people = None if now.people is None else now.people.value
        return Estimate(now.flow_lps, now.per_person_lps, people)


class Formula:
    """What both formulas keep: the readings and counts of the last minutes, ``over_s`` long."""

    over_s = 300.0
    at_least = 2

    def __init__(self, room: AirRoom) -> None:
        self._volume_l = LITRES * room.volume_m3
        self._readings: deque[tuple[float, float, int]] = deque()
        self._count = 0

    def add_reading(self, at_s: float, co2_ppm: float) -> None:
        self._readings.append((at_s, co2_ppm, self._count))

    def add_count(self, at_s: float, count: int | None, counter: Counter) -> None:
        del at_s, counter
        self._count = count or 0

    def new_group(self, at_s: float) -> None:
        pass

    def _recent(self, at_s: float) -> list[tuple[float, float, int]]:
        """Also older ones where there would be too few."""
        while len(self._readings) > self.at_least and self._readings[0][0] < at_s - self.over_s:
            self._readings.popleft()
        return list(self._readings)


class SteadyState(Formula):
    """Q / N = G / (C - C_out), as if the room were at rest."""

    def estimate(self, at_s: float) -> Estimate:
        recent = self._recent(at_s)
        if not recent:
            return NOTHING
        over_ppm = sum(ppm for _, ppm, _ in recent) / len(recent) - TYPICAL_OUTDOOR_PPM
        return _said(PPM * GROUP.median / over_ppm if over_ppm > 0 else None, self._count)


class Transient(Formula):
    """Q = (N G - V dC/dt) / (C - C_out), the slope from the line through ten minutes or six
    readings, whichever is longer.
    """

    over_s = 600.0
    at_least = 6

    def estimate(self, at_s: float) -> Estimate:
        recent = self._recent(at_s)
        if len(recent) < 2 or not self._count:
            return NOTHING
        n = len(recent)
        mean_s = sum(s for s, _, _ in recent) / n
        mean_ppm = sum(ppm for _, ppm, _ in recent) / n
        people = sum(count for _, _, count in recent) / n
        square = sum((s - mean_s) ** 2 for s, _, _ in recent)
        slope = sum((s - mean_s) * (ppm - mean_ppm) for s, ppm, _ in recent) / square
        over_ppm = mean_ppm - TYPICAL_OUTDOOR_PPM
        if over_ppm <= 0 or not people:
            return NOTHING
        flow_lps = (PPM * people * GROUP.median - self._volume_l * slope) / over_ppm
        return _said(max(flow_lps, 0.0) / people, self._count)


def _said(each_lps: float | None, people: int) -> Estimate:
    if each_lps is None or not isfinite(each_lps):
        return NOTHING
    flow_lps = each_lps * people
    return Estimate(
        Range(flow_lps, flow_lps, flow_lps), Range(each_lps, each_lps, each_lps), float(people)
    )
