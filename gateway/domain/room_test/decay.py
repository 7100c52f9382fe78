"""A curve of CO2 that falls towards outdoor air: how fast, how surely, and whether it is one
exponential at all.

Once nobody is in and the air is mixed, what CO2 is over outdoors falls as exp(-air changes · time)
(tracer gas decay, ISO 12569 and ASTM E741). A sensor that lags by a first order shows the same
exponential some time later, once its own transient is over: so the first ``SETTLES_LAGS`` lags are left
out, and the lag then biases nothing. Outdoor air is known within its standard deviation, which
widens the interval; the noise is taken from what a smooth curve leaves, with the correlation of
each mean with the one before, and the fit is generalised least squares with that (AR(1)).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Final, Literal

from gateway.domain.room_test.fit import (
    FEWEST,
    LAG_S,
    Decay,
    Fit,
    Outdoor,
    Sample,
    first_rate,
    fit,
    noise_of,
    spans_of,
)
from gateway.domain.room_test.leaving import falls_from_s

LEAST_EXCESS_PPM: Final = 250.0
"""The settled curve begins at least so far over outdoors; the guide asks for twice that."""
CHANGED_SIGMAS: Final = 3.0
"""So unlikely a break of the curve, or another end than outdoors, is told: ours, by
``bench.air.room_tests``."""
UNSEEN_CHANGE: Final = 0.12
"""A change of the rate half-way would be known within this part of it (one standard deviation): less
surely seen, a door that was opened goes by."""
PERSON_LPS: Final = 0.0052
"""CO2 of one who sits (ASTM D6245), litres a second."""
STAYED: Final = (1, 2)
"""So many could have stayed."""
STAYED_CHI2: Final = 2.7
"""Nobody explains the curve better than somebody by so much, where it matters."""
MATTERS: Final = 0.10
ANY_VOLUME_M3: Final = (30.0, 100.0, 300.0)
"""What a room may have whose own is not known."""

Reason = Literal["too_few", "too_little", "not_falling", "changed", "stayed", "unsure", "people"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the curve gives no figure; the fit is kept to be looked at where there was one."""

    reason: Reason
    decay: Decay | None = None


def decay_of(
    samples: Sequence[Sample],
    outdoor: Outdoor,
    volume_m3: float | None = None,
    lag_s: float = LAG_S,
) -> Decay | Refusal:
    """The decay that readings show from a test's begin."""
    from_s = falls_from_s(samples, outdoor, lag_s)
    means = spans_of([s for s in samples if s.at_s >= from_s])
    if len(means) < FEWEST:
        return Refusal("too_few")
    hours = [mean.at_s / 3600.0 for mean in means]
    ppm = [mean.ppm for mean in means]
    noise = noise_of(hours, ppm, first_rate(hours, ppm, outdoor))
    fitted = fit(hours, ppm, noise, outdoor)
    if fitted is None:
        return Refusal("not_falling")
    if fitted.decay.excess_ppm * exp(-fitted.decay.air_changes_per_h * hours[0]) < LEAST_EXCESS_PPM:
        return Refusal("too_little", fitted.decay)
    if fitted.decay.low <= 0.0:
        return Refusal("not_falling", fitted.decay)
    worst, half_way = fitted.broken()
    if worst > CHANGED_SIGMAS:
        return Refusal("changed", fitted.decay)
    if abs(fitted.end_sigmas) > CHANGED_SIGMAS:
        return Refusal("stayed", fitted.decay)
    if half_way > UNSEEN_CHANGE or _may_be_in(fitted, hours, ppm, outdoor, volume_m3):
        return Refusal("unsure", fitted.decay)
    return fitted.decay


def _may_be_in(
    empty: Fit,
    hours: Sequence[float],
    ppm: Sequence[float],
    outdoor: Outdoor,
    volume_m3: float | None,
) -> bool:
    """Whether somebody who stayed explains the curve about as well, and by quite another rate."""
    for volume in (volume_m3,) if volume_m3 else ANY_VOLUME_M3:
        for people in STAYED:
            rate, other = empty.decay.air_changes_per_h, None
            for _ in range(4):
                more_ppm = 3.6e6 * PERSON_LPS * people / (volume * max(rate, 0.05))
                other = fit(
                    hours, ppm, empty.noise, Outdoor(outdoor.ppm + more_ppm, outdoor.sd_ppm)
                )
                if other is None:
                    break
                rate = (rate + other.decay.air_changes_per_h) / 2.0
            if other is None or abs(rate / empty.decay.air_changes_per_h - 1.0) < MATTERS:
                continue
            if other.chi2 - empty.chi2 < STAYED_CHI2:
                return True
    return False
