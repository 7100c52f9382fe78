"""The exponential that fits a falling curve best, and how surely: generalised least squares."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, hypot, isfinite, log, sqrt
from typing import Final, NamedTuple

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
SMOOTH: Final = 4
"""So many terms of a polynomial bend the curve that the noise is what is left of."""
LEAST_NOISE_PPM: Final = 1.0
WANDERS: Final = 0.06
"""So far a rate strays by itself, one standard deviation as a part of it: no room mixes evenly and no lag is
of one order, which a very quiet sensor shows. A door is more."""
MIXES: Final = 0.008
"""So far the rate at the sensor is from the room's for the same reasons; the interval has it."""
BREAKS: Final = 9
"""At so many moments a break is looked for."""
STEPS: Final = 12
FEWEST: Final = 8


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


class Noise(NamedTuple):
    sd_ppm: float
    correlation: float


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


def noise_of(hours: Sequence[float], ppm: Sequence[float], rate: float) -> Noise:
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
        return Noise(LEAST_NOISE_PPM, 0.0)
    beside = sum(a * b for a, b in pairwise(left)) / own
    correlation = min(max(beside + (degree + 1) / size, 0.0), 0.9)
    return Noise(sd_ppm, correlation if correlation > 2.0 / sqrt(size) else 0.0)


class Fit(NamedTuple):
    """Columns are whitened and have the outdoor level's own row last."""

    decay: Decay
    residual: list[float]
    jacobian: list[list[float]]
    hours: Sequence[float]
    noise: Noise
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


def fit(hours: Sequence[float], ppm: Sequence[float], noise: Noise, outdoor: Outdoor) -> Fit | None:
    """By Gauss and Newton; None where it finds no rate."""
    white = _white([y - outdoor.ppm for y in ppm], noise)
    over, excess_ppm = 0.0, ppm[0] - outdoor.ppm
    rate = first_rate(hours, ppm, outdoor)
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
    return Fit(decay, residual, jacobian, hours, noise, over / sqrt(learned))


def first_rate(hours: Sequence[float], ppm: Sequence[float], outdoor: Outdoor) -> float:
    """From the means of the curve's two halves."""
    half = len(hours) // 2
    a, b = sum(ppm[:half]) / half, sum(ppm[half:]) / (len(ppm) - half)
    apart = sum(hours[half:]) / (len(hours) - half) - sum(hours[:half]) / half
    over_a, over_b = max(a - outdoor.ppm, 1.0), max(b - outdoor.ppm, 1.0)
    return min(max(log(over_a / over_b) / apart, 0.05), 20.0)


def _white(column: Sequence[float], noise: Noise) -> list[float]:
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
