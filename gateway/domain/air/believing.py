"""What a track believes, as figures with their intervals and as hypotheses to run forward."""

from collections.abc import Sequence
from math import erf, exp, log, sqrt

from gateway.domain.air.belief import AirRoom, Belief, Hypothesis, Range
from gateway.domain.air.stories import Story, weights
from gateway.domain.air.track import Track, ahead

Z90 = 1.645
KNOWN_WITHIN = log(9.0)
"""Of a flow whose 90 % interval reaches over more than this factor nothing is said."""
SURE = 0.98
SOMEBODY = 0.5
ROOT2 = sqrt(2.0)
ROOT3 = sqrt(3.0)
LIGHT = 0.03


def belief(track: Track, room: AirRoom, at_s: float) -> Belief | None:
    """As of ``at_s``; None before the first reading."""
    if not track.stories:
        return None
    stories = ahead(track, room, at_s)
    share = weights(stories)
    flow = _told(share, [f.q for f in stories], [f.qq for f in stories])
    each_mean, each_var, here = [], [], []
    for f in stories:
        people = max(track.count + f.e, SOMEBODY)
        here.append(max(track.count + f.e, 0.0))
        each_mean.append(f.q - log(people))
        each_var.append(max(f.qq - 2.0 * f.qe / people + f.ee / (people * people), 1e-4))
    each = _told(share, each_mean, each_var)
    crowd = _plain(share, here, [f.ee for f in stories], 0.0)
    some = crowd.value >= SOMEBODY
    return Belief(
        max(at_s, track.at_s),
        room.volume_m3,
        sum(w * f.c for w, f in zip(share, stories, strict=True)),
        sum(w * f.s for w, f in zip(share, stories, strict=True)),
        _plain(share, [f.b for f in stories], [f.bb for f in stories], 300.0),
        flow,
        each if some else None,
        crowd,
        tuple(_hypotheses(share, stories, track.count)),
    )


def _told(share: Sequence[float], mean: Sequence[float], var: Sequence[float]) -> Range | None:
    """Of a quantity whose logarithm is a mixture of normal ones: its median and 90 % interval."""
    sd = [sqrt(max(v, 1e-6)) for v in var]
    if share[0] > SURE:
        middle, low, high = mean[0], mean[0] - Z90 * sd[0], mean[0] + Z90 * sd[0]
    else:
        middle, low, high = (_quantile(q, share, mean, sd) for q in (0.5, 0.05, 0.95))
    if high - low > KNOWN_WITHIN:
        return None
    return Range(exp(middle), exp(low), exp(high))


def _quantile(
    q: float, share: Sequence[float], mean: Sequence[float], sd: Sequence[float]
) -> float:
    low = min(m - 3.0 * s for m, s in zip(mean, sd, strict=True))
    high = max(m + 3.0 * s for m, s in zip(mean, sd, strict=True))
    wanted = 2.0 * q - 1.0
    for _ in range(10):
        at = 0.5 * (low + high)
        below = 0.0
        for w, m, s in zip(share, mean, sd, strict=True):
            below += w * erf((at - m) / (ROOT2 * s))
        if below < wanted:
            low = at
        else:
            high = at
    return 0.5 * (low + high)


def _mixed(
    share: Sequence[float], mean: Sequence[float], var: Sequence[float]
) -> tuple[float, float]:
    """Mean and standard deviation of the mixture."""
    middle = sum(w * m for w, m in zip(share, mean, strict=True))
    second = sum(
        w * (max(v, 0.0) + (m - middle) ** 2) for w, m, v in zip(share, mean, var, strict=True)
    )
    return middle, sqrt(second)


def _plain(
    share: Sequence[float], mean: Sequence[float], var: Sequence[float], least: float
) -> Range:
    middle, sd = _mixed(share, mean, var)
    value = max(middle, least)
    return Range(value, max(middle - Z90 * sd, least), max(middle + Z90 * sd, value))


def _hypotheses(share: Sequence[float], stories: Sequence[Story], count: float) -> list[Hypothesis]:
    """Of each story that weighs anything its middle and, to both sides, what the flow and what people
    give off may be: three points of equal mean and variance along each.
    """
    heavy = [(w, f) for w, f in zip(share, stories, strict=True) if w >= LIGHT]
    total = sum(w for w, _ in heavy)
    found = []
    for weight, f in heavy:
        w = weight / total
        people = max(count + f.e, 0.0)
        sd_q = sqrt(max(f.qq, 1e-6))
        each_b, each_g, each_e = f.qb / sd_q, f.qg / sd_q, f.qe / sd_q
        sd_g = sqrt(max(f.gg - each_g**2, 0.0) + max(f.ee - each_e**2, 0.0) / max(people, 1.0) ** 2)
        found.append(Hypothesis(w / 3.0, exp(f.q), f.c, f.b, people, exp(f.g)))
        for side in (-ROOT3, ROOT3):
            found.append(
                Hypothesis(
                    w / 6.0, exp(f.q + side * sd_q), f.c, f.b + side * each_b,
                    max(people + side * each_e, 0.0), exp(f.g + side * each_g),
                )
            )  # fmt: skip
            found.append(
                Hypothesis(w / 6.0, exp(f.q), f.c, f.b, people, exp(f.g + side * min(sd_g, 0.6)))
            )
    return found
