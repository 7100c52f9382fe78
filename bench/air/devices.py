"""What the devices of a room send during a stay: CO2, a door's totals or a count, and motion."""

import math
from collections.abc import Iterable
from heapq import merge
from operator import attrgetter
from random import Random
from typing import Literal, NamedTuple

from bench.air.attendance import Crowd
from bench.air.stay import Stay
from bench.air.truth import MISSED_SHARE

NOISE_PPM, NOISE_SHARE = (12.0, 25.0), 0.01
"""Of each reading, white, one standard deviation: log-uniform between sensors, and a share of the value,
added by squares."""
SEEN_EVERY_S = 60.0
MOTION_EVERY_S = (15.0, 60.0)
STIRS_EVERY_S = (60.0, 600.0)
"""How long one who sits there is still for a PIR, by the meeting's kind and the sensor's place."""
MISSES = (0.0, 0.03)
"""Of who passes a door, in and out each for itself."""
AWAY_SHARE, AWAY_S = 0.2, 900.0


class Sent(NamedTuple):
    """One message: of ``air`` the ppm, of ``seen`` the count, of ``door`` both totals, of ``motion``
    1 or 0.
    """

    at_s: float
    kind: Literal["air", "seen", "door", "motion"]
    value: float
    out_total: int = 0


def sent(stay: Stay) -> Iterable[Sent]:
    """All of it in the order of time."""
    dice = Random(f"devices {stay.seed}")
    air, door, camera, motion = (Random(dice.random()) for _ in range(4))
    streams = [_air(air, stay)]
    counters = stay.situation.counters
    counter = dice.choice(counters) if counters else None
    if counter == "doors":
        streams.append(_door(door, stay))
    elif counter == "seen":
        streams.append(_seen(camera, stay))
    if stay.situation.motion:
        streams.append(_motion(motion, stay))
    return merge(*streams, key=attrgetter("at_s"))


def _air(dice: Random, stay: Stay) -> list[Sent]:
    """Late or early by a tenth of the interval, some never, and on every fifth day nothing at all for
    a quarter of an hour; with the sensor's noise.
    """
    minutes, interval_s = stay.minutes, stay.place.interval_s
    first_s, last_s = minutes[0].at_s, minutes[-1].at_s
    own_ppm = _log_uniform(dice, NOISE_PPM)
    away = [
        dice.uniform(day_s, day_s + 86_400.0) for day_s in _days(stay) if dice.random() < AWAY_SHARE
    ]
    found: list[Sent] = []
    turn_s = first_s
    while True:
        turn_s += interval_s
        at_s = round(turn_s + interval_s * dice.uniform(-0.1, 0.1), 3)
        if at_s >= last_s:
            return found
        if dice.random() < MISSED_SHARE or any(s <= at_s < s + AWAY_S for s in away):
            continue
        where = (at_s - first_s) / 60.0
        a, b = minutes[int(where)].shown_ppm, minutes[int(where) + 1].shown_ppm
        clean_ppm = a + (where - int(where)) * (b - a)
        noise_ppm = math.hypot(own_ppm, NOISE_SHARE * clean_ppm)
        ppm = float(max(round(clean_ppm + dice.gauss(0.0, noise_ppm)), 0))
        found.append(Sent(at_s, "air", ppm))


def _days(stay: Stay) -> list[float]:
    return [stay.begin_s + 86_400.0 * nth for nth in range(stay.situation.days)]


def _door(dice: Random, stay: Stay) -> list[Sent]:
    """Its totals whenever somebody passes, but some are missed."""
    miss_in, miss_out = dice.uniform(*MISSES), dice.uniform(*MISSES)
    in_total, out_total = dice.randint(0, 5000), dice.randint(0, 5000)
    found = [Sent(stay.begin_s + 1.0, "door", in_total, out_total)]
    for at_s, more in stay.people.moves:
        if at_s < stay.begin_s + 2.0 or at_s >= stay.end_s:
            continue
        if dice.random() >= (miss_in if more > 0 else miss_out):
            in_total += max(more, 0)
            out_total += max(-more, 0)
            found.append(Sent(at_s, "door", in_total, out_total))
    return found


def _seen(dice: Random, stay: Stay) -> list[Sent]:
    """A camera, each minute: wrong by up to three for some ten minutes, as long as anybody is in."""
    crowd = Crowd(stay.people.moves)
    off, off_until_s = 0, stay.begin_s
    found = []
    at_s = stay.begin_s + dice.uniform(0.0, SEEN_EVERY_S)
    while at_s < stay.end_s:
        if at_s >= off_until_s:
            off = dice.choice((-3, -2, -1, -1, 0, 0, 0, 1, 1, 2, 3))
            off_until_s = at_s + 60.0 * dice.expovariate(0.1)
        people = crowd.at(at_s)
        found.append(Sent(at_s, "seen", float(max(people + off, 1) if people else 0)))
        at_s += SEEN_EVERY_S
    return found


def _motion(dice: Random, stay: Stay) -> list[Sent]:
    """A PIR that says at each interval whether it saw motion in it; who sits still is missed, all the
    sooner where few are in.
    """
    crowd = Crowd(stay.people.moves)
    every_s, stirs_s = _log_uniform(dice, MOTION_EVERY_S), _log_uniform(dice, STIRS_EVERY_S)
    moved = {int(at_s // every_s) for at_s, _ in stay.people.moves}
    found = []
    at_s = stay.begin_s + every_s
    while at_s < stay.end_s:
        stirring = crowd.at(at_s) * every_s / stirs_s
        passed = int(at_s // every_s) - 1 in moved and dice.random() < 0.8
        is_seen = passed or dice.random() < -math.expm1(-stirring)
        found.append(Sent(at_s, "motion", float(is_seen)))
        at_s += every_s
    return found


def _log_uniform(dice: Random, bounds: tuple[float, float]) -> float:
    low, high = bounds
    return low * math.exp(math.log(high / low) * dice.random())
