"""Rooms' own tests: how often the interval holds the truth, how soon it is narrow, and who is fooled by
a test that was spoiled.
"""

import math
from concurrent.futures import Executor
from functools import partial
from random import Random
from typing import Literal, NamedTuple

from bench.air.devices import NOISE_PPM, NOISE_SHARE
from bench.air.table import Row
from bench.air.truth import LAG_S
from gateway.domain.room_test.course import NARROW, judged
from gateway.domain.room_test.fit import Decay, Outdoor, Sample

TESTS, SPOILED = 1000, 200
VOLUME_M3, CHANGES_PER_H, EVERY_S = (30.0, 800.0), (0.3, 8.0), (2.0, 60.0)
EXCESS_PPM = (500.0, 1500.0)
OUTDOOR_PPM, OUTDOOR_SD_PPM = 430.0, 10.0
PERSON_LPS = 0.0052
"""CO2 of one who sits, litres a second."""
STEP_S = 2.0
FAST_PER_H, SOON_S, OFF = 2.0, 1800.0, 0.15
FIRST_TUNE, FIRST_SCORE = 500_001, 600_001

Spoilt = Literal["", "door", "stayed", "ventilation"]


class Tried(NamedTuple):
    spoilt: Spoilt
    changes_per_h: float
    found: Decay | None
    ended_s: float


def room_test_rows(pool: Executor, first: int) -> list[Row]:
    """A thousand tests as they should be, and two hundred that somebody spoiled."""
    seeds = range(first, first + TESTS)
    whole = list(pool.map(tried, seeds, chunksize=20))
    ways: tuple[Spoilt, ...] = ("door", "stayed", "ventilation")
    spoiled = [
        one
        for nth, way in enumerate(ways)
        for one in pool.map(
            partial(tried, spoilt=way), range(first + nth, first + SPOILED, len(ways))
        )
    ]
    return rows_of(whole, spoiled)


def rows_of(whole: list[Tried], spoiled: list[Tried]) -> list[Row]:
    told = [(t, t.found) for t in whole if t.found is not None]
    held = [f.low <= t.changes_per_h <= f.high for t, f in told]
    fast = [t for t in whole if t.changes_per_h >= FAST_PER_H]
    soon = [
        f.half_width <= NARROW and t.ended_s <= SOON_S
        for t, f in told
        if t.changes_per_h >= FAST_PER_H
    ]
    fooled = [
        t.found is not None and abs(t.found.air_changes_per_h / t.changes_per_h - 1.0) > OFF
        for t in spoiled
    ]
    return [
        Row("8b", "intervals that hold the truth", _share(held), "%", (0.93, 0.97)),
        Row("", "tests that give a figure", len(told) / len(whole), "%"),
        Row("", "the same from 2 air changes an hour on", len(soon) / len(fast), "%"),
        Row("8b", "of those ± 10 % within 30 min", _share(soon), "%", (0.9, None)),
        Row("8b", "spoiled, and a figure over 15 % off", _share(fooled), "%", (None, 0.05)),
    ]


def _share(found: list[bool]) -> float:
    return sum(found) / len(found) if found else math.nan


def tried(seed: int, spoilt: Spoilt = "") -> Tried:
    """One simulated test, and what came of it."""
    dice = Random(f"room test {seed} {spoilt}")
    volume_m3, rate, every_s = (_log_uniform(dice, b) for b in (VOLUME_M3, CHANGES_PER_H, EVERY_S))
    samples, until_s = _samples(dice, volume_m3, rate, every_s, spoilt)
    outdoor = Outdoor(OUTDOOR_PPM + dice.gauss(0.0, OUTDOOR_SD_PPM), OUTDOOR_SD_PPM)
    found = judged(samples, outdoor, until_s, volume_m3)
    decay = found.found if isinstance(found.found, Decay) else None
    return Tried(spoilt, rate, decay, found.ended_s or until_s)


def _samples(
    dice: Random, volume_m3: float, rate: float, every_s: float, spoilt: Spoilt
) -> tuple[list[Sample], float]:
    own_ppm = _log_uniform(dice, NOISE_PPM)
    air = shown = OUTDOOR_PPM + dice.uniform(*EXCESS_PPM)
    changes_s = dice.uniform(180.0, 1800.0)
    factor = dice.uniform(1.5, 4.0) if spoilt == "door" else dice.choice((0.4, 0.6, 1.6, 2.5))
    source_ppm = 0.0
    if spoilt == "stayed":
        source_ppm = 1000.0 * PERSON_LPS * dice.choice((1, 1, 2)) / volume_m3 * STEP_S
    found: list[Sample] = []
    at_s, next_s = 0.0, every_s * dice.random()
    while at_s < 3600.0:
        at_s += STEP_S
        now = rate * factor if spoilt in ("door", "ventilation") and at_s > changes_s else rate
        air = OUTDOOR_PPM + (air - OUTDOOR_PPM) * math.exp(-now * STEP_S / 3600.0) + source_ppm
        shown += (air - shown) * -math.expm1(-STEP_S / LAG_S)
        if at_s >= next_s:
            next_s += every_s
            noise_ppm = math.hypot(own_ppm, NOISE_SHARE * shown)
            found.append(Sample(at_s, float(round(shown + dice.gauss(0.0, noise_ppm)))))
    return found, 3600.0


def _log_uniform(dice: Random, bounds: tuple[float, float]) -> float:
    low, high = bounds
    return low * math.exp(math.log(high / low) * dice.random())
