"""The flows a room may have, as points side by side, and how a flow wanders and jumps between them.

Points lie evenly in the logarithm of the air changes per hour. Those of the second layer are fewer and
say that nobody is in, whatever is counted. A flow wanders (0.3 in the logarithm per root hour), and at
times jumps: a window multiplies it by about four, a closed one divides, a fan does as it likes.
"""

from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEAST_CHANGES_PER_H, MOST_CHANGES_PER_H = 0.08, 40.0
POINTS = 24
EVERY_NTH_EMPTY = 3

CHANGES_LN: Array = np.linspace(log(LEAST_CHANGES_PER_H), log(MOST_CHANGES_PER_H), POINTS)
APART_LN = float(CHANGES_LN[1] - CHANGES_LN[0])
_EMPTY: Array = CHANGES_LN[1::EVERY_NTH_EMPTY]
LN: Array = np.concatenate([CHANGES_LN, _EMPTY])
"""Logarithm of the air changes per hour, the points where people are counted before the empty ones."""
K = len(LN)
OCCUPIED: Array = np.concatenate([np.ones(POINTS), np.zeros(K - POINTS)])
PER_S: Array = np.exp(LN) / 3600.0

WANDER_LN_PER_ROOT_H = 0.3
JUMPS_PER_H = 0.5
STEPS_LN = (log(4.0), -log(4.0), log(2.0), -log(2.0))
STEP_SD_LN = 0.3
ANYWHERE_SHARE = 0.15
ANYWHERE_SD_LN = 1.2
EMPTIED_PER_H, FILLED_PER_H = 0.02, 1.0
QUANTUM_S = 30.0
_MOST_QUANTA = 120


@lru_cache(maxsize=_MOST_QUANTA)
def moved(quanta: int) -> Array:
    """From each point (column) to each (row) within so many times half a minute."""
    step = np.eye(K) + _rates() * QUANTUM_S
    found: Array = np.linalg.matrix_power(step, quanta)
    return found


def usual(median_ln: float, sd_ln: float) -> Array:
    """Weights of the points for a flow of so many changes per hour, log-normal; the empty layer none."""
    off = (CHANGES_LN - median_ln) / sd_ln
    within = np.exp(-0.5 * off * off) + 1e-9
    return np.concatenate([within / within.sum(), np.zeros(K - POINTS)])


@lru_cache(maxsize=1)
def _rates() -> Array:
    """A second; columns add up to none."""
    rates = np.zeros((K, K))
    full, few = slice(0, POINTS), slice(POINTS, K)
    rates[full, full] = _wandering(CHANGES_LN) + JUMPS_PER_H / 3600.0 * _jumping(CHANGES_LN)
    rates[few, few] = _wandering(_EMPTY)
    for j, at in enumerate(_EMPTY):
        near = np.abs(CHANGES_LN - at) < (0.5 * EVERY_NTH_EMPTY + 0.01) * APART_LN
        rates[full, POINTS + j] += FILLED_PER_H / 3600.0 * near / near.sum()
    for i, at in enumerate(CHANGES_LN):
        nearest = POINTS + int(np.argmin(np.abs(_EMPTY - at)))
        rates[nearest, i] += EMPTIED_PER_H / 3600.0
    rates -= np.diag(rates.sum(axis=0))
    return rates


def _wandering(points: Array) -> Array:
    n = len(points)
    apart = float(points[1] - points[0])
    rate = WANDER_LN_PER_ROOT_H**2 / 3600.0 / (2.0 * apart * apart)
    found: Array = rate * (np.eye(n, k=1) + np.eye(n, k=-1))
    return found


def _jumping(points: Array) -> Array:
    """To where a jump from each point goes; columns add up to one."""
    apart = points[:, None] - points[None, :]
    found = ANYWHERE_SHARE * _bell(apart, ANYWHERE_SD_LN)
    for step in STEPS_LN:
        found += (1.0 - ANYWHERE_SHARE) / len(STEPS_LN) * _bell(apart - step, STEP_SD_LN)
    return found / found.sum(axis=0)


def _bell(off: Array, sd: float) -> Array:
    found: Array = np.exp(-0.5 * (off / sd) ** 2) / sd
    return found
