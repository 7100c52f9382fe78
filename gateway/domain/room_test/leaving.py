"""From when on a curve falls: whoever begins a test may leave a little later."""

from collections.abc import Sequence
from math import log, sqrt
from typing import Final

from gateway.domain.room_test.fit import (
    FEWEST,
    LAG_S,
    SETTLES_LAGS,
    Outdoor,
    Sample,
    first_rate,
    fit,
    noise_of,
    spans_of,
)

LATEST_S: Final = 720.0
"""So long after the begin the last may have left, and the sensor have settled."""
LEAVING_LOOKS: Final = 4


def falls_from_s(samples: Sequence[Sample], outdoor: Outdoor, lag_s: float = LAG_S) -> float:
    """From when on the curve is the decay's: ``SETTLES_LAGS`` lags after the begin, or after the last have
    left where that was later. That is where the decay, drawn back, comes to the level of the beginning, one
    lag after they left.
    """
    from_s = SETTLES_LAGS * lag_s
    first = [s.ppm for s in samples if s.at_s <= lag_s]
    if not first:
        return from_s
    over_ppm = sum(first) / len(first) - outdoor.ppm
    for _ in range(LEAVING_LOOKS):
        means = spans_of([s for s in samples if s.at_s >= from_s])
        if len(means) < FEWEST or over_ppm <= 0.0:
            break
        hours, ppm = [mean.at_s / 3600.0 for mean in means], [mean.ppm for mean in means]
        rate = first_rate(hours, ppm, outdoor)
        fitted = fit(hours, ppm, noise_of(hours, ppm, rate), outdoor)
        if fitted is None or min(fitted.decay.air_changes_per_h, fitted.decay.excess_ppm) <= 0.05:
            break
        rate = fitted.decay.air_changes_per_h
        crossing_s = 3600.0 * log(fitted.decay.excess_ppm / over_ppm) / rate
        later_s = min(crossing_s + (SETTLES_LAGS - 1.0) * lag_s, LATEST_S)
        falls_ppm_per_s = over_ppm * rate / 3600.0
        is_later = later_s >= from_s + lag_s / 2.0
        if not is_later or not _is_level(samples, crossing_s - lag_s, falls_ppm_per_s):
            break
        from_s = later_s
    return from_s


def _is_level(samples: Sequence[Sample], until_s: float, falls_ppm_per_s: float) -> bool:
    """Whether the curve surely does not fall by then as it does later."""
    before = [s for s in samples if s.at_s <= until_s]
    if len(before) < 4:
        return False
    middle = sum(s.at_s for s in before) / len(before)
    mean = sum(s.ppm for s in before) / len(before)
    spread = max(sum((s.at_s - middle) ** 2 for s in before), 1e-9)
    slope = sum((s.at_s - middle) * (s.ppm - mean) for s in before) / spread
    own = sum((s.ppm - mean - slope * (s.at_s - middle)) ** 2 for s in before) / (len(before) - 2)
    return -slope + 2.0 * sqrt(own / spread) < 0.3 * falls_ppm_per_s
