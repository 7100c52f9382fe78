"""What the hypotheses of a track say together: figures with their intervals, and sigma points to
run forward.
"""

from collections.abc import Sequence
from math import erf, exp, inf, log, sqrt

from gateway.domain.air.demand import CAUTION_SD
from gateway.domain.air.hypotheses import SOMEBODY, weights
from gateway.domain.air.kalman_filter import FilterState
from gateway.domain.air.pseudo_measurements import supply_bounds_ppm
from gateway.domain.air.rest import is_near_outdoors
from gateway.domain.air.room_estimate import Z90, AirRoom, Range, RoomEstimate, SigmaPoint
from gateway.domain.air.track import MOVED_S, Track, predicted

# Tuned on the simulated days of bench/air; docs/air-score.md has what was tried.

KNOWN_WITHIN_LOG = 2.0
"""Of a flow whose 90 % interval, if it were normal, reaches over more than this in the logarithm, a
factor of 7.4, nothing is said."""
HALF_AT_MOST = 0.12
"""Nor where it is likelier than this to be less than half of what would be told: a room that seems
fresh and is not does harm."""
HALF_UNCOUNTED = 0.07
"""The same of fresh air for each person where nobody counts: a crowd in a room that is aired slowly rises
as few people do in a fresh one, and was told enough air. Half as much is told for it."""
NARROWED, AT_LEAST_VAR = 0.73, 0.004
"""The filters allow for more than happens as a rule: so much of their standard deviation is told,
and this variance of the logarithm (6 %) more."""
UNSUSPECTED, SUSPICIOUS = 0.04, 8.0
"""A hypothesis beside the likeliest has so much weight from its beginning. What it has more of
speaks for it, and is told times this: that a window was opened should be within the interval before
it is certain."""
YOUNG_VAR, YOUNG_S = 0.16, 600.0
"""What a hypothesis says of a flow that has just jumped is told wider: by this variance of the
logarithm, which fades with the time since."""
NEVER_EMPTY_VAR = 0.018
"""The same where a room is never empty, so that its flow was never seen by itself: as much as leaves the
half-width of 90 % at 1.45 on simulated stays."""
LONG_AGO_S = 5.0 * YOUNG_S
"""After so long nothing is left of that."""
TURNING, APART_LOG = 0.35, 0.5
"""The air is changing while hypotheses with so much of the weight, whose flow jumped in the last
``TURNED_S`` or had not jumped then, lie so far in the logarithm from the likeliest: a figure would be
one of two that are about as likely."""
TURNED_S = 900.0
WIDE_VAR, LOWER = 0.08, 0.3
"""Off by a factor up is off by more than by the same factor down. Where the interval is wide, the
value told is below the middle by so much of the variance."""
SURE = 0.98
"""With so much of the weight the likeliest hypothesis speaks alone."""
NEGLIGIBLE = 0.002
"""A hypothesis with less of the weight is left out of quantiles."""
FEW = 0.34
"""A count is hardly contradicted where the air has fewer than a third of it in."""
LEAST_VAR_Q, LEAST_VAR_EACH = 1e-6, 1e-4
"""Of ln flow and of ln flow per person at the least: they keep the numbers apart from zero."""
BISECTIONS = 9
"""A quantile is found within a 500th of the span from 2.8 standard deviations below to 2.8
above."""
LIGHT = 0.05
"""A hypothesis with less of the weight is not run forward."""
MOST_LOG_SD_G = 0.6
"""What people give off is run forward within this at the most."""
LN2, ROOT2 = log(2.0), sqrt(2.0)
ROOT3 = sqrt(3.0)
"""Three points at the mean (with two thirds of the weight) and this many standard deviations to
both sides (a sixth each) have a normal distribution's moments up to the fifth: Gauss and
Hermite."""


def estimate(track: Track, room: AirRoom, at_s: float) -> RoomEstimate | None:
    """As of ``at_s``; None before the first reading."""
    if not track.hypotheses:
        return None
    hypotheses = predicted(track, room, at_s)
    at_s = max(at_s, track.at_s)
    share = weights(hypotheses)
    lead = max(range(len(share)), key=share.__getitem__)
    changing = _is_changing(share, hypotheses, lead, at_s)
    flow = each = None
    if not changing:
        wider = _widened(hypotheses, at_s, NEVER_EMPTY_VAR if room.is_never_empty else 0.0)
        flow = _log_normal_range(
            share, [f.q for f in hypotheses], [f.qq for f in hypotheses], wider
        )
    each_mean, each_var, here = [], [], []
    is_moving = at_s - track.moved_s < MOVED_S
    for f in hypotheses:
        people = max(track.count + f.e, SOMEBODY)
        somebody = _people_or_nobody(track.count, track.count + f.e, f.ee)
        here.append(max(track.count + f.e, 1.0) if is_moving else somebody)
        each_mean.append(f.q - log(people))
        each_var.append(max(f.qq - 2.0 * f.qe / people + f.ee / (people * people), LEAST_VAR_EACH))
    crowd = _normal_range(share, here, [f.ee for f in hypotheses], 0.0, inf)
    if crowd.value < SOMEBODY:
        flow = None if is_near_outdoors(hypotheses[lead]) else flow
    elif not changing:
        half = HALF_AT_MOST if track.source != "air" else HALF_UNCOUNTED
        caution_sd = CAUTION_SD if room.follows_co2 or room.is_never_empty else 0.0
        each = _log_normal_range(share, each_mean, each_var, wider, half, caution_sd)
    return RoomEstimate(
        at_s,
        room.volume_m3,
        sum(w * f.c for w, f in zip(share, hypotheses, strict=True)),
        sum(w * f.s for w, f in zip(share, hypotheses, strict=True)),
        _normal_range(
            share, [f.b for f in hypotheses], [f.bb for f in hypotheses], *supply_bounds_ppm(room)
        ),
        flow,
        each,
        crowd,
        tuple(_sigma_points(share, hypotheses, track.count)),
        changing,
        room.basis,
    )


def _is_changing(
    share: Sequence[float], hypotheses: Sequence[FilterState], lead: int, at_s: float
) -> bool:
    """Whether the flow has just changed, or has not, which cannot be told yet."""
    likeliest, recent_s = hypotheses[lead], at_s - TURNED_S
    turning = 0.0
    for w, f in zip(share, hypotheses, strict=True):
        if abs(f.q - likeliest.q) > APART_LOG and max(f.jumped_s, likeliest.jumped_s) > recent_s:
            turning += w
    return turning > TURNING


def _widened(hypotheses: Sequence[FilterState], at_s: float, always: float = 0.0) -> list[float]:
    """The variance by which each is told wider."""
    return [
        always + YOUNG_VAR * exp(min(f.jumped_s - at_s, 0.0) / YOUNG_S)
        if at_s - f.jumped_s < LONG_AGO_S
        else always
        for f in hypotheses
    ]


def _people_or_nobody(count: float, people: float, variance: float) -> float:
    """Nobody, where it is nobody as far as the air can tell and the counter hardly contradicts."""
    nobody = people < Z90 * sqrt(max(variance, 0.0)) and (count == 0.0 or people < FEW * count)
    return 0.0 if nobody else max(people, 0.0)


def _log_normal_range(
    share: Sequence[float],
    mean: Sequence[float],
    var: Sequence[float],
    wider: Sequence[float],
    half_at_most: float = HALF_AT_MOST,
    caution_sd: float = 0.0,
) -> Range | None:
    """Of a quantity whose logarithm is a mixture of normal ones: its value, so much below the middle,
    and 90 % interval.
    """
    lead = max(range(len(share)), key=share.__getitem__)
    if 2.0 * Z90 * _mean_and_sd(share, mean, var)[1] > KNOWN_WITHIN_LOG:
        return None
    middle = mean[lead]
    if share[lead] < SURE:
        middle = _quantile(0.5, share, mean, [sqrt(max(v, LEAST_VAR_Q)) for v in var])
    sd = [
        sqrt(NARROWED**2 * max(v, 0.0) + AT_LEAST_VAR + more)
        for v, more in zip(var, wider, strict=True)
    ]
    suspected = [SUSPICIOUS * max(w - UNSUSPECTED, 0.0) for w in share]
    suspected[lead] = share[lead]
    total = sum(suspected)
    if suspected[lead] == total:
        low, high = mean[lead] - Z90 * sd[lead], mean[lead] + Z90 * sd[lead]
    else:
        told = [w / total for w in suspected]
        low, high = (_quantile(q, told, mean, sd) for q in (0.05, 0.95))
    told_sd = (high - low) / (2.0 * Z90)
    middle -= LOWER * max(told_sd**2 - WIDE_VAR, 0.0) + caution_sd * told_sd
    if _probability_below(middle - LN2, share, mean, var) > half_at_most:
        return None
    return Range(exp(middle), exp(min(low, middle)), exp(max(high, middle)))


def _probability_below(
    at: float, share: Sequence[float], mean: Sequence[float], var: Sequence[float]
) -> float:
    """How likely it is that the quantity lies below."""
    below = 0.0
    for w, m, v in zip(share, mean, var, strict=True):
        if w > NEGLIGIBLE:
            below += 0.5 * w * (1.0 + erf((at - m) / (ROOT2 * sqrt(max(v, LEAST_VAR_Q)))))
    return below


def _quantile(
    q: float, share: Sequence[float], mean: Sequence[float], sd: Sequence[float]
) -> float:
    """Where the share ``q`` of the mixture lies below, by bisection."""
    parts = [
        (w, m, 1.0 / (ROOT2 * s)) for w, m, s in zip(share, mean, sd, strict=True) if w > NEGLIGIBLE
    ]
    low = min(m - 2.0 / slope for _, m, slope in parts)
    high = max(m + 2.0 / slope for _, m, slope in parts)
    wanted = (2.0 * q - 1.0) * sum(w for w, _, _ in parts)
    for _ in range(BISECTIONS):
        at = 0.5 * (low + high)
        below = 0.0
        for w, m, slope in parts:
            below += w * erf((at - m) * slope)
        if below < wanted:
            low = at
        else:
            high = at
    return 0.5 * (low + high)


def _mean_and_sd(
    share: Sequence[float], mean: Sequence[float], var: Sequence[float]
) -> tuple[float, float]:
    """Mean and standard deviation of the mixture."""
    middle = second = 0.0
    for w, m in zip(share, mean, strict=True):
        middle += w * m
    for w, m, v in zip(share, mean, var, strict=True):
        off = m - middle
        second += w * (max(v, 0.0) + off * off)
    return middle, sqrt(second)


def _normal_range(
    share: Sequence[float],
    mean: Sequence[float],
    var: Sequence[float],
    least: float,
    most: float,
) -> Range:
    """Of a quantity that is a mixture of normal ones: the same, within bounds."""
    middle, sd = _mean_and_sd(share, mean, var)
    half = Z90 * sd
    return Range(
        min(max(middle, least), most),
        min(max(middle - half, least), most),
        min(max(middle + half, least), most),
    )


def _sigma_points(
    share: Sequence[float], hypotheses: Sequence[FilterState], count: float
) -> list[SigmaPoint]:
    """Of each hypothesis that weighs anything its middle and, to both sides, what the flow and what
    people give off may be: three points of equal mean and variance along each.
    """
    heavy = [(w, f) for w, f in zip(share, hypotheses, strict=True) if w >= LIGHT]
    total = sum(w for w, _ in heavy)
    found = []
    for weight, f in heavy:
        w = weight / total
        people = max(count + f.e, 0.0)
        sd_q = sqrt(max(f.qq, LEAST_VAR_Q))
        each_b, each_g, each_e = f.qb / sd_q, f.qg / sd_q, f.qe / sd_q
        sd_g = sqrt(max(f.gg - each_g**2, 0.0) + max(f.ee - each_e**2, 0.0) / max(people, 1.0) ** 2)
        flow_lps, generation_lps = exp(f.q), exp(f.g)
        found.append(SigmaPoint(w / 3.0, flow_lps, f.c, f.b, people, generation_lps))
        for side in (-ROOT3, ROOT3):
            found.append(
                SigmaPoint(
                    w / 6.0, exp(f.q + side * sd_q), f.c, f.b + side * each_b,
                    max(people + side * each_e, 0.0), exp(f.g + side * each_g),
                )
            )  # fmt: skip
            other_lps = exp(f.g + side * min(sd_g, MOST_LOG_SD_G))
            found.append(SigmaPoint(w / 6.0, flow_lps, f.c, f.b, people, other_lps))
    return found
