"""What a bank believes, as figures with their intervals and as hypotheses to run forward."""

from math import exp, log, sqrt

import numpy as np

from gateway.domain.air.bank_filter import CO2, EACH, MEAN, MORE, OUTDOOR, SHOWN
from gateway.domain.air.bank_grid import APART_LN, LN, OCCUPIED, Array
from gateway.domain.air.belief import AirRoom, Belief, Hypothesis, Range

Z90 = 1.645
KNOWN_WITHIN_LN = log(9.0)
"""Of a flow whose 90 % interval reaches over more than this factor nothing is said."""
SOMEBODY = 0.5
LEAST_OUTDOOR_PPM = 300.0
HYPOTHESES = 10
_SIDE = 1.6
_SHARES: Array = np.array([[0.195], [0.61], [0.195]])
_WITHIN_VAR = APART_LN**2 / 12.0


def believed(at_s: float, room: AirRoom, count: float, bank: Array, weights: Array) -> Belief:
    """Of a bank with its weights as of ``at_s``, while ``count`` people are counted."""
    mean = weights @ bank[:, :, MEAN]
    each = np.maximum(bank[:, EACH, MEAN], 1.0)
    here = np.maximum(count * OCCUPIED + bank[:, MORE, MEAN] / each, 0.0)
    here_var = bank[:, MORE, MORE] / (each * each)
    flow_ln = LN + log(room.volume_m3 / 3.6)
    flow = _told(weights, flow_ln, np.full_like(flow_ln, _WITHIN_VAR))
    some = np.maximum(here, SOMEBODY)
    per_person = _told(weights, flow_ln - np.log(some), _WITHIN_VAR + here_var / (some * some))
    people = _plain(weights, here, here_var, 0.0)
    return Belief(
        at_s,
        room.volume_m3,
        float(mean[CO2]),
        float(mean[SHOWN]),
        _plain(weights, bank[:, OUTDOOR, MEAN], bank[:, OUTDOOR, OUTDOOR], LEAST_OUTDOOR_PPM),
        flow,
        per_person if people.value >= SOMEBODY else None,
        people,
        _hypotheses(weights, flow_ln, bank, here, each),
    )


def _told(weights: Array, mean: Array, var: Array) -> Range | None:
    """Median and 90 % interval of a quantity whose logarithm is a mixture of normal ones, each as three
    points of the same mean, variance and about the same tails.
    """
    sd = _SIDE * np.sqrt(var)
    at = np.concatenate([mean - sd, mean, mean + sd])
    share = (_SHARES * weights).ravel()
    order = at.argsort()
    at, share = at[order], share[order]
    below = share.cumsum() - 0.5 * share
    low, middle, high = np.interp((0.05, 0.5, 0.95), below, at)
    if high - low > KNOWN_WITHIN_LN:
        return None
    return Range(exp(middle), exp(low), exp(high))


def _plain(weights: Array, mean: Array, var: Array, least: float) -> Range:
    middle = float(weights @ mean)
    off = mean - middle
    sd = sqrt(max(float(weights @ (var + off * off)), 0.0))
    value = max(middle, least)
    return Range(value, max(middle - Z90 * sd, least), max(middle + Z90 * sd, value))


def _hypotheses(
    weights: Array, flow_ln: Array, bank: Array, here: Array, each: Array
) -> tuple[Hypothesis, ...]:
    """The heaviest points."""
    heavy = weights.argsort()[::-1][:HYPOTHESES]
    total = float(weights[heavy].sum())
    rows = zip(
        (weights[heavy] / total).tolist(),
        np.exp(flow_ln[heavy]).tolist(),
        bank[heavy, CO2, MEAN].tolist(),
        bank[heavy, OUTDOOR, MEAN].tolist(),
        here[heavy].tolist(),
        (1e-3 * each[heavy]).tolist(),
        strict=True,
    )
    return tuple(Hypothesis(*row) for row in rows)
