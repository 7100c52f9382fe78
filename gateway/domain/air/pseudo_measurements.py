"""What a filter learns by other ways than its sensor: the count's error and what is outdoors.

A filter takes what it is told of one part of its state as a measurement of that part alone, so that
whatever hangs together with it moves along.
"""

from math import log

import msgspec

from gateway.domain.air.kalman_filter import FilterState
from gateway.domain.air.outdoor import HIGHEST_PPM, LOWEST_PPM, OFFSET_SD_PPM

LEAST_OUTDOOR_PPM = LOWEST_PPM - 2.0 * OFFSET_SD_PPM
MOST_OUTDOOR_PPM = HIGHEST_PPM + 2.0 * OFFSET_SD_PPM
"""What a sensor may show of outdoor air."""
UNDER_PPM, UNDER_VAR = 15.0, 400.0
"""Nothing takes CO2 out of a room: one that shows so much less than outdoors says what is outdoors."""
LEAST_CHANGES_PER_H, MOST_CHANGES_PER_H = 0.03, 60.0
MOST_PER_M3 = 2.0
"""No room is so full."""
LEAST_GENERATION, MOST_GENERATION = log(5e-4), log(5e-2)


def told_people(f: FilterState, more: float, variance: float) -> FilterState:
    """After ``more`` people than counted were measured to be in."""
    w = 1.0 / (max(f.ee, 0.0) + variance)
    x = (more - f.e) * w
    ce, se, qe, ge, ee, eb = f.ce, f.se, f.qe, f.ge, f.ee, f.eb
    return FilterState(
        f.c + ce * x, f.s + se * x, f.q + qe * x, f.g + ge * x, f.e + ee * x, f.b + eb * x,
        f.cc - ce * ce * w, f.cs - ce * se * w, f.cq - ce * qe * w, f.cg - ce * ge * w,
        ce - ce * ee * w, f.cb - ce * eb * w,
        f.ss - se * se * w, f.sq - se * qe * w, f.sg - se * ge * w, se - se * ee * w, f.sb - se * eb * w,
        f.qq - qe * qe * w, f.qg - qe * ge * w, qe - qe * ee * w, f.qb - qe * eb * w,
        f.gg - ge * ge * w, ge - ge * ee * w, f.gb - ge * eb * w,
        ee - ee * ee * w, eb - ee * eb * w,
        f.bb - eb * eb * w,
        f.likelihood,
    )  # fmt: skip


def told_outdoor(f: FilterState, ppm: float, variance: float) -> FilterState:
    """After it was measured that the sensor would show ``ppm`` outdoors."""
    w = 1.0 / (max(f.bb, 0.0) + variance)
    x = (ppm - f.b) * w
    cb, sb, qb, gb, eb, bb = f.cb, f.sb, f.qb, f.gb, f.eb, f.bb
    return FilterState(
        f.c + cb * x, f.s + sb * x, f.q + qb * x, f.g + gb * x, f.e + eb * x, f.b + bb * x,
        f.cc - cb * cb * w, f.cs - cb * sb * w, f.cq - cb * qb * w, f.cg - cb * gb * w,
        f.ce - cb * eb * w, cb - cb * bb * w,
        f.ss - sb * sb * w, f.sq - sb * qb * w, f.sg - sb * gb * w, f.se - sb * eb * w, sb - sb * bb * w,
        f.qq - qb * qb * w, f.qg - qb * gb * w, f.qe - qb * eb * w, qb - qb * bb * w,
        f.gg - gb * gb * w, f.ge - gb * eb * w, gb - gb * bb * w,
        f.ee - eb * eb * w, eb - eb * bb * w,
        bb - bb * bb * w,
        f.likelihood,
    )  # fmt: skip


def forgot_people(f: FilterState, more: float, variance: float) -> FilterState:
    """Whatever was thought of the count's error is no more."""
    return msgspec.structs.replace(
        f, e=more, ee=variance, ce=0.0, se=0.0, qe=0.0, ge=0.0, eb=0.0
    )  # fmt: skip


def with_people(f: FilterState, more: float, variance: float) -> FilterState:
    return msgspec.structs.replace(f, e=more, ee=variance)


def plausible(f: FilterState, count: float, volume_m3: float) -> FilterState:
    """The filter within what a room, its people and outdoor air can be."""
    if f.b > f.s + UNDER_PPM:
        f = told_outdoor(f, f.s, UNDER_VAR)
    usual = log(volume_m3 / 3.6)
    q = _within(f.q, usual + log(LEAST_CHANGES_PER_H), usual + log(MOST_CHANGES_PER_H))
    e = _within(f.e, -count, MOST_PER_M3 * volume_m3 + 1.0)
    g = _within(f.g, LEAST_GENERATION, MOST_GENERATION)
    b = _within(f.b, LEAST_OUTDOOR_PPM, MOST_OUTDOOR_PPM)
    if (q, e, g, b) == (f.q, f.e, f.g, f.b):
        return f
    return msgspec.structs.replace(f, q=q, e=e, g=g, b=b)


def _within(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)
