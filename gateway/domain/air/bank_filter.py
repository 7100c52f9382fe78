"""The rest of a room's air at each flow: Kalman filters in step, one for each point of the grid.

Given the flow, what else is unknown enters the mass balance linearly, so that nothing is approximated.
The state of a point: the room's CO2, what its sensor shows (which lags), what the sensor would show
outdoors (ppm); generation per person of this group and the source nobody counted, below zero where too
many are counted (mL/s); and how much the place of the sensor lies in the people's air or the fresh.

A bank is an array of K points by 6 rows by 7 columns: the covariance and, in the last column, the mean.
"""

from typing import NamedTuple

import numpy as np

from gateway.domain.air.bank_grid import OCCUPIED, PER_S, Array, K

CO2, SHOWN, OUTDOOR, EACH, MORE, PLACE = range(6)
MEAN = 6
LAG_S = 75.0
"""Of what is shown behind the room: the sensor's own minute, and a little for air to come to it."""
MIXING_S = 330.0
MOST_UNMIXED = 4.0
FAR = 9.0

_LAG_PER_S = 1.0 / LAG_S
_LEADS: Array = _LAG_PER_S / (_LAG_PER_S - PER_S)
_UNMIXED: Array = np.minimum(PER_S * MIXING_S / 0.25, MOST_UNMIXED)


class Strays(NamedTuple):
    """What strays by itself: variances a second of the room's CO2 and of the source nobody counted, the
    share of that source that fades in a second, the outdoor value's variance a second.
    """

    co2: float
    more: float
    more_fades: float
    outdoor: float
    each: float


def predicted(
    bank: Array, dt_s: float, count: float, each_mlps: float, volume_m3: float, strays: Strays
) -> Array:
    """The bank so many seconds on, with ``count`` people counted all the while, each of whom gives off
    about ``each_mlps``.
    """
    fade = np.exp(-PER_S * dt_s)
    fade_lag = float(np.exp(-_LAG_PER_S * dt_s))
    lead = _LEADS * (fade - fade_lag)
    stay = (1.0 - fade) / (PER_S * volume_m3)
    follow = (1.0 - fade_lag - lead) / (PER_S * volume_m3)
    people = count * OCCUPIED
    placed = (count * each_mlps) * _UNMIXED
    step = np.zeros((K, 2, 6))
    step[:, 0, CO2] = fade
    step[:, 0, OUTDOOR] = 1.0 - fade
    step[:, 0, EACH] = people * stay
    step[:, 0, MORE] = stay
    step[:, 0, PLACE] = placed * stay
    step[:, 1, CO2] = lead
    step[:, 1, SHOWN] = fade_lag
    step[:, 1, OUTDOOR] = (1.0 - fade_lag) - lead
    step[:, 1, EACH] = people * follow
    step[:, 1, MORE] = follow
    step[:, 1, PLACE] = placed * follow
    rows = step @ bank
    found = bank.copy()
    found[:, :2, :] = rows
    found[:, :2, :2] = rows[:, :, :6] @ step.transpose(0, 2, 1)
    kept = max(1.0 - strays.more_fades * dt_s, 0.0)
    found[:, MORE, :] *= kept
    found[:, :6, MORE] *= kept
    found[:, 2:6, :2] = found[:, :2, 2:6].transpose(0, 2, 1)
    strayed = strays.co2 * dt_s
    found[:, CO2, CO2] += strayed
    found[:, SHOWN, SHOWN] += 0.3 * strayed * (1.0 - fade_lag)
    found[:, CO2, SHOWN] += 0.5 * strayed * (1.0 - fade_lag)
    found[:, SHOWN, CO2] += 0.5 * strayed * (1.0 - fade_lag)
    found[:, OUTDOOR, OUTDOOR] += strays.outdoor * dt_s
    found[:, EACH, EACH] += strays.each * dt_s
    found[:, MORE, MORE] += strays.more * dt_s
    return found


def read(bank: Array, weights: Array, ppm: float, variance: float) -> tuple[Array, Array]:
    """Bank and weights after the sensor showed ``ppm``. What is further off than three standard
    deviations counts less, so that one breath on the sensor is no news of the room.
    """
    row = bank[:, SHOWN, :].copy()
    off = ppm - row[:, MEAN]
    total = row[:, SHOWN] + variance
    square = off * off
    total = np.maximum(total, square / FAR)
    row[:, MEAN] = -off
    gain = row[:, :6] / total[:, None]
    log_likely = -0.5 * (np.log(total) + square / total)
    likely = weights * np.exp(log_likely - log_likely.max())
    return bank - gain[:, :, None] * row[:, None, :], likely / likely.sum()


def measured(bank: Array, part: int, value: float, variance: Array) -> Array:
    """The bank after one part of the state was measured by other means."""
    row = bank[:, part, :].copy()
    gain = row[:, :6] / (row[:, part] + variance)[:, None]
    row[:, MEAN] -= value
    found: Array = bank - gain[:, :, None] * row[:, None, :]
    return found


def mixed(bank: Array, weights: Array, moved: Array) -> tuple[Array, Array]:
    """Bank and weights after flows changed from each point to each with the shares ``moved``: at each
    point the mean and covariance of all that came there.
    """
    mean = bank[:, :, MEAN]
    raw = bank.copy()
    raw[:, :, :6] += mean[:, :, None] * mean[:, None, :]
    raw *= weights[:, None, None]
    came = moved @ weights
    found = (moved @ raw.reshape(K, 42)).reshape(K, 6, 7) / came[:, None, None]
    mean = found[:, :, MEAN]
    found[:, :, :6] -= mean[:, :, None] * mean[:, None, :]
    return found, came
