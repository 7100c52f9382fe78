"""Target 6: minutes to the limit, on simulated days, beside a straight line through ten minutes.

A forecast speaks of people and windows as they are. So crossings count that somebody who knows flow
and people at that moment could have told of, and what was announced and did not come is told twice:
as it is, and without those cases in which a window was opened or a fifth of the people left.
"""

from collections import deque
from math import exp, inf
from typing import NamedTuple

from bench.air.ahead import Foreteller
from bench.air.estimator import usual_room
from bench.air.spread import between, mean
from bench.air.table import Row
from bench.air.truth import Day, Minute, day
from bench.air.watch import followed_minutes
from gateway.domain.air.forecast import minutes_to

LIMIT_PPM = 1200.0
BELOW_BEFORE_MIN = 30
ANNOUNCED_FROM_MIN, ANNOUNCED_UNTIL_MIN = 10, 5
SOON_MIN, COME_BY_MIN = 15.0, 25
EARLY_MIN, EARLY_FACTOR = 20, 1.5
LATEST_MIN = 30.0
LINE_S = 600.0
STAYED = 0.8


class CrossingDay(NamedTuple):
    """Ones and zeros: crossings announced, announcements that were false (of all, and of those that
    nothing came between), crossings named in time twenty minutes ahead by the forecast and by the
    line.
    """

    announced: list[float]
    false_all: list[float]
    false_undisturbed: list[float]
    named: list[float]
    named_by_line: list[float]


class Line:
    """Minutes to the limit by the straight line through the readings of ten minutes."""

    def __init__(self) -> None:
        self._readings: deque[tuple[float, float]] = deque()

    def add(self, at_s: float, ppm: float) -> None:
        self._readings.append((at_s, ppm))

    def minutes(self, at_s: float) -> float:
        while len(self._readings) > 3 and self._readings[0][0] < at_s - LINE_S:
            self._readings.popleft()
        n = len(self._readings)
        if n < 2:
            return inf
        mean_s = sum(s for s, _ in self._readings) / n
        mean_ppm = sum(ppm for _, ppm in self._readings) / n
        square = sum((s - mean_s) ** 2 for s, _ in self._readings)
        slope = sum((s - mean_s) * (ppm - mean_ppm) for s, ppm in self._readings) / square
        if slope <= 0:
            return inf
        return max((LIMIT_PPM - mean_ppm) / slope - (at_s - mean_s), 0.0) / 60.0


class Both(Foreteller):
    """The forecast and the line, hearing the same."""

    line: Line

    def add_reading(self, at_s: float, co2_ppm: float) -> None:
        super().add_reading(at_s, co2_ppm)
        self.line.add(at_s, co2_ppm)


def crossing_day(seed: int, module: str) -> CrossingDay:
    today = day(seed)
    follower = Both(module, usual_room(today.place.told_m3), today.begin_s)
    follower.line = Line()
    named: list[float] = []
    by_line: list[float] = []
    for minute in followed_minutes(today, follower):
        said = follower.forecast(minute.at_s)
        found = None if said is None else minutes_to(said.path, LIMIT_PPM)
        named.append(inf if found is None else found.value)
        by_line.append(follower.line.minutes(minute.at_s))
    return judged(today, named, by_line)


def judged(today: Day, named: list[float], by_line: list[float]) -> CrossingDay:
    """``named``: minutes to the limit as told at each minute, infinite where none are."""
    minutes = today.minutes
    crossings = [i for i in range(BELOW_BEFORE_MIN, len(minutes)) if _crosses(minutes, i)]
    announced = [
        float(min(named[i - ANNOUNCED_FROM_MIN : i - ANNOUNCED_UNTIL_MIN + 1]) <= LATEST_MIN)
        for i in crossings
        if _foreseeable_min(today, i - ANNOUNCED_FROM_MIN) <= LATEST_MIN
    ]
    early = [
        i
        for i in crossings
        if minutes[i - EARLY_MIN].people and not _disturbed(today, i - EARLY_MIN, i)
    ]
    false_all, false_undisturbed = _false(today, named)
    return CrossingDay(
        announced,
        false_all,
        false_undisturbed,
        [_in_time(named[i - EARLY_MIN]) for i in early],
        [_in_time(by_line[i - EARLY_MIN]) for i in early],
    )


def _crosses(minutes: tuple[Minute, ...], i: int) -> bool:
    before = minutes[i - BELOW_BEFORE_MIN : i]
    return minutes[i].shown_ppm >= LIMIT_PPM and all(m.shown_ppm < LIMIT_PPM for m in before)


def _foreseeable_min(today: Day, i: int) -> float:
    """When the limit comes with flow and people as they truly are at minute ``i``, in one zone."""
    now = today.minutes[i]
    rest_ppm = today.outdoor_ppm + today.place.offset_ppm + 1e6 * now.source_lps / now.flow_lps
    rate = 60.0 * now.flow_lps / (1e3 * today.place.zones.volume_m3)
    for m in range(int(LATEST_MIN) + 1):
        if rest_ppm + (now.shown_ppm - rest_ppm) * exp(-rate * m) >= LIMIT_PPM:
            return float(m)
    return inf


def _disturbed(today: Day, i: int, j: int) -> bool:
    """Whether between two minutes the flow jumped or the number of people changed by a fifth."""
    minutes = today.minutes
    first_s, last_s = minutes[i].at_s, minutes[j].at_s
    if any(first_s - 60.0 <= step.at_s <= last_s for step in today.steps):
        return True
    people = minutes[i].people
    return any(abs(m.people - people) > (1.0 - STAYED) * people for m in minutes[i : j + 1])


def _false(today: Day, named: list[float]) -> tuple[list[float], list[float]]:
    """Of the announcements for within a quarter of an hour, each at its first minute, which had not
    come in twenty-five.
    """
    every: list[float] = []
    undisturbed: list[float] = []
    quiet_until = 0
    for i in range(len(named) - COME_BY_MIN):
        if today.minutes[i].shown_ppm >= LIMIT_PPM or named[i] > SOON_MIN:
            continue
        if i >= quiet_until:
            came = [
                j for j in range(i, i + COME_BY_MIN + 1) if today.minutes[j].shown_ppm >= LIMIT_PPM
            ]
            every.append(float(not came))
            if came or not _disturbed(today, i, i + COME_BY_MIN):
                undisturbed.append(float(not came))
        quiet_until = i + COME_BY_MIN
    return every, undisturbed


def _in_time(named: float) -> float:
    return float(EARLY_MIN / EARLY_FACTOR <= named <= EARLY_MIN * EARLY_FACTOR)


def crossing_rows(days: list[CrossingDay]) -> list[Row]:
    announced = [one.announced for one in days]
    false = [one.false_undisturbed for one in days]
    false_all = [one.false_all for one in days]
    named = [one.named for one in days]
    line = [one.named_by_line for one in days]
    within = f"× or ÷ {EARLY_FACTOR}"
    return [
        Row("6", "crossings of 1200 ppm announced", mean(announced), "%", (0.95, None),
            f"of {sum(map(len, announced))}", between(announced, mean)),
        Row("6", "announced for within 15 minutes, not come in 25", mean(false), "%", (None, 0.10),
            f"of {sum(map(len, false))}", between(false, mean)),
        Row("6", "the same, also where somebody opened a window or left", mean(false_all), "%", None,
            f"of {sum(map(len, false_all))}", between(false_all, mean)),
        Row("6", f"20 minutes ahead, the time named within {within}", mean(named), "%",
            (0.75, None), f"of {sum(map(len, named))}", between(named, mean)),
        Row("6", "the same by the line through 10 minutes", mean(line), "%", None,
            f"of {sum(map(len, line))}", between(line, mean)),
    ]  # fmt: skip
