"""Simulated falling curves, as a sensor with a lag shows them."""

import math
from collections.abc import Callable
from random import Random

from gateway.domain.room_test.fit import LAG_S, Outdoor, Sample

OUTDOOR = Outdoor(425.0, 10.0)


def curve(
    rate: Callable[[float], float],
    *,
    excess_ppm: float = 1100.0,
    noise_ppm: float = 10.0,
    every_s: float = 10.0,
    source_ppm_per_s: float = 0.0,
    correlation: float = 0.0,
    seed: int = 1,
) -> list[Sample]:
    """An hour of it; ``rate`` gives the air changes an hour of a moment."""
    dice = Random(seed)
    air = shown = 425.0 + excess_ppm
    found, at_s, off_ppm = [], 0.0, dice.gauss(0.0, noise_ppm)
    while at_s <= 3700.0:
        off_ppm = correlation * off_ppm + math.sqrt(1.0 - correlation**2) * dice.gauss(
            0.0, noise_ppm
        )
        found.append(Sample(at_s, round(shown + off_ppm)))
        at_s += every_s
        air = 425.0 + (air - 425.0) * math.exp(-rate(at_s) * every_s / 3600.0)
        air += source_ppm_per_s * every_s
        shown += (air - shown) * -math.expm1(-every_s / LAG_S)
    return found
