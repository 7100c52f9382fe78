"""What the air of a room would become if somebody did something: opened windows, sent people out,
took a break.

Each sigma point of an estimate is run forward in closed form with what that changes; all else that
it knows (the group's generation, how many are in) stays.
"""

import math
from collections.abc import Callable

from gateway.domain.air.mass_balance import ppm_after, seconds_to
from gateway.domain.air.room_estimate import Prior, RoomEstimate, SigmaPoint

SURE_SD = 0.8416
"""So many standard deviations below the middle, 80 % of a normal distribution is above."""
_MANY, _FEW = 1e4, 0.01
"""Between these numbers of people their logarithm is taken."""
_LEAST_FLOW_LPS = 1e-3
"""No room is tighter: it keeps the logarithm of a flow finite."""

Flow = Callable[[SigmaPoint], float]
"""The flow of a sigma point, litres a second, if that is done."""


def as_is(point: SigmaPoint) -> float:
    return point.flow_lps


def at_least(flow_lps: float) -> Flow:
    """With the windows opened: never less than now."""
    return lambda point: max(point.flow_lps, flow_lps)


def exactly(flow_lps: float) -> Flow:
    """With the windows closed."""
    return lambda _: flow_lps


def surely(prior: Prior) -> float:
    """What a quantity exceeds with 80 %."""
    return prior.median * math.exp(-SURE_SD * prior.log_sd)


def ppm_in(estimate: RoomEstimate, minutes: float, flow: Flow, *, nobody: bool = False) -> float:
    """The CO2 to expect: the mean over the sigma points."""
    return sum(
        point.weight
        * ppm_after(
            estimate.volume_m3,
            flow(point),
            point.outdoor_ppm,
            0.0 if nobody else point.people * point.generation_lps,
            point.co2_ppm,
            60.0 * minutes,
        )
        for point in estimate.sigma_points
    )


def minutes_to(estimate: RoomEstimate, limit_ppm: float, flow: Flow) -> float:
    """When the likeliest sigma point comes to the limit; infinite where it never does."""
    point = max(estimate.sigma_points, key=lambda point: point.weight)
    source_lps = point.people * point.generation_lps
    seconds = seconds_to(
        limit_ppm, estimate.volume_m3, flow(point), point.outdoor_ppm, source_lps, point.co2_ppm
    )
    return seconds / 60.0


def carries(estimate: RoomEstimate, limit_ppm: float, minutes: float, flow: Flow) -> float:
    """How many people the room can have so that the CO2 is at most ``limit_ppm`` after ``minutes``,
    with 80 %; in parts of a person, 0 where not even an empty room comes below in time.

    CO2 goes up with the people in a straight line, so that each sigma point names a number.
    Between them those numbers are taken for log-normal.
    """
    first = second = 0.0
    for point in estimate.sigma_points:
        air = estimate.volume_m3, flow(point), point.outdoor_ppm
        empty_ppm = ppm_after(*air, 0.0, point.co2_ppm, 60.0 * minutes)
        each_ppm = ppm_after(*air, point.generation_lps, point.co2_ppm, 60.0 * minutes) - empty_ppm
        if empty_ppm >= limit_ppm:
            return 0.0
        most = (limit_ppm - empty_ppm) / each_ppm if each_ppm > 0 else _MANY
        logarithm = math.log(min(max(most, _FEW), _MANY))
        first += point.weight * logarithm
        second += point.weight * logarithm * logarithm
    sd = math.sqrt(max(second - first * first, 0.0))
    return math.exp(first - SURE_SD * sd)


def supplies(estimate: RoomEstimate, flow: Flow) -> float:
    """The flow of the whole room that is exceeded with 80 %, litres a second."""
    logs = [
        (point.weight, math.log(max(flow(point), _LEAST_FLOW_LPS)))
        for point in estimate.sigma_points
    ]
    first = sum(w * x for w, x in logs)
    sd = math.sqrt(max(sum(w * x * x for w, x in logs) - first * first, 0.0))
    return math.exp(first - SURE_SD * sd)


def ppm_after_break(estimate: RoomEstimate, break_min: float, rest_min: float, flow: Flow) -> float:
    """The CO2 to expect when all were out for ``break_min`` and then in again for ``rest_min``."""
    found = 0.0
    for point in estimate.sigma_points:
        air = estimate.volume_m3, flow(point), point.outdoor_ppm
        back_ppm = ppm_after(*air, 0.0, point.co2_ppm, 60.0 * break_min)
        found += point.weight * ppm_after(
            *air, point.people * point.generation_lps, back_ppm, 60.0 * rest_min
        )
    return found
