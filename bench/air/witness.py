"""Temperature and humidity as a second witness of windows, beside the gateway's bank of filters: what
it gains, by season.

A window lets in air that is colder and drier, at once; people who leave let a room cool slowly. Where the
temperature or the vapour of the last minutes falls much faster than in the quarter of an hour before,
that a flow has just jumped up is held for likelier; where one rises much faster, that it jumped down
again. How cold it is outdoors is not told: where neither moves nothing is concluded.
"""

from collections import deque
from collections.abc import Mapping
from concurrent.futures import Executor
from functools import partial
from math import sqrt
from typing import NamedTuple

import msgspec

from bench.air import windows
from bench.air.attendance import Counter
from bench.air.estimator import DEFAULT, OfGateway, usual_room
from bench.air.flow import FlowDay, error_quantile, judged
from bench.air.spread import between, mean, quantile
from bench.air.table import Row
from bench.air.truth import Day, day, place
from bench.air.warmth import SEASONS, Felt, Season, felt
from bench.air.watch import NEAR_S, Watched, watched
from gateway.domain.air.hypotheses import APART_LOG
from gateway.domain.air.kalman_filter import FilterState
from gateway.domain.air.room_estimate import AirRoom

INTERVAL_S = 60.0
SOON_FROM_S = 240.0
SOON_S, LONG_S = 120.0, 1200.0
"""What has just happened is told from what was before."""
NOISE_K, NOISE_G_M3 = 0.08, 0.12
"""Of one reading, rounding included."""
WANDERS_K_S, WANDERS_G_M3_S = 0.0008, 0.0005
"""How far the slope differs by itself from one time to the next, a second: people come and go."""
SURE_SD, EACH_SD_LOG, MOST_LOG = 2.5, 1.0, 2.0
"""From so many standard deviations on it speaks, by so much for each more and this at the most. By 3.5 on cold
days for tuning 34 of 38 windows were seen within four minutes, and 0.4 times an hour there was none."""
SILENT_S = 600.0
"""After it spoke, since what was before has that jump in it."""
LEFT_SHARE, LEFT_S = 0.7, 480.0
"""Where fewer than this share of those are left who were in so long ago, it is they who cooled the room."""


class Witness:
    """The last twenty minutes of what was felt."""

    def __init__(self) -> None:
        self._felt: deque[tuple[float, Felt]] = deque()
        self._counts: deque[tuple[float, int]] = deque()
        self._silent_until_s = 0.0

    def hears(self, at_s: float, what: Felt) -> None:
        self._felt.append((at_s, what))
        while self._felt[0][0] < at_s - LONG_S:
            self._felt.popleft()

    def counts(self, at_s: float, count: int) -> None:
        self._counts.append((at_s, count))

    def says(self, at_s: float) -> float:
        """The logarithm by which a jump up is likelier than otherwise; below zero a jump down."""
        if at_s < self._silent_until_s or self._have_left(at_s):
            return 0.0
        found = [
            _turned([(s, one.temperature_c) for s, one in self._felt], NOISE_K, WANDERS_K_S),
            _turned([(s, one.vapour_g_m3) for s, one in self._felt], NOISE_G_M3, WANDERS_G_M3_S),
        ]
        sd = max(found, key=abs)
        if abs(sd) < SURE_SD:
            return 0.0
        spoken = min(EACH_SD_LOG * (abs(sd) - SURE_SD), MOST_LOG)
        if spoken >= 0.5 * MOST_LOG:
            self._silent_until_s = at_s + SILENT_S
        return spoken if sd < 0.0 else -spoken

    def _have_left(self, at_s: float) -> bool:
        while len(self._counts) > 1 and self._counts[1][0] < at_s - LEFT_S:
            self._counts.popleft()
        most = max((count for _, count in self._counts), default=0)
        return bool(most) and self._counts[-1][1] < LEFT_SHARE * most


def _turned(points: list[tuple[float, float]], noise: float, wanders: float) -> float:
    """How far what came last lies off what was before, in standard deviations."""
    if not points:
        return 0.0
    now_s = points[-1][0]
    late = [(s, x) for s, x in points if s > now_s - SOON_S]
    early = [(s, x) for s, x in points if s <= now_s - SOON_S]
    if len(early) < 4 or len(late) < 2 or now_s - early[0][0] < 480.0:
        return 0.0
    n = len(early)
    mean_s, mean_x = sum(s for s, _ in early) / n, sum(x for _, x in early) / n
    square: float = sum((s - mean_s) ** 2 for s, _ in early)
    slope: float = sum((s - mean_s) * (x - mean_x) for s, x in early) / square
    newest = [(s, x) for s, x in late if s > now_s - 0.5 * SOON_S] or late[-1:]
    at_s = sum(s for s, _ in newest) / len(newest)
    last = sum(x for _, x in newest) / len(newest)
    ahead_s = at_s - early[-1][0]
    variance = noise**2 * (1.0 / len(newest) + 1.0 / n + (at_s - mean_s) ** 2 / square)
    variance += (wanders * ahead_s) ** 2
    return (last - mean_x - slope * (at_s - mean_s)) / sqrt(variance)


class Witnessed(OfGateway):
    """The gateway's estimator; its branches are weighed by the witness when they begin."""

    def __init__(self, room: AirRoom, begin_s: float, what: Mapping[float, Felt]) -> None:
        super().__init__(DEFAULT, room, begin_s)
        self._what = what
        self._witness = Witness()

    def add_reading(self, at_s: float, co2_ppm: float) -> None:
        self._witness.hears(at_s, self._what[at_s])
        before_s = self.track.branched_s
        super().add_reading(at_s, co2_ppm)
        if self.track.branched_s != before_s:
            said = self._witness.says(at_s)
            if said:
                weighed = tuple(self._weighed(f, said) for f in self.track.hypotheses)
                self.track = msgspec.structs.replace(self.track, hypotheses=weighed)

    def add_count(self, at_s: float, count: int | None, counter: Counter) -> None:
        self._witness.counts(at_s, count or 0)
        super().add_count(at_s, count, counter)

    def _weighed(self, f: FilterState, said: float) -> FilterState:
        jumped = f.q - self.track.hypotheses[0].q
        if f.jumped_s != self.track.branched_s or abs(jumped) < APART_LOG or jumped * said < 0.0:
            return f
        return msgspec.structs.replace(f, likelihood=f.likelihood + abs(said))


class WitnessDay(NamedTuple):
    """``soon``: whether the interval told four to eight minutes after a step holds the truth."""

    flow: FlowDay
    windows: list[float]
    soon: list[float]


def witness_day(seed: int, season: Season | None) -> WitnessDay:
    """A day with windows, with the witness of a season or without any."""
    today = day(seed, here=place(seed)._replace(interval_s=INTERVAL_S, has_windows=True))
    room = usual_room(today.place.told_m3)
    follower = OfGateway(DEFAULT, room, today.begin_s)
    if season is not None:
        follower = Witnessed(room, today.begin_s, felt(today, season))
    followed = watched(today, follower)
    found = windows.judged(today, followed)
    soon = [held for one in followed if (held := _held_soon(today, one)) is not None]
    flow = judged(today, followed, formulas=False)
    return WitnessDay(flow, found.well_over + found.below, soon)


def _held_soon(today: Day, one: Watched) -> float | None:
    steps = [step.at_s for step in today.steps if step.at_s < one.minute.at_s]
    each = one.estimate.each_lps
    if not steps or not one.minute.people or each is None:
        return None
    if not SOON_FROM_S <= one.minute.at_s - steps[-1] <= NEAR_S:
        return None
    return float(each.low <= one.minute.flow_lps / one.minute.people <= each.high)


def witness_rows(pool: Executor, seeds: range) -> list[Row]:
    rows = []
    for season in (None, *SEASONS):
        days = list(pool.map(partial(witness_day, season=season), seeds, chunksize=4))
        of = "no witness" if season is None else f"{season} season"
        opened = [one.windows for one in days]
        many = sum(len(one) for one in opened)
        flows = [one.flow for one in days]
        silent = mean([one.silent["estimator"] for one in flows])
        wide = quantile([one.half_widths for one in flows], 0.5)
        rows += [
            Row(of, f"window found in the eighth minute (of {many})", mean(opened), "%", None, "",
                between(opened, mean)),
            Row(of, "90 % interval, minutes 4 to 8 after a step", mean([d.soon for d in days]), "%"),
            Row(of, "flow per person: median", error_quantile(flows, 0.5), "%", None,
                f"nothing said {silent:.1%}"),
            Row(of, "half-width, median", wide, "×"),
        ]  # fmt: skip
    return rows
