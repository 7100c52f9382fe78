"""What is judged: an estimator of the gateway, found by its module's name, and beside it two formulas
from the literature. Each follows one day.
"""

from collections import deque
from importlib import import_module
from math import isfinite
from typing import Any, NamedTuple, Protocol

from bench.air.attendance import GROUP_LOG_SD, GROUP_LPS, Counter
from gateway.domain.air.room_estimate import AirRoom, Prior, Range, RoomEstimate

GROUP = Prior(GROUP_LPS, GROUP_LOG_SD)
DEFAULT = "gateway.domain.air.track"
BELIEVING = "gateway.domain.air.mixture"
DEVICE = "co2"
OUTDOOR_PPM = 430.0


class Estimate(NamedTuple):
    """None where nothing is said."""

    flow_lps: Range | None
    each_lps: Range | None
    people: float | None = None


NOTHING = Estimate(None, None)


class Follower(Protocol):
    """Hears a room's day in the order of time."""

    def heard_air(self, at_s: float, co2_ppm: float) -> None: ...
    def heard_people(self, at_s: float, count: int | None, counter: Counter) -> None: ...
    def group(self, at_s: float, expected: int | None) -> None: ...
    def estimate(self, at_s: float) -> Estimate: ...


def usual_room(told_m3: float) -> AirRoom:
    """As a room of which only the volume is known."""
    return AirRoom(told_m3, Prior(told_m3 * 1.55 / 3.6, 0.95))


class OfGateway:
    """An estimator of the gateway; ``track`` and ``room`` are open to whoever wants more of it."""

    def __init__(self, module: str, room: AirRoom, begin_s: float) -> None:
        self.module: Any = import_module(module)
        self.room = room
        if not hasattr(self.module, "belief"):
            self._belief: Any = import_module(BELIEVING).belief
        else:
            self._belief = self.module.belief
        self.track: Any = self.module.begin(begin_s)

    def heard_air(self, at_s: float, co2_ppm: float) -> None:
        self.track = self.module.heard_air(self.track, self.room, at_s, DEVICE, co2_ppm)

    def heard_people(self, at_s: float, count: int | None, counter: Counter) -> None:
        sort = "doors" if counter == "doors" else "seen"
        self.track = self.module.heard_people(self.track, self.room, at_s, count, sort)

    def group(self, at_s: float, expected: int | None) -> None:
        self.track = self.module.group(self.track, self.room, at_s, GROUP, expected or None)

    def belief(self, at_s: float) -> RoomEstimate | None:
        found: RoomEstimate | None = self._belief(self.track, self.room, at_s)
        return found

    def estimate(self, at_s: float) -> Estimate:
        now = self.belief(at_s)
        if now is None:
            return NOTHING
        people = None if now.people is None else now.people.value
        return Estimate(now.flow_lps, now.per_person_lps, people)


class Formula:
    """What both formulas keep: the readings and counts of the last minutes, ``over_s`` long."""

    over_s = 300.0
    at_least = 2

    def __init__(self, room: AirRoom) -> None:
        self._volume_l = 1e3 * room.volume_m3
        self._readings: deque[tuple[float, float, int]] = deque()
        self._count = 0

    def heard_air(self, at_s: float, co2_ppm: float) -> None:
        self._readings.append((at_s, co2_ppm, self._count))

    def heard_people(self, at_s: float, count: int | None, counter: Counter) -> None:
        del at_s, counter
        self._count = count or 0

    def group(self, at_s: float, expected: int | None) -> None:
        pass

    def _lately(self, at_s: float) -> list[tuple[float, float, int]]:
        """Also older ones where there would be too few."""
        while len(self._readings) > self.at_least and self._readings[0][0] < at_s - self.over_s:
            self._readings.popleft()
        return list(self._readings)


class SteadyState(Formula):
    """Q / N = G / (C - C_out), as if the room were at rest."""

    def estimate(self, at_s: float) -> Estimate:
        lately = self._lately(at_s)
        if not lately:
            return NOTHING
        over_ppm = sum(ppm for _, ppm, _ in lately) / len(lately) - OUTDOOR_PPM
        return _said(1e6 * GROUP.median / over_ppm if over_ppm > 0 else None, self._count)


class Transient(Formula):
    """Q = (N G - V dC/dt) / (C - C_out), the slope from the line through ten minutes or six
    readings, whichever is longer.
    """

    over_s = 600.0
    at_least = 6

    def estimate(self, at_s: float) -> Estimate:
        lately = self._lately(at_s)
        if len(lately) < 2 or not self._count:
            return NOTHING
        n = len(lately)
        mean_s = sum(s for s, _, _ in lately) / n
        mean_ppm = sum(ppm for _, ppm, _ in lately) / n
        people = sum(count for _, _, count in lately) / n
        square = sum((s - mean_s) ** 2 for s, _, _ in lately)
        slope = sum((s - mean_s) * (ppm - mean_ppm) for s, ppm, _ in lately) / square
        over_ppm = mean_ppm - OUTDOOR_PPM
        if over_ppm <= 0 or not people:
            return NOTHING
        flow_lps = (1e6 * people * GROUP.median - self._volume_l * slope) / over_ppm
        return _said(max(flow_lps, 0.0) / people, self._count)


def _said(each_lps: float | None, people: int) -> Estimate:
    if each_lps is None or not isfinite(each_lps):
        return NOTHING
    flow_lps = each_lps * people
    return Estimate(
        Range(flow_lps, flow_lps, flow_lps), Range(each_lps, each_lps, each_lps), float(people)
    )
