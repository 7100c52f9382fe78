"""What a remedy would do to the air of a room: other windows, fewer people, a break.

Each hypothesis of a belief is run forward in closed form with what the remedy changes. A hypothesis that
knows more than its flow (the group's generation, how many are in) keeps it.
"""

import math
from collections.abc import Callable

from gateway.domain.air.mass_balance import ppm_after, seconds_to
from gateway.domain.air.room_estimate import Hypothesis, Prior, RoomEstimate

SURE_SD = 0.8416
"""So many standard deviations below the middle, 80 % of a normal distribution is above."""
_MANY = 1e4

Flow = Callable[[Hypothesis], float]
"""The flow of a hypothesis, litres a second, with a remedy."""


def as_is(hypothesis: Hypothesis) -> float:
    return hypothesis.flow_lps


def at_least(flow_lps: float) -> Flow:
    """With the windows opened: never less than now."""
    return lambda hypothesis: max(hypothesis.flow_lps, flow_lps)


def exactly(flow_lps: float) -> Flow:
    """With the windows closed."""
    return lambda _: flow_lps


def surely(prior: Prior) -> float:
    """What a quantity exceeds with 80 %."""
    return prior.median * math.exp(-SURE_SD * prior.log_sd)


def ppm_in(belief: RoomEstimate, minutes: float, flow: Flow, *, nobody: bool = False) -> float:
    """The CO2 to expect: the mean over the hypotheses."""
    return sum(
        h.weight
        * ppm_after(
            belief.volume_m3,
            flow(h),
            h.outdoor_ppm,
            0.0 if nobody else h.people * h.generation_lps,
            h.co2_ppm,
            60.0 * minutes,
        )
        for h in belief.hypotheses
    )


def minutes_to(belief: RoomEstimate, limit_ppm: float, flow: Flow) -> float:
    """When the likeliest hypothesis comes to the limit; infinite where it never does."""
    h = max(belief.hypotheses, key=lambda hypothesis: hypothesis.weight)
    source_lps = h.people * h.generation_lps
    seconds = seconds_to(limit_ppm, belief.volume_m3, flow(h), h.outdoor_ppm, source_lps, h.co2_ppm)
    return seconds / 60.0


def carries(belief: RoomEstimate, limit_ppm: float, minutes: float, flow: Flow) -> float:
    """How many people the room can have so that the CO2 is at most ``limit_ppm`` after ``minutes``,
    with 80 %; in parts of a person, 0 where not even an empty room comes below in time.

    CO2 goes up with the people in a straight line, so that each hypothesis names a number. Between
    hypotheses those numbers are taken for log-normal.
    """
    first = second = 0.0
    for h in belief.hypotheses:
        air = belief.volume_m3, flow(h), h.outdoor_ppm
        empty_ppm = ppm_after(*air, 0.0, h.co2_ppm, 60.0 * minutes)
        each_ppm = ppm_after(*air, h.generation_lps, h.co2_ppm, 60.0 * minutes) - empty_ppm
        if empty_ppm >= limit_ppm:
            return 0.0
        most = (limit_ppm - empty_ppm) / each_ppm if each_ppm > 0 else _MANY
        logarithm = math.log(min(max(most, 0.01), _MANY))
        first += h.weight * logarithm
        second += h.weight * logarithm * logarithm
    sd = math.sqrt(max(second - first * first, 0.0))
    return math.exp(first - SURE_SD * sd)


def supplies(belief: RoomEstimate, flow: Flow) -> float:
    """The flow of the whole room that is exceeded with 80 %, litres a second."""
    logs = [(h.weight, math.log(max(flow(h), 1e-3))) for h in belief.hypotheses]
    first = sum(w * x for w, x in logs)
    sd = math.sqrt(max(sum(w * x * x for w, x in logs) - first * first, 0.0))
    return math.exp(first - SURE_SD * sd)


def ppm_after_break(belief: RoomEstimate, break_min: float, rest_min: float, flow: Flow) -> float:
    """The CO2 to expect when all were out for ``break_min`` and then in again for ``rest_min``."""
    found = 0.0
    for h in belief.hypotheses:
        air = belief.volume_m3, flow(h), h.outdoor_ppm
        back_ppm = ppm_after(*air, 0.0, h.co2_ppm, 60.0 * break_min)
        found += h.weight * ppm_after(*air, h.people * h.generation_lps, back_ppm, 60.0 * rest_min)
    return found
