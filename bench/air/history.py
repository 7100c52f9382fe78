"""Target 8: what three days of a room's own history gain. The estimator follows three days of the
same room and the nights between them before the day on which it is judged.
"""

from math import exp, hypot
from random import Random

from bench.air.estimator import OfGateway, usual_room
from bench.air.flow import FlowDay, error_quantile, judged
from bench.air.spread import quantile
from bench.air.table import Row
from bench.air.truth import NOISE_PPM, NOISE_SHARE, Day, day
from bench.air.watch import followed_minutes, watched

DAYS = 3
NIGHT_INTERVAL_S = 300.0
FIRST = 10


def history_day(seed: int, module: str) -> FlowDay:
    first, today = day(seed, 0), day(seed)
    follower = OfGateway(module, usual_room(first.place.told_m3), first.begin_s)
    for nth in range(DAYS):
        before, after = day(seed, nth), day(seed, nth + 1)
        for _ in followed_minutes(before, follower):
            pass
        _night(before, after, follower)
    return judged(today, watched(today, follower), formulas=False)


def _night(before: Day, after: Day, follower: OfGateway) -> None:
    """Nobody is in, and the air comes to rest at what is outdoors on the next day."""
    dice = Random(f"night {before.seed} {before.begin_s}")
    here = before.place
    rate = here.usual_lps / (1e3 * here.zones.volume_m3)
    rest_ppm = after.outdoor_ppm + here.offset_ppm
    begin_s = before.minutes[-1].at_s
    over_ppm = before.minutes[-1].shown_ppm - rest_ppm
    at_s = begin_s + NIGHT_INTERVAL_S
    while at_s < after.begin_s:
        ppm = rest_ppm + over_ppm * exp(-rate * (at_s - begin_s))
        noise_ppm = dice.gauss(0.0, hypot(NOISE_PPM, NOISE_SHARE * ppm))
        follower.add_reading(at_s, float(max(round(ppm + noise_ppm), 0)))
        at_s += NIGHT_INTERVAL_S


def history_rows(known: list[FlowDay], unknown: list[FlowDay]) -> list[Row]:
    rows = []
    for q, word in ((0.5, "median"), (0.9, "90th percentile")):
        with_history, without = error_quantile(known, q), error_quantile(unknown, q)
        note = f"without it {without:.1%} on the same {len(known)} days"
        label = f"flow per person after {DAYS} days of the room: {word}"
        rows.append(Row("8", label, with_history, "%", None, note))
    note = f"without it {_at_first(unknown):.1%}"
    rows.append(Row("8", "the same, the first ten minutes of each day: median", _at_first(known), "%",
                    None, note))  # fmt: skip
    return rows


def _at_first(days: list[FlowDay]) -> float:
    """Of the first minutes that count, from twenty minutes after the first of the day came in."""
    return quantile([one.errors["estimator"][:FIRST] for one in days], 0.5)
