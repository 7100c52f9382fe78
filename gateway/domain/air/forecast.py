"""The CO2 of the next hours, if people and windows stay as they are, and when it comes to a limit.

Every sigma point of an estimate is run forward in closed form. What is told begins at what the
sensor shows and adds the model's increment, of which the first quarter of an hour takes the share
that the room's own forecasts have earned (``skill``): on recorded rooms that was nearer the truth
than the model's absolute value. From there the share grows to all of it at half an hour, since in
the long run only the balance of people and flow counts.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from gateway.domain.air.generation import generation_of
from gateway.domain.air.mass_balance import LITRES, PPM
from gateway.domain.air.room_estimate import Z90, Range, RoomEstimate
from gateway.domain.air.skill import (
    AHEAD_S,
    MOST_TREND,
    Skill,
    recent_trend,
)

MINUTES = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 90, 105, 120)
"""What is computed; between these it is read off straight lines."""
TOLD_MINUTES = (0, 5, 10, 15, 20, 30, 40, 60, 90)
"""Of these points, as far as they lie within it, and its end a forecast is told."""
HORIZON_MIN = 120.0
"""Further ahead nobody knows who will be in."""
WANDER_PER_ROOT_H = 0.3
"""How a flow strays, standard deviation of its logarithm in an hour: found with a trial
estimator."""
USUAL_LPS = round(generation_of(None).median, 3)
"""Of CO2, by a person who came or went, to the ml/s: how much of that is told is learned
(``skill``)."""
SENSOR_SD_PPM = 15.0
"""What a single reading strays by itself, which is the band's width at its beginning."""
LOWERED, LIFTED = 0.3, 0.2
"""By how much of half the band the path is told lower within a quarter of an hour, and higher
beyond. Tuned on the simulated days of bench/air, so that of ten announcements nine come
(docs/air-score.md)."""
_LIFTED_FROM_MIN, _LIFTED_WHOLE_AT_MIN = 15.0, 25.0
"""The one gives way to the other between these minutes."""
_SHARE_GROWS_FROM_MIN, _SHARE_WHOLE_AT_MIN = 15.0, 30.0
"""What was earned over a quarter of an hour counts up to the first, the model alone from the
second."""
_LEAST_PPM = 300.0
"""No band reaches lower: no air has less."""
_ROUNDED_PPM = 0.01
"""More than what sums in another order differ by."""
_LEAST_RATE = 1e-7  # a second: a room so tight that nothing fades within the horizon


class Point(NamedTuple):
    """The CO2 so many minutes on, within its 90 % band."""

    minutes: float
    ppm: float
    low_ppm: float
    high_ppm: float


class Forecast(NamedTuple):
    """``path`` begins at zero minutes. ``ahead_ppm`` is the model's own for 15 minutes on,
    ``ahead_spread_ppm`` half its band and ``people_ppm`` what those who are in give off until then,
    all for ``skill.issued``.
    """

    at_s: float
    path: tuple[Point, ...]
    ahead_ppm: float
    ahead_spread_ppm: float
    people_ppm: float


class Ahead(NamedTuple):
    """The same of a quarter of an hour on, without the path."""

    ppm: float
    spread_ppm: float
    people_ppm: float


def ahead(estimate: RoomEstimate) -> Ahead:
    """What ``forecast`` says of a quarter of an hour on, for less work."""
    (rise,), (sd,) = _increments(estimate, [AHEAD_S / 60.0])
    spread_ppm = Z90 * math.hypot(sd, SENSOR_SD_PPM)
    return Ahead(estimate.shown_ppm + rise, spread_ppm, _people_ppm(estimate))


def most_ppm(estimate: RoomEstimate, skill: Skill, minutes: float) -> float:
    """What no point of the path's next ``minutes`` lies above, for little work: as if the model earned
    all of its rise, and who came and the trend as much as they ever can.
    """
    volume_l = LITRES * estimate.volume_m3
    rise_ppm = 0.0
    for weight, flow_lps, co2_ppm, outdoor_ppm, people, generation_lps in estimate.sigma_points:
        rate = max(flow_lps / volume_l, _LEAST_RATE)
        over = PPM * people * generation_lps / (rate * volume_l)
        to_go = outdoor_ppm + over - co2_ppm
        if to_go > 0.0:  # it goes no further than that, and no faster than at first
            rise_ppm += weight * to_go * min(60.0 * rate * minutes, 1.0)
    trend_ppm, coming_ppm = recent_trend(
        skill, estimate.at_s, estimate.shown_ppm, _people_ppm(estimate)
    )
    goes_on_ppm = MOST_TREND * max(trend_ppm, 0.0) + max(coming_ppm, 0.0)
    return estimate.shown_ppm + rise_ppm + goes_on_ppm + _ROUNDED_PPM


def forecast(
    estimate: RoomEstimate,
    skill: Skill,
    until_min: float = HORIZON_MIN,
    computed: Sequence[int] = MINUTES,
) -> Forecast:
    """From the moment of ``estimate`` up to ``until_min``, at least 15 minutes and at most two
    hours. Each point is the same whichever others are ``computed``; that of 15 minutes always is.
    """
    shown_ppm = estimate.shown_ppm
    until_min = min(max(until_min, 15.0), HORIZON_MIN)
    minutes = [float(m) for m in computed if m < until_min] + [until_min]
    rise, sd = _increments(estimate, minutes)
    least_ppm = min(estimate.outdoor_ppm.low, shown_ppm)
    people_ppm = _people_ppm(estimate)
    earned, recent = skill.shares, recent_trend(skill, estimate.at_s, shown_ppm, people_ppm)
    goes_on_ppm = earned.trend * recent.trend_ppm + earned.coming * recent.coming_ppm
    path = []
    for m, up, spread in zip(minutes, rise, sd, strict=True):
        half = skill.width * Z90 * math.hypot(spread, SENSOR_SD_PPM)
        ppm = max(shown_ppm + _blended(earned.model, m, up, goes_on_ppm), least_ppm)
        path.append(Point(m, ppm, max(ppm - half, min(ppm, _LEAST_PPM)), ppm + half))
    i = minutes.index(15.0)
    spread_ppm = Z90 * math.hypot(sd[i], SENSOR_SD_PPM)
    return Forecast(estimate.at_s, tuple(path), shown_ppm + rise[i], spread_ppm, people_ppm)


def at_minute(path: Sequence[Point], minutes: float) -> Point:
    """The forecast at a moment within the path, straight between its points; its end beyond
    that.
    """
    i = bisect_left(path, minutes, key=lambda point: point.minutes)
    if i >= len(path):
        return path[-1]
    if i == 0 or path[i].minutes == minutes:
        return path[i]
    a, b = path[i - 1], path[i]
    x = (minutes - a.minutes) / (b.minutes - a.minutes)
    return Point(
        minutes,
        a.ppm + x * (b.ppm - a.ppm),
        a.low_ppm + x * (b.low_ppm - a.low_ppm),
        a.high_ppm + x * (b.high_ppm - a.high_ppm),
    )


def minutes_to(path: Sequence[Point], limit_ppm: float) -> Range | None:
    """When the forecast comes over the limit: 0 where it is over it now, None where it stays below.
    ``low`` is when the upper edge of the band does, ``high`` (infinite where it never does) when
    the lower edge does. What is announced for the next quarter of an hour should come: it is named
    from somewhat below the middle of the band. What lies further off is named early rather than
    late, from above the middle, since a flow is estimated too high for longer than too low.
    """
    if path[0].ppm > limit_ppm:
        return Range(0.0, 0.0, 0.0)
    minutes = [point.minutes for point in path]
    if math.isinf(_first_over(minutes, [point.ppm for point in path], limit_ppm)):
        return None
    found = _first_over(minutes, [_cautious(point) for point in path], limit_ppm)
    if math.isinf(found):
        return None
    early = _first_over(minutes, [point.high_ppm for point in path], limit_ppm)
    late = _first_over(minutes, [point.low_ppm for point in path], limit_ppm)
    return Range(found, min(early, found), max(late, found))


def _cautious(point: Point) -> float:
    further = (point.minutes - _LIFTED_FROM_MIN) / (_LIFTED_WHOLE_AT_MIN - _LIFTED_FROM_MIN)
    share = (LOWERED + LIFTED) * min(max(further, 0.0), 1.0) - LOWERED
    return point.ppm + share * (point.high_ppm - point.ppm)


def _first_over(minutes: Sequence[float], ppm: Sequence[float], limit_ppm: float) -> float:
    if ppm[0] > limit_ppm:
        return 0.0
    for i in range(1, len(ppm)):
        if ppm[i] > limit_ppm:
            part = (limit_ppm - ppm[i - 1]) / (ppm[i] - ppm[i - 1])
            return minutes[i - 1] + part * (minutes[i] - minutes[i - 1])
    return math.inf


def _blended(model: float, minutes: float, rise_ppm: float, goes_on_ppm: float) -> float:
    """Of what the model says and of what goes on as much as they earned over a quarter of an hour;
    from there on more of the model and less of the rest.
    """
    if minutes <= _SHARE_GROWS_FROM_MIN:
        return model * rise_ppm + goes_on_ppm * minutes / _SHARE_GROWS_FROM_MIN
    left = max(_SHARE_WHOLE_AT_MIN - minutes, 0.0) / (_SHARE_WHOLE_AT_MIN - _SHARE_GROWS_FROM_MIN)
    return (1.0 - (1.0 - model) * left) * rise_ppm + goes_on_ppm * left


def _people_ppm(estimate: RoomEstimate) -> float:
    people = sum(point.weight * point.people for point in estimate.sigma_points)
    return PPM / LITRES * AHEAD_S * USUAL_LPS * people / estimate.volume_m3


def _increments(
    estimate: RoomEstimate, minutes: Sequence[float]
) -> tuple[list[float], list[float]]:
    """The rise of the CO2 over what it is now at each of those minutes: its mean over the sigma
    points and the standard deviation, with what flows will stray.
    """
    volume_l = LITRES * estimate.volume_m3
    exp, sqrt = math.exp, math.sqrt
    # Of points that share a flow the same share of the way is gone: summed, they are one.
    by_flow: dict[float, tuple[float, float, float]] = {}
    for weight, flow_lps, co2_ppm, outdoor_ppm, people, generation_lps in estimate.sigma_points:
        rate = max(flow_lps / volume_l, _LEAST_RATE)
        over = PPM * people * generation_lps / (rate * volume_l)  # at rest, over outdoor
        to_go = outdoor_ppm + over - co2_ppm
        a, b, c = by_flow.get(rate, (0.0, 0.0, 0.0))
        by_flow[rate] = a + weight * to_go, b + weight * to_go * to_go, c + weight * over
    flows = [(-60.0 * rate, *sums) for rate, sums in by_flow.items()]
    rise, spread = [], []
    for m in minutes:
        mean_ppm = second_ppm2 = stray_ppm = 0.0
        for per_min, to_go, squared, over in flows:
            gone = 1.0 - exp(per_min * m)
            mean_ppm += to_go * gone
            second_ppm2 += squared * gone * gone
            stray_ppm += over * gone
        # Of a random walk of the logarithm the mean over the time has a third of its end's variance.
        strayed = WANDER_PER_ROOT_H * sqrt(m / 180.0) * stray_ppm
        variance = max(second_ppm2 - mean_ppm**2, 0.0) + strayed * strayed
        rise.append(mean_ppm)
        spread.append(sqrt(variance))
    return rise, spread
