"""The extended Kalman filter of a room's air: its state, and the three steps that move it.

``predict`` takes the state on in time by the mass balance, ``update`` takes in what the sensor
shows, ``update_people`` what is known of how many are in. (``update_outdoor`` is the same for the
outdoor value.) With F the derivatives of the state's way over a step, P the covariance, W what
strays by itself and R the variance of what was measured:

    predict   x <- f(x)                      P <- F P F' + W
    update    x <- x + P h (z - h'x) / S     P <- P - P h h'P / S     S = h'P h + R

where h picks the one number that was measured. (Duarte et al. 2018, Building and Environment
143:691, follow a room's CO2 and ventilation so.) Between readings the mass balance is solved in
closed form, and so are its derivatives; the sensor follows the room with a lag of first order. All
of it is written out in plain numbers, since one reading must cost little: six means, the upper half
of their covariance row by row, and the log-likelihood of what was read since the filter began.
"""

from math import exp, expm1, log
from typing import NamedTuple

import msgspec

from gateway.domain.air.mass_balance import PPM

TAU_S = 62.0
"""Lag of what is read behind the room: the SCD41's data sheet gives its response as 60 s, to which
the air's own way to it adds a little; tuned on the simulated days of bench/air."""
LEAST_CHANGES_PER_H, MOST_CHANGES_PER_H = 0.03, 60.0
"""No room is tighter, and none is aired more: bounds for the numbers, not knowledge."""
LEAST_CHANGES_PER_S = LEAST_CHANGES_PER_H / 3600.0
MOST_CHANGES_PER_S = MOST_CHANGES_PER_H / 3600.0
RATES_APART = 0.02
"""Room and sensor never share one rate, at which the closed form would divide by zero: they stay
this share of the sensor's apart."""
GATE = 9.0
"""The square of three standard deviations: a reading further off counts as if it were noisier."""
LAG_COVARIANCE, LAG_VARIANCE = 0.5, 0.3
"""Of the variance that the room strays by in a step, the share that the shown CO2 has in common
with it and the share that it strays by itself, both once a step is long against the lag: round
numbers."""
TWO_PI = 6.283185307179586


class FilterState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Means by one letter, covariances by two; ``likelihood`` is a logarithm.

    ``c`` is the room's CO2 and ``s`` what its sensor shows, which lags; ``b`` what that sensor
    would show outdoors (all ppm); ``q`` ln of the flow in l/s; ``g`` ln of the CO2 that each person
    of this group gives off, l/s; ``e`` how many more people are in than were counted. ``jumped_s`` is when
    its flow jumped last, so far as that is what makes it another hypothesis (0: never).
    """

    c: float
    s: float
    q: float
    g: float
    e: float
    b: float
    cc: float
    cs: float
    cq: float
    cg: float
    ce: float
    cb: float
    ss: float
    sq: float
    sg: float
    se: float
    sb: float
    qq: float
    qg: float
    qe: float
    qb: float
    gg: float
    ge: float
    gb: float
    ee: float
    eb: float
    bb: float
    likelihood: float = 0.0
    jumped_s: float = 0.0


class Noise(NamedTuple):
    """What strays by itself: variances a second; the share by which the count's error fades in a
    second, and that by which ln flow comes back to ``q_usual``.
    """

    c: float
    q: float
    g: float
    e: float
    b: float
    e_fades: float
    q_usual: float = 0.0
    q_back: float = 0.0


_Step = tuple[
    tuple[float, float],
    tuple[float, float, float, float, float],
    tuple[float, float, float, float, float, float],
]
"""Where the CO2 of the room and the shown one come to, and the derivatives of each."""


def predict(
    f: FilterState, dt_s: float, count: float, volume_l: float, noise: Noise
) -> FilterState:
    """The filter so many seconds on, with ``count`` people counted all the while."""
    (c, s), (fade_r, c_q, c_g, c_e, c_b), (lead, fade_a, s_q, s_g, s_e, s_b) = _balance(
        f, dt_s, count, volume_l
    )
    k = 1.0 - noise.e_fades * dt_s if noise.e_fades * dt_s < 0.5 else exp(-noise.e_fades * dt_s)
    # Rows c and s of F P, then of F P F'.
    uq = fade_r * f.cq + c_q * f.qq + c_g * f.qg + c_e * f.qe + c_b * f.qb
    ug = fade_r * f.cg + c_q * f.qg + c_g * f.gg + c_e * f.ge + c_b * f.gb
    ue = fade_r * f.ce + c_q * f.qe + c_g * f.ge + c_e * f.ee + c_b * f.eb
    ub = fade_r * f.cb + c_q * f.qb + c_g * f.gb + c_e * f.eb + c_b * f.bb
    uc = fade_r * f.cc + c_q * f.cq + c_g * f.cg + c_e * f.ce + c_b * f.cb
    us = fade_r * f.cs + c_q * f.sq + c_g * f.sg + c_e * f.se + c_b * f.sb
    vq = lead * f.cq + fade_a * f.sq + s_q * f.qq + s_g * f.qg + s_e * f.qe + s_b * f.qb
    vg = lead * f.cg + fade_a * f.sg + s_q * f.qg + s_g * f.gg + s_e * f.ge + s_b * f.gb
    ve = lead * f.ce + fade_a * f.se + s_q * f.qe + s_g * f.ge + s_e * f.ee + s_b * f.eb
    vb = lead * f.cb + fade_a * f.sb + s_q * f.qb + s_g * f.gb + s_e * f.eb + s_b * f.bb
    vc = lead * f.cc + fade_a * f.cs + s_q * f.cq + s_g * f.cg + s_e * f.ce + s_b * f.cb
    vs = lead * f.cs + fade_a * f.ss + s_q * f.sq + s_g * f.sg + s_e * f.se + s_b * f.sb
    strayed = noise.c * dt_s
    h = 1.0 - noise.q_back * dt_s
    return FilterState(
        c, s, noise.q_usual + (f.q - noise.q_usual) * h, f.g, f.e * k, f.b,
        fade_r * uc + c_q * uq + c_g * ug + c_e * ue + c_b * ub + strayed,
        lead * uc + fade_a * us + s_q * uq + s_g * ug + s_e * ue + s_b * ub
        + LAG_COVARIANCE * strayed * (1.0 - fade_a),
        uq * h, ug, ue * k, ub,
        lead * vc + fade_a * vs + s_q * vq + s_g * vg + s_e * ve + s_b * vb
        + LAG_VARIANCE * strayed * (1.0 - fade_a),
        vq * h, vg, ve * k, vb,
        f.qq * h * h + noise.q * dt_s, f.qg * h, f.qe * k * h, f.qb * h,
        f.gg + noise.g * dt_s, f.ge * k, f.gb,
        f.ee * k * k + noise.e * dt_s, f.eb * k,
        f.bb + noise.b * dt_s,
        f.likelihood, f.jumped_s,
    )  # fmt: skip


def update(f: FilterState, ppm: float, variance: float) -> FilterState:
    """The filter after its sensor showed ``ppm``. What is further off than three standard
    deviations counts less, so that one breath on the sensor is no news of the room.
    """
    off = ppm - f.s
    total = f.ss + variance
    far = off * off / total
    if far > GATE:
        total = f.ss + variance * far / GATE
    w = 1.0 / total
    x = off * w
    cs, ss, sq, sg, se, sb = f.cs, f.ss, f.sq, f.sg, f.se, f.sb
    kc, ks, kq, kg, ke, kb = cs * w, ss * w, sq * w, sg * w, se * w, sb * w
    return FilterState(
        f.c + cs * x, f.s + ss * x, f.q + sq * x, f.g + sg * x, f.e + se * x, f.b + sb * x,
        f.cc - kc * cs, cs - kc * ss, f.cq - kc * sq, f.cg - kc * sg,
        f.ce - kc * se, f.cb - kc * sb,
        ss - ks * ss, sq - ks * sq, sg - ks * sg, se - ks * se, sb - ks * sb,
        f.qq - kq * sq, f.qg - kq * sg, f.qe - kq * se, f.qb - kq * sb,
        f.gg - kg * sg, f.ge - kg * se, f.gb - kg * sb,
        f.ee - ke * se, f.eb - ke * sb,
        f.bb - kb * sb,
        f.likelihood - 0.5 * (log(TWO_PI * total) + off * off / total), f.jumped_s,
    )  # fmt: skip


def update_people(f: FilterState, more: float, variance: float) -> FilterState:
    """After ``more`` people than counted were measured to be in."""
    w = 1.0 / (max(f.ee, 0.0) + variance)
    x = (more - f.e) * w
    ce, se, qe, ge, ee, eb = f.ce, f.se, f.qe, f.ge, f.ee, f.eb
    return FilterState(
        f.c + ce * x, f.s + se * x, f.q + qe * x, f.g + ge * x, f.e + ee * x, f.b + eb * x,
        f.cc - ce * ce * w, f.cs - ce * se * w, f.cq - ce * qe * w, f.cg - ce * ge * w,
        ce - ce * ee * w, f.cb - ce * eb * w,
        f.ss - se * se * w, f.sq - se * qe * w, f.sg - se * ge * w,
        se - se * ee * w, f.sb - se * eb * w,
        f.qq - qe * qe * w, f.qg - qe * ge * w, qe - qe * ee * w, f.qb - qe * eb * w,
        f.gg - ge * ge * w, ge - ge * ee * w, f.gb - ge * eb * w,
        ee - ee * ee * w, eb - ee * eb * w,
        f.bb - eb * eb * w,
        f.likelihood, f.jumped_s,
    )  # fmt: skip


def update_outdoor(f: FilterState, ppm: float, variance: float) -> FilterState:
    """After it was measured that the sensor would show ``ppm`` outdoors."""
    w = 1.0 / (max(f.bb, 0.0) + variance)
    x = (ppm - f.b) * w
    cb, sb, qb, gb, eb, bb = f.cb, f.sb, f.qb, f.gb, f.eb, f.bb
    return FilterState(
        f.c + cb * x, f.s + sb * x, f.q + qb * x, f.g + gb * x, f.e + eb * x, f.b + bb * x,
        f.cc - cb * cb * w, f.cs - cb * sb * w, f.cq - cb * qb * w, f.cg - cb * gb * w,
        f.ce - cb * eb * w, cb - cb * bb * w,
        f.ss - sb * sb * w, f.sq - sb * qb * w, f.sg - sb * gb * w,
        f.se - sb * eb * w, sb - sb * bb * w,
        f.qq - qb * qb * w, f.qg - qb * gb * w, f.qe - qb * eb * w, qb - qb * bb * w,
        f.gg - gb * gb * w, f.ge - gb * eb * w, gb - gb * bb * w,
        f.ee - eb * eb * w, eb - eb * bb * w,
        bb - bb * bb * w,
        f.likelihood, f.jumped_s,
    )  # fmt: skip


def _balance(f: FilterState, dt_s: float, count: float, volume_l: float) -> _Step:
    """The closed form over a step: the CO2 of the room and the shown one at its end, the
    derivatives of the first by c, q, g, e, b and those of the second by c, s, q, g, e, b.
    """
    a = 1.0 / TAU_S
    r = min(max(exp(f.q) / volume_l, LEAST_CHANGES_PER_S), MOST_CHANGES_PER_S)
    if abs(a - r) < RATES_APART * a:
        r = (1.0 - RATES_APART) * a
    people = max(count + f.e, 0.0)
    each = PPM * exp(f.g) / volume_l  # ppm a second for each person
    fade_r, fade_a = exp(-r * dt_s), exp(-a * dt_s)
    # Of the way from the outdoor value to rest, so much per ppm/s given off.
    stay_s = -expm1(-r * dt_s) / r
    lead = a / (a - r) * (fade_r - fade_a)
    follow_s = (1.0 - fade_a - lead) / r
    over = f.c - f.b
    given = people * each
    c = f.b + over * fade_r + given * stay_s
    s = f.b + (f.s - f.b) * fade_a + over * lead + given * follow_s
    # Derivatives by r, times r for those by ln flow.
    stay_r = dt_s * fade_r - stay_s
    lead_r = r * (lead / (a - r) - a / (a - r) * dt_s * fade_r)
    follow_r = -lead_r / r - follow_s
    c_q = -over * r * dt_s * fade_r + given * stay_r
    s_q = over * lead_r + given * follow_r
    c_g, s_g = given * stay_s, given * follow_s
    c_e, s_e = each * stay_s, each * follow_s
    c_b, s_b = 1.0 - fade_r, 1.0 - fade_a - lead
    return (c, s), (fade_r, c_q, c_g, c_e, c_b), (lead, fade_a, s_q, s_g, s_e, s_b)
