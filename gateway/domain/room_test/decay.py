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
from itertools import pairwise
from math import exp, hypot, isfinite, log, sqrt
from typing import Final, Literal, NamedTuple

from gateway.domain.room_test.least_squares import (
    Singular,
    dot,
    inverse,
    left_over,
    normal,
    times,
    upright,
)

LAG_S: Final = 60.0
"""Of an NDIR sensor behind its membrane, as ``bench.air.truth`` has it: data sheets say 20 to 120 s."""
SETTLES_LAGS: Final = 3.0
"""After so many lags exp(-3), a twentieth, is left of the transient."""
SPAN_S: Final = 20.0
"""Readings are means of such spans: quicker sensors say hardly more."""
LATEST_S: Final = 720.0
"""So long after the begin the last may have left, and the sensor have settled."""
LEAVING_LOOKS: Final = 4
FEWEST: Final = 8
LEAST_EXCESS_PPM: Final = 250.0
"""The settled curve begins at least so far over outdoors; the guide asks for twice that."""
SMOOTH: Final = 4
"""So many terms of a polynomial bend the curve that the noise is what is left of."""
LEAST_NOISE_PPM: Final = 1.0
CHANGED_SIGMAS: Final = 3.0
"""So unlikely a break of the curve, or another end than outdoors, is told: ours, by
``bench.air.room_tests``."""
WANDERS: Final = 0.06
"""So far a rate strays by itself, one standard deviation as a part of it: no room mixes evenly and no lag is
of one order, which a very quiet sensor shows. A door is more."""
MIXES: Final = 0.008
"""So far the rate at the sensor is from the room's for the same reasons; the interval has it."""
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
BREAKS: Final = 9
"""At so many moments a break is looked for."""
STEPS: Final = 12

Reason = Literal["too_few", "too_little", "not_falling", "changed", "stayed", "unsure", "people"]


class Sample(NamedTuple):
    """``at_s`` counts from the test's begin."""

    at_s: float
    ppm: float


@dataclass(frozen=True, slots=True)
class Outdoor:
    ppm: float
    sd_ppm: float


@dataclass(frozen=True, slots=True)
class Decay:
    """``low`` and ``high`` are the 95 % interval of the air changes an hour. The curve is ``end_ppm`` +
    ``excess_ppm`` · exp(-air changes · hours).
    """

    air_changes_per_h: float
    low: float
    high: float
    end_ppm: float
    excess_ppm: float
    noise_ppm: float
    correlation: float
    spans: int

    @property
    def half_width(self) -> float:
        """Of the interval, as a part of the value."""
        return (self.high - self.low) / 2.0 / self.air_changes_per_h

    def band_at(self, at_s: float) -> tuple[float, float, float]:
        """The curve at a moment, and as it would be at both ends of the interval from the fit's begin."""
        from_h = SETTLES_LAGS * LAG_S / 3600.0
        start_ppm, hours = self.excess_ppm * exp(-self.air_changes_per_h * from_h), at_s / 3600.0
        low, high = (
            self.end_ppm + start_ppm * exp(-rate * (hours - from_h))
            for rate in (self.high, self.low)
        )
        return self.ppm_at(at_s), low, high

    def ppm_at(self, at_s: float) -> float:
        return self.end_ppm + self.excess_ppm * exp(-self.air_changes_per_h * at_s / 3600.0)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the curve gives no figure; the fit is kept to be looked at where there was one."""

    reason: Reason
    decay: Decay | None = None


class _Noise(NamedTuple):
    sd_ppm: float
    correlation: float


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
    noise = _noise(hours, ppm, _first_rate(hours, ppm, outdoor))
    fitted = _fit(hours, ppm, noise, outdoor)
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
    empty: "_Fit",
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
                other = _fit(
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
        rate = _first_rate(hours, ppm, outdoor)
        fitted = _fit(hours, ppm, _noise(hours, ppm, rate), outdoor)
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


def spans_of(samples: Sequence[Sample]) -> list[Sample]:
    """Their means, one for each span that has any."""
    held: dict[int, list[Sample]] = {}
    for sample in samples:
        if isfinite(sample.ppm):
            held.setdefault(int(sample.at_s // SPAN_S), []).append(sample)
    return [
        Sample(sum(s.at_s for s in few) / len(few), sum(s.ppm for s in few) / len(few))
        for _, few in sorted(held.items())
    ]


def _noise(hours: Sequence[float], ppm: Sequence[float], rate: float) -> _Noise:
    """From what a smooth curve leaves, so that a bend in the curve is not taken for noise: one that falls
    about as fast, times a polynomial.
    """
    size = len(hours)
    degree = min(SMOOTH, size // 3)
    middle, half = (hours[0] + hours[-1]) / 2.0, (hours[-1] - hours[0]) / 2.0
    unit = [(at - middle) / half for at in hours]
    falls = [exp(-rate * (at - hours[0])) for at in hours]
    ones = [1.0] * size
    bent = [[f * x**n for f, x in zip(falls, unit, strict=True)] for n in range(degree)]
    columns = upright([ones, *bent])
    left = left_over(ppm, columns)
    own = dot(left, left)
    sd_ppm = sqrt(own / (size - degree - 1))
    if own <= 0.0 or sd_ppm <= LEAST_NOISE_PPM:
        return _Noise(LEAST_NOISE_PPM, 0.0)
    beside = sum(a * b for a, b in pairwise(left)) / own
    correlation = min(max(beside + (degree + 1) / size, 0.0), 0.9)
    return _Noise(sd_ppm, correlation if correlation > 2.0 / sqrt(size) else 0.0)


class _Fit(NamedTuple):
    """Columns are whitened and have the outdoor level's own row last."""

    decay: Decay
    residual: list[float]
    jacobian: list[list[float]]
    hours: Sequence[float]
    noise: _Noise
    end_sigmas: float

    @property
    def chi2(self) -> float:
        return dot(self.residual, self.residual)

    def broken(self) -> tuple[float, float]:
        """How many standard deviations off is the likeliest change of the rate, at any of some
        moments, by the score of a rate that is another from then on; and how surely a change
        half-way would be known, one standard deviation as a part of the rate.
        """
        first, last = self.hours[0], self.hours[-1]
        space = upright(self.jacobian)
        worst = half_way = 0.0
        rate, excess_ppm = self.decay.air_changes_per_h, self.decay.excess_ppm
        for nth in range(1, BREAKS):
            at = first + (last - first) * nth / BREAKS
            column = [-max(h - at, 0.0) * excess_ppm * exp(-rate * h) for h in self.hours]
            odd = left_over([*_white(column, self.noise), 0.0], space)
            size = sqrt(dot(odd, odd))
            if size > 1e-9:
                change = abs(dot(odd, self.residual)) / size**2
                worst = max(worst, change / hypot(1.0 / size, WANDERS * rate))
            if nth == BREAKS // 2:
                half_way = 1.0 / max(size, 1e-9) / rate
        return worst, half_way


def _fit(
    hours: Sequence[float], ppm: Sequence[float], noise: _Noise, outdoor: Outdoor
) -> _Fit | None:
    """By Gauss and Newton; None where it finds no rate."""
    white = _white([y - outdoor.ppm for y in ppm], noise)
    over, excess_ppm = 0.0, ppm[0] - outdoor.ppm
    rate = _first_rate(hours, ppm, outdoor)
    ones = _white([1.0] * len(hours), noise)
    for _ in range(STEPS):
        if not -5.0 < rate < 60.0:
            return None
        falls = [exp(-rate * h) for h in hours]
        shape = _white(falls, noise)
        slope = _white([-h * excess_ppm * f for h, f in zip(hours, falls, strict=True)], noise)
        jacobian = [[*ones, 1.0 / outdoor.sd_ppm], [*shape, 0.0], [*slope, 0.0]]
        residual = [
            y - over * a - excess_ppm * b for y, a, b in zip(white, ones, shape, strict=True)
        ]
        residual.append(-over / outdoor.sd_ppm)
        try:
            spread = inverse(normal(jacobian))
        except Singular:
            return None
        step = times(spread, [dot(column, residual) for column in jacobian])
        if abs(step[2]) < 1e-5 * max(abs(rate), 0.1):
            break
        over, excess_ppm = over + step[0], excess_ppm + step[1]
        rate += max(min(step[2], 2.0), -2.0)
    reach = _quantile(max(len(hours) - SMOOTH - 1, 3)) * hypot(sqrt(spread[2][2]), MIXES * rate)
    decay = Decay(
        rate, rate - reach, rate + reach, outdoor.ppm + over, excess_ppm, noise.sd_ppm,
        noise.correlation, len(hours),
    )  # fmt: skip
    learned = max(outdoor.sd_ppm**2 - spread[0][0], 1e-6 * outdoor.sd_ppm**2)
    return _Fit(decay, residual, jacobian, hours, noise, over / sqrt(learned))


def _first_rate(hours: Sequence[float], ppm: Sequence[float], outdoor: Outdoor) -> float:
    """From the means of the curve's two halves."""
    half = len(hours) // 2
    a, b = sum(ppm[:half]) / half, sum(ppm[half:]) / (len(ppm) - half)
    apart = sum(hours[half:]) / (len(hours) - half) - sum(hours[:half]) / half
    over_a, over_b = max(a - outdoor.ppm, 1.0), max(b - outdoor.ppm, 1.0)
    return min(max(log(over_a / over_b) / apart, 0.05), 20.0)


def _white(column: Sequence[float], noise: _Noise) -> list[float]:
    """The column as it would be, were the noise white and of one unit."""
    if not noise.correlation:
        return [x / noise.sd_ppm for x in column]
    kept = sqrt(1.0 - noise.correlation**2)
    own_ppm = kept * noise.sd_ppm
    rest = pairwise(column)
    return [column[0] / noise.sd_ppm, *((b - noise.correlation * a) / own_ppm for a, b in rest)]


def _quantile(freedom: int) -> float:
    """Of Student's t, 97.5 %, by the expansion of Cornish and Fisher."""
    z = 1.959964
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
