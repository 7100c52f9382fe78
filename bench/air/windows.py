"""Target 3: whether a window that is opened is found. Each seed's room is followed on its day as if
its sensor sent every ten seconds and it had windows, so that there are enough of them.
"""

from typing import NamedTuple

from bench.air.estimator import OfGateway, usual_room
from bench.air.spread import between, mean
from bench.air.table import Row
from bench.air.truth import Day, day, place
from bench.air.watch import Watched, watched

INTERVAL_S = 10.0
WITHIN = 0.3
AFTER_S = 480.0
WELL_OVER_PPM = 150.0


class WindowDay(NamedTuple):
    """Of the windows opened that stay so for eight minutes, ones and zeros: whether the estimate of
    the eighth minute is near the new flow, where CO2 stood well over outdoors and where it did not,
    and whether that of any of the eight was.
    """

    well_over: list[float]
    below: list[float]
    at_any: list[float]


def windowed_day(seed: int) -> Day:
    return day(seed, here=place(seed)._replace(interval_s=INTERVAL_S, has_windows=True))


def window_day(seed: int, module: str) -> WindowDay:
    today = windowed_day(seed)
    follower = OfGateway(module, usual_room(today.place.told_m3), today.begin_s)
    return judged(today, watched(today, follower))


def judged(today: Day, followed: list[Watched]) -> WindowDay:
    found = WindowDay([], [], [])
    for step in today.steps:
        until_s = step.at_s + AFTER_S
        disturbed = any(step.at_s < other.at_s <= until_s for other in today.steps)
        after = [one for one in followed if step.at_s < one.minute.at_s <= until_s]
        if step.kind != "opened" or disturbed or len(after) < 8:
            continue
        over_ppm = after[0].minute.co2_ppm - today.outdoor_ppm
        hits = found.well_over if over_ppm >= WELL_OVER_PPM else found.below
        hits.append(_is_near(after[-1]))
        found.at_any.append(max(_is_near(one) for one in after))
    return found


def _is_near(one: Watched) -> float:
    said, true_lps = one.estimate.flow_lps, one.minute.flow_lps
    return float(said is not None and abs(said.value / true_lps - 1.0) <= WITHIN)


def window_rows(days: list[WindowDay]) -> list[Row]:
    well_over = [one.well_over for one in days]
    below = [one.below for one in days]
    at_any = [one.at_any for one in days]
    return [
        Row("3", "window found, 150 ppm over outdoor", mean(well_over), "%", (0.90, None),
            f"of {sum(map(len, well_over))}", between(well_over, mean)),
        Row("3", "window found, below that", mean(below), "%", (0.70, None),
            f"of {sum(map(len, below))}", between(below, mean)),
        Row("3", "window found at any of the eight minutes", mean(at_any), "%", None,
            f"of {sum(map(len, at_any))}", between(at_any, mean)),
    ]  # fmt: skip
