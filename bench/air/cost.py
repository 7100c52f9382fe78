"""Target 7: the CPU time of one update of one room, and the size of what is kept."""

import time
from math import inf

import msgspec

from bench.air.ahead import LOOK_EVERY_S
from bench.air.estimator import OfGateway, usual_room
from bench.air.table import Row
from bench.air.truth import TUNE, Day, day
from bench.air.watch import followed_minutes
from gateway.domain.air.forecast import forecast
from gateway.domain.air.room_estimate import RoomEstimate
from gateway.domain.air.skill import Skill, is_due, issued, scored

DAYS = 4
PASSES = 3
US = 1e6
LIMIT_US = 60.0
LIMIT_BYTES = 16_384.0


class Timed(OfGateway):
    """Each reading, the estimate after it wherever the reading changed anything, and a forecast
    each half minute. The flags and the advice of a whole room come on top: ``python -m
    bench.rules`` has those.
    """

    skill = Skill()
    spent_s = 0.0
    foretold_s = 0.0
    readings = 0
    now: RoomEstimate | None = None
    _looked_s = -inf

    def add_reading(self, at_s: float, co2_ppm: float) -> None:
        begin_s = time.process_time()
        before = self.track.hypotheses
        super().add_reading(at_s, co2_ppm)
        if self.track.hypotheses is not before:
            self.now = self.room_estimate(at_s)
        now = self.now
        updated_s = time.process_time()
        self.readings += 1
        self.spent_s += updated_s - begin_s
        if now is not None and at_s - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = at_s
            self._look(now, at_s, co2_ppm)
            self.foretold_s += time.process_time() - updated_s

    def _look(self, now: RoomEstimate, at_s: float, co2_ppm: float) -> None:
        self.skill = scored(self.skill, at_s, co2_ppm, occupied=True)
        said = forecast(now, self.skill)
        if is_due(self.skill, at_s):
            self.skill = issued(
                self.skill, at_s, said.ahead_ppm, now.shown_ppm, said.ahead_spread_ppm,
                said.people_ppm,
            )  # fmt: skip


def cost_rows(module: str) -> list[Row]:
    fast = [today for seed in TUNE if (today := day(seed)).place.interval_s <= 10.0][:DAYS]
    passes, largest = [], 0
    for _ in range(PASSES):
        followed = [_followed(today, module) for today in fast]
        readings = sum(follower.readings for follower, _ in followed)
        spent_s = sum(follower.spent_s for follower, _ in followed)
        foretold_s = sum(follower.foretold_s for follower, _ in followed)
        passes.append((US * (spent_s + foretold_s) / readings, US * spent_s / readings))
        largest = max(largest, *(size for _, size in followed))
    all_us, bare_us = min(passes)
    note = f"without the forecast {bare_us:.0f} µs; flags and advice not included"
    return [
        Row("7", "one reading through estimator, estimate and forecast, CPU", all_us, "µs",
            (None, LIMIT_US), note),
        Row("7", "what the estimator keeps, at most", float(largest), "bytes", (None, LIMIT_BYTES)),
    ]  # fmt: skip


def _followed(today: Day, module: str) -> tuple[Timed, int]:
    follower = Timed(module, usual_room(today.place.told_m3), today.begin_s)
    largest = 0
    for minute in followed_minutes(today, follower):
        if minute.at_s % 600.0 == 0.0:
            kept = msgspec.msgpack.encode((follower.track, follower.skill))
            largest = max(largest, len(kept))
    return follower, largest
