"""A particle filter of a room's air, with the estimator's surface: `--estimator bench.air.particles`.

It stands beside the gateway's bank of filters to be compared with it, and is no part of the gateway. A
cloud of possible rooms (CO2, flow, people) is taken on in time by the mass balance, each straying by
itself, and weighed by what the sensor shows, minute by minute. What makes it adaptive: where readings lie
further off than the cloud expects, more of its flows stray farther and more of them jump, until some
explain what is read. (The idea of Miao, Gangolells and Tejedor 2025, Building and Environment,
doi 10.1016/j.buildenv.2025.113432; what follows is made anew from it.) Chance comes from one seed, so that a day
gives the same figures each time.
"""

from collections.abc import Sequence
from itertools import accumulate
from math import exp, expm1, log, sqrt
from random import Random

from gateway.domain.air.generation import GROUP_LOG_SD, generation_of
from gateway.domain.air.hypotheses import JUMP_LOG_SD, JUMPS_LOG, SOMEBODY
from gateway.domain.air.kalman_filter import (
    LEAST_CHANGES_PER_S,
    MOST_CHANGES_PER_S,
    RATES_APART,
    TAU_S,
)
from gateway.domain.air.mass_balance import LITRES, PPM
from gateway.domain.air.mixture import HALF_AT_MOST, KNOWN_WITHIN_LOG
from gateway.domain.air.people_update import (
    MOST_UNMIXED,
    PLACE_LOG_SD,
    UNMIXED_S,
    Counter,
    CountSource,
    drift_rate,
    initial_variance,
)
from gateway.domain.air.room_estimate import AirRoom, Prior, Range, RoomEstimate
from gateway.domain.air.sensor_noise import AT_FIRST_PPM2, noise_after
from sensors.wire.topic import DeviceSlug

# Where nothing else is said: ours, tried on simulated days for tuning.

PARTICLES = 400
MINUTE_S = 60.0
"""Readings of a minute are put together, and the cloud is taken on in steps of no more than five."""
LONGEST_STEP_S = 300.0
WANDER_PER_ROOT_H = 0.15
JUMPS_PER_MIN = 0.015
"""How many of the flows jump up or down in a minute while all is as expected."""
MOST_JUMPS_PER_MIN, FARTHEST = 0.15, 2.5
"""How many do, and how many times as far they stray, where nothing is as expected."""
CALM, ALARMED = 1.5, 5.0
"""The mean square of how far off readings are, in standard deviations: up to the first all is as expected,
from the second on nothing is."""
FORGETS = 0.5
"""Of that mean, what each minute takes away: windows show in two or three."""
STRAY_PPM2_S, UNMIXED_PPM2_S = 0.05, 3.0
MODEL_PPM2 = 2.0
TAILS = 9.0
"""Beyond three standard deviations a reading speaks against nothing the more."""
KEPT_SHARE, JITTER = 0.5, 0.1
"""Drawn anew where the weights are worth fewer than so many; each is moved by so much of the spread."""
FIRST_SD_PPM = 30.0
FIRST_VAR = 1.0
PASSED_VAR = 0.03
ERRS_SHARE, ERRS_AT_MOST = 0.5, 6
"""A camera that changes its mind by no more than this errs as often as people move."""
UNSEEN_CHANCE, FRESH_PPM = 0.01, 80.0
"""So many of a room with fresh air are said to be empty in a minute, whatever the doors say."""


class Cloud:
    """``possible`` are the rooms, each [c, s, q, g, e, b] as in the gateway's filters, ``weights`` what
    each is worth. ``alarm`` is how far off readings were lately. ``hypotheses`` tells whether anything
    is known.
    """

    def __init__(self, at_s: float) -> None:
        self.at_s = self.taken_s = at_s
        self.dice = Random(0)
        self.possible: list[list[float]] = []
        self.weights: list[float] = []
        self.count = 0.0
        self.source: CountSource = "air"
        self.generation = Prior(generation_of(None).median, GROUP_LOG_SD)
        self.noise_ppm2, self.before = AT_FIRST_PPM2, (0.0, 0.0, 0.0, 0.0)
        self.waiting: list[tuple[float, float]] = []
        self.alarm = 1.0
        self.still_s = 0.0

    @property
    def hypotheses(self) -> list[list[float]]:
        return self.possible


def begin(at_s: float) -> Cloud:
    return Cloud(at_s)


def after_reading(
    cloud: Cloud, room: AirRoom, at_s: float, device: DeviceSlug, co2_ppm: float
) -> Cloud:
    del device
    if not cloud.possible:
        _spread(cloud, room, at_s, co2_ppm)
        return cloud
    cloud.noise_ppm2, cloud.before = noise_after(cloud.noise_ppm2, cloud.before, at_s, co2_ppm)
    cloud.waiting.append((at_s, co2_ppm))
    if at_s - cloud.taken_s >= MINUTE_S:
        _heard(cloud, room)
    return cloud


def after_count(
    cloud: Cloud, room: AirRoom, at_s: float, count: int | None, source: Counter
) -> Cloud:
    before, now = cloud.count, float(count or 0)
    _advance(cloud, room, at_s)
    begins = cloud.source == "air" or count is None
    cloud.count, cloud.source = now, "air" if count is None else source
    sd, dice = sqrt(initial_variance(cloud.source, now, room)), cloud.dice
    for one in cloud.possible:
        if count is None:
            one[4] += before
        elif begins:
            one[4] = dice.gauss(0.0, sd)
        elif source == "seen":
            one[4] = _seen(dice, one[4], before, now)
        else:
            one[4] += dice.gauss(0.0, sqrt(PASSED_VAR * abs(now - before)))
        one[4] = max(one[4], -now)
    return cloud


def after_new_group(cloud: Cloud, room: AirRoom, at_s: float, generation: Prior) -> Cloud:
    _advance(cloud, room, at_s)
    cloud.generation = generation
    volume_l = LITRES * room.volume_m3
    for one in cloud.possible:
        unmixed = min(exp(one[2]) / volume_l * UNMIXED_S, MOST_UNMIXED)
        sd = sqrt(generation.log_sd**2 + (PLACE_LOG_SD * unmixed) ** 2)
        one[3] = cloud.dice.gauss(log(generation.median), sd)
    return cloud


def after_movement(cloud: Cloud, room: AirRoom, at_s: float) -> Cloud:
    _advance(cloud, room, at_s)
    for one in cloud.possible:
        one[4] = max(one[4], 1.0 - cloud.count)
    return cloud


def stilled(cloud: Cloud, since_s: float) -> Cloud:
    cloud.still_s = since_s
    return cloud


def estimate(cloud: Cloud, room: AirRoom, at_s: float) -> RoomEstimate | None:
    if not cloud.possible:
        return None
    w, count = cloud.weights, cloud.count
    mean = [sum(a * one[i] for a, one in zip(w, cloud.possible, strict=True)) for i in range(6)]
    people = [max(count + one[4], 0.0) for one in cloud.possible]
    outdoor = _range([one[5] for one in cloud.possible], w)
    crowd = _range(people, w)
    flow = _told([one[2] for one in cloud.possible], w)
    each = None
    if crowd.value >= SOMEBODY:
        per_person = [
            one[2] - log(max(n, SOMEBODY)) for one, n in zip(cloud.possible, people, strict=True)
        ]
        each = _told(per_person, w)
    return RoomEstimate(
        max(at_s, cloud.at_s), room.volume_m3, mean[0], mean[1], outdoor, flow, each, crowd, (),
        basis=room.basis,
    )  # fmt: skip


def _seen(dice: Random, more: float, before: float, now: float) -> float:
    """Either people moved, or a camera errs otherwise than before; that nobody is in it sees well."""
    change = now - before
    if now == 0.0 or before == 0.0:
        return dice.gauss(0.0, 0.2 if now == 0.0 else 1.0)
    if abs(change) <= ERRS_AT_MOST and dice.random() < ERRS_SHARE:
        return more - change
    return more


def _spread(cloud: Cloud, room: AirRoom, at_s: float, co2_ppm: float) -> None:
    dice, flow, each = cloud.dice, room.flow_lps, cloud.generation
    sd = sqrt(initial_variance(cloud.source, cloud.count, room))
    cloud.possible = [
        [
            dice.gauss(co2_ppm, FIRST_SD_PPM),
            dice.gauss(co2_ppm, FIRST_SD_PPM),
            dice.gauss(log(flow.median), flow.log_sd),
            dice.gauss(log(each.median), each.log_sd),
            max(dice.gauss(0.0, sd), -cloud.count),
            dice.gauss(room.outdoor_ppm, room.outdoor_sd_ppm),
        ]
        for _ in range(PARTICLES)
    ]
    cloud.weights = [1.0 / PARTICLES] * PARTICLES
    cloud.at_s = cloud.taken_s = at_s
    cloud.before = (at_s, co2_ppm, at_s, co2_ppm)


def _heard(cloud: Cloud, room: AirRoom) -> None:
    """Weigh the cloud by the readings that wait, and draw it anew where few of it are worth anything."""
    n = len(cloud.waiting)
    at_s = max(sum(s for s, _ in cloud.waiting) / n, cloud.at_s)
    ppm = sum(shown for _, shown in cloud.waiting) / n
    cloud.waiting.clear()
    _advance(cloud, room, at_s)
    cloud.taken_s = at_s
    shown = [one[1] for one in cloud.possible]
    variance = cloud.noise_ppm2 / n + MODEL_PPM2
    mean = sum(w * s for w, s in zip(cloud.weights, shown, strict=True))
    spread = sum(w * (s - mean) ** 2 for w, s in zip(cloud.weights, shown, strict=True))
    off = min((ppm - mean) ** 2 / (spread + variance), ALARMED**2)
    cloud.alarm += FORGETS * (off - cloud.alarm)
    raw = [
        w * exp(-0.5 * min((ppm - s) ** 2 / variance, TAILS + (ppm - s) ** 2 / (9.0 * variance)))
        for w, s in zip(cloud.weights, shown, strict=True)
    ]
    total = sum(raw)
    if total <= 0.0:
        return
    cloud.weights = [w / total for w in raw]
    if 1.0 / sum(w * w for w in cloud.weights) < KEPT_SHARE * len(cloud.weights):
        _drawn_anew(cloud)


def _drawn_anew(cloud: Cloud) -> None:
    """By one throw for all; flow and what each gives off are moved a little towards each other's middle
    and apart, so that no two stay the same and the spread does.
    """
    dice, n = cloud.dice, len(cloud.possible)
    means, sds = [], []
    for i in (2, 3, 5):
        mean = sum(w * one[i] for w, one in zip(cloud.weights, cloud.possible, strict=True))
        var = sum(
            w * (one[i] - mean) ** 2 for w, one in zip(cloud.weights, cloud.possible, strict=True)
        )
        means.append(mean)
        sds.append(sqrt(var))
    found: list[list[float]] = []
    at, below = dice.random() / n, 0.0
    keeps = sqrt(1.0 - JITTER**2)
    for w, one in zip(cloud.weights, cloud.possible, strict=True):
        below += w
        while at < below and len(found) < n:
            c, s, q, g, e, b = one
            moved = [
                mean + keeps * (x - mean) + JITTER * sd * dice.gauss(0.0, 1.0)
                for x, mean, sd in zip((q, g, b), means, sds, strict=True)
            ]
            found.append([c, s, moved[0], moved[1], e, moved[2]])
            at += 1.0 / n
    found += [list(one) for one in found[: n - len(found)]]
    cloud.possible, cloud.weights = found, [1.0 / n] * n


def _advance(cloud: Cloud, room: AirRoom, to_s: float) -> None:
    while cloud.possible and to_s > cloud.at_s:
        dt_s = min(to_s - cloud.at_s, LONGEST_STEP_S)
        _step(cloud, room, dt_s)
        cloud.at_s += dt_s


def _step(cloud: Cloud, room: AirRoom, dt_s: float) -> None:
    dice, count, volume_l = cloud.dice, cloud.count, LITRES * room.volume_m3
    gauss, chance = dice.gauss, dice.random
    surprise = min(max((cloud.alarm - CALM) / (ALARMED - CALM), 0.0), 1.0)
    jumps = (JUMPS_PER_MIN + surprise * (MOST_JUMPS_PER_MIN - JUMPS_PER_MIN)) * dt_s / MINUTE_S
    q_sd = WANDER_PER_ROOT_H * (1.0 + surprise * (FARTHEST - 1.0)) * sqrt(dt_s / 3600.0)
    e_var, e_fades = drift_rate(cloud.source, count, room)
    e_sd, e_kept = sqrt(e_var * dt_s), exp(-e_fades * dt_s)
    unseen = UNSEEN_CHANCE * dt_s / MINUTE_S
    a = 1.0 / TAU_S
    fade_a = exp(-a * dt_s)
    for one in cloud.possible:
        c, s, q, g, e, b = one
        q += gauss(0.0, q_sd)
        if chance() < jumps:
            q += gauss(JUMPS_LOG[chance() < 0.5], JUMP_LOG_SD)
        e = max(e * e_kept + gauss(0.0, e_sd), -count)
        if count and c - b < FRESH_PPM and chance() < unseen:
            e = -count
        r = min(max(exp(q) / volume_l, LEAST_CHANGES_PER_S), MOST_CHANGES_PER_S)
        if abs(a - r) < RATES_APART * a:
            r = (1.0 - RATES_APART) * a
        given = (count + e) * PPM * exp(g) / volume_l
        fade_r = exp(-r * dt_s)
        stay_s = -expm1(-r * dt_s) / r
        lead = a / (a - r) * (fade_r - fade_a)
        over = c - b
        moving = given + r * abs(over)
        strays = sqrt((STRAY_PPM2_S + UNMIXED_PPM2_S * moving * moving) * dt_s)
        one[0] = b + over * fade_r + given * stay_s + gauss(0.0, strays)
        one[1] = b + (s - b) * fade_a + over * lead + given * (1.0 - fade_a - lead) / r
        one[2], one[4] = q, e


def _range(values: Sequence[float], weights: Sequence[float]) -> Range:
    low, middle, high = _quantiles(values, weights, (0.05, 0.5, 0.95))
    return Range(middle, low, high)


def _told(logs: Sequence[float], weights: Sequence[float]) -> Range | None:
    """None where the flow is hardly known, or may well be half of what would be told."""
    low, middle, high = _quantiles(logs, weights, (0.05, 0.5, 0.95))
    below = sum(w for x, w in zip(logs, weights, strict=True) if x < middle - log(2.0))
    if high - low > KNOWN_WITHIN_LOG or below > HALF_AT_MOST:
        return None
    return Range(exp(middle), exp(low), exp(high))


def _quantiles(
    values: Sequence[float], weights: Sequence[float], shares: Sequence[float]
) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    below = list(accumulate(weights[i] for i in order))
    found, place = [], 0
    for share in shares:
        while place < len(below) - 1 and below[place] < share:
            place += 1
        found.append(values[order[place]])
    return found
