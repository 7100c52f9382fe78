"""One extended Kalman filter of a room's air.

State: the room's CO2, the CO2 that its sensor shows (which lags), ln flow, ln generation per person of
this group, how many more people are in than counted, and what the sensor would show outdoors. Between
readings the mass balance is solved in closed form, and so are its derivatives; the sensor follows the
room with a lag of first order. All of it is plain numbers in tuples: six values, the upper half of
their covariance row by row, and the log-likelihood of what was read since the filter began.
"""

from math import exp, expm1, log
from typing import NamedTuple

import msgspec

PPM = 1e6
TAU_S = 62.0
"""Lag of what is read behind the room: the sensor's own minute, and half a minute for the air to come
by."""
LEAST_CHANGES_PER_S = 0.03 / 3600.0
MOST_CHANGES_PER_S = 60.0 / 3600.0
TWO_PI = 6.283185307179586


class FilterState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Means c, s, q, g, e, b and covariances by their two letters; ``likelihood`` is a logarithm."""

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


class Noise(NamedTuple):
    """What strays by itself: variances a second; the share by which the count's error fades in a second,
    and that by which ln flow comes back to ``q_usual``.
    """

    c: float
    q: float
    g: float
    e: float
    b: float
    e_fades: float
    q_usual: float = 0.0
    q_back: float = 0.0


def predict(
    f: FilterState, dt_s: float, count: float, volume_l: float, noise: Noise
) -> FilterState:
    """The filter so many seconds on, with ``count`` people counted all the while."""
    a = 1.0 / TAU_S
    r = min(max(exp(f.q) / volume_l, LEAST_CHANGES_PER_S), MOST_CHANGES_PER_S)
    if abs(a - r) < 0.02 * a:
        r = 0.98 * a
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
        lead * uc + fade_a * us + s_q * uq + s_g * ug + s_e * ue + s_b * ub + 0.5 * strayed * (1.0 - fade_a),
        uq * h, ug, ue * k, ub,
        lead * vc + fade_a * vs + s_q * vq + s_g * vg + s_e * ve + s_b * vb + 0.3 * strayed * (1.0 - fade_a),
        vq * h, vg, ve * k, vb,
        f.qq * h * h + noise.q * dt_s, f.qg * h, f.qe * k * h, f.qb * h,
        f.gg + noise.g * dt_s, f.ge * k, f.gb,
        f.ee * k * k + noise.e * dt_s, f.eb * k,
        f.bb + noise.b * dt_s,
        f.likelihood,
    )  # fmt: skip


def update(f: FilterState, ppm: float, variance: float) -> FilterState:
    """The filter after its sensor showed ``ppm``. What is further off than three standard deviations
    counts less, so that one breath on the sensor is no news of the room.
    """
    off = ppm - f.s
    total = f.ss + variance
    far = off * off / total
    if far > 9.0:
        total = f.ss + variance * far / 9.0
    w = 1.0 / total
    x = off * w
    cs, ss, sq, sg, se, sb = f.cs, f.ss, f.sq, f.sg, f.se, f.sb
    kc, ks, kq, kg, ke, kb = cs * w, ss * w, sq * w, sg * w, se * w, sb * w
    return FilterState(
        f.c + cs * x, f.s + ss * x, f.q + sq * x, f.g + sg * x, f.e + se * x, f.b + sb * x,
        f.cc - kc * cs, cs - kc * ss, f.cq - kc * sq, f.cg - kc * sg, f.ce - kc * se, f.cb - kc * sb,
        ss - ks * ss, sq - ks * sq, sg - ks * sg, se - ks * se, sb - ks * sb,
        f.qq - kq * sq, f.qg - kq * sg, f.qe - kq * se, f.qb - kq * sb,
        f.gg - kg * sg, f.ge - kg * se, f.gb - kg * sb,
        f.ee - ke * se, f.eb - ke * sb,
        f.bb - kb * sb,
        f.likelihood - 0.5 * (log(TWO_PI * total) + off * off / total),
    )  # fmt: skip
