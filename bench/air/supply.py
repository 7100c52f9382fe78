"""The air that comes into a room: how much, by windows, clock or CO2, and how fresh it is."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from bench.air.crowds import DAY_S, MORNING_S, People
from bench.air.situation import Situation
from bench.air.truth import OUTDOOR_PPM, OUTDOOR_SD_PPM, WINDOW_FACTOR, FlowStep, Place

CORRIDOR_OVER_PPM, CORRIDOR_SD_PPM = 290.0, 50.0
"""Over outdoors, by day; between corridors."""
CORRIDOR_NIGHT = (0.7, 1.0)
"""Of that at night."""
CORRIDOR_STRAYS_PPM, CORRIDOR_BACK_S = 35.0, 3600.0
"""How it strays by itself, one standard deviation, and how soon it comes back."""
CO2_FROM_PPM, CO2_RANGE_PPM = (600.0, 900.0), (200.0, 500.0)
"""Above the first the flow rises, and over the second it comes to its highest."""
CO2_LEAST = (0.05, 0.25)
"""Of the highest flow, what runs in any case."""
LEAK_PER_H = (0.03, 0.2)
"""Air changes of a room whose ventilation is off."""


class Supply(NamedTuple):
    """``levels`` are the moments from which on the flow is so many litres a second, ``co2`` the share
    of it by CO2 where that controls it, ``corridor`` what comes in over outdoors, each minute.
    """

    levels: tuple[tuple[float, float], ...]
    steps: tuple[FlowStep, ...]
    outdoors_ppm: tuple[float, ...]
    corridor: tuple[float, ...]
    by_co2: tuple[float, float, float] | None = None

    def flow_lps(self, at_s: float, co2_ppm: float) -> float:
        flow_lps = _level(self.levels, at_s)
        if self.by_co2 is None:
            return flow_lps
        least, from_ppm, range_ppm = self.by_co2
        share = min(max((co2_ppm - from_ppm) / range_ppm, 0.0), 1.0)
        return flow_lps * (least + (1.0 - least) * share)

    def outdoor_ppm(self, at_s: float) -> float:
        """From morning to morning on a straight line."""
        days = (at_s - MORNING_S) / DAY_S
        nth = min(max(int(days), 0), len(self.outdoors_ppm) - 2)
        a, b = self.outdoors_ppm[nth : nth + 2]
        return a + (b - a) * min(days - nth, 1.0)

    def co2_ppm(self, at_s: float) -> float:
        """Of the air that comes in."""
        outdoor_ppm = self.outdoor_ppm(at_s)
        if not self.corridor:
            return outdoor_ppm
        minute = min(int((at_s - MORNING_S) / 60.0), len(self.corridor) - 1)
        return outdoor_ppm + self.corridor[minute]


def supply(dice: Random, here: Place, people: People, situation: Situation) -> Supply:
    outdoors = tuple(dice.gauss(OUTDOOR_PPM, OUTDOOR_SD_PPM) for _ in range(situation.days + 1))
    clock, windows = Random(dice.random()), Random(dice.random())
    corridor, control = Random(dice.random()), Random(dice.random())
    steps: list[FlowStep] = []
    if here.has_windows:
        steps += _windows(windows, people)
    if here.has_schedule:
        steps += _schedule(clock, people, situation.days)
    leak = math.exp(control.uniform(*(math.log(x) for x in LEAK_PER_H)))
    leak_lps = leak * here.zones.volume_m3 / 3.6
    off = _nights(control, people, situation.days) if situation.control == "clock" else []
    levels = _levels(here.usual_lps, sorted(steps), off, min(leak_lps, here.usual_lps))
    by_co2 = None
    if situation.control == "co2":
        by_co2 = (
            control.uniform(*CO2_LEAST),
            control.uniform(*CO2_FROM_PPM),
            control.uniform(*CO2_RANGE_PPM),
        )
    over = _corridor(corridor, situation.days) if situation.is_inside else ()
    return Supply(levels, tuple(sorted(steps)), outdoors, over, by_co2)


def _windows(dice: Random, people: People) -> list[FlowStep]:
    """Opened in six of ten meetings for 12 to 40 minutes, on the minute."""
    steps: list[FlowStep] = []
    free_s = -math.inf
    for meeting in people.gatherings:
        if dice.random() >= 0.6:
            continue
        first, last = meeting.start_s + 300, max(meeting.end_s - 600, meeting.start_s + 360)
        at_s = 60.0 * round(dice.uniform(first, last) / 60.0)
        closed_s = at_s + 60.0 * dice.randint(12, 40)
        if at_s > free_s:
            steps.append(FlowStep(at_s, WINDOW_FACTOR, "opened"))
            steps.append(FlowStep(closed_s, 1.0 / WINDOW_FACTOR, "closed"))
            free_s = closed_s + 300.0
    return steps


def _schedule(dice: Random, people: People, days: int) -> list[FlowStep]:
    """By day half as much or twice as much for an hour or three; as usual again when all are gone."""
    steps: list[FlowStep] = []
    for nth in range(days):
        now, at_s = 1.0, nth * DAY_S + MORNING_S + 60.0 * dice.randint(30, 120)
        while at_s < _last_s(people, nth):
            factor = dice.choice((0.5, 1.0, 2.0))
            if factor != now:
                steps.append(FlowStep(at_s, factor, "schedule"))
                now = factor
            at_s += 60.0 * dice.randint(60, 180)
        if now != 1.0:
            steps.append(FlowStep(at_s, 1.0, "schedule"))
    return steps


def _nights(dice: Random, people: People, days: int) -> list[tuple[float, bool]]:
    """When the ventilation goes off and on again: half an hour to two hours after the last meeting,
    and by half past six.
    """
    after_s, before_s = dice.uniform(1800.0, 7200.0), dice.uniform(0.0, 1800.0)
    found = []
    for nth in range(days):
        found.append((60.0 * round((_last_s(people, nth) + after_s) / 60.0), True))
        found.append((60.0 * round(((nth + 1) * DAY_S + MORNING_S + before_s) / 60.0), False))
    return found


def _last_s(people: People, nth: int) -> float:
    """The end of the last meeting of a day."""
    begin_s = nth * DAY_S + MORNING_S
    ends = [one.end_s for one in people.gatherings if begin_s <= one.start_s < begin_s + DAY_S]
    return max(ends, default=begin_s)


def _levels(
    usual_lps: float, steps: Sequence[FlowStep], off: list[tuple[float, bool]], leak_lps: float
) -> tuple[tuple[float, float], ...]:
    """The flow by windows and clock; at night what leaks in, windows being closed by then."""
    scheduled, opened, is_off = 1.0, 1.0, False
    levels = [(-math.inf, usual_lps)]
    switches = [(at_s, None, switched) for at_s, switched in off]
    for at_s, step, switched in sorted(
        [*((one.at_s, one, False) for one in steps), *switches], key=lambda one: one[0]
    ):
        if step is None:
            is_off = switched
        elif step.kind == "schedule":
            scheduled = step.factor
        else:
            opened *= step.factor
        base_lps = leak_lps if is_off else usual_lps * scheduled
        levels.append((at_s, base_lps * opened))
    return tuple(levels)


def _corridor(dice: Random, days: int) -> tuple[float, ...]:
    """It rises in the hours before noon, falls at night, and strays."""
    over_ppm = max(dice.gauss(CORRIDOR_OVER_PPM, CORRIDOR_SD_PPM), 100.0)
    night = dice.uniform(*CORRIDOR_NIGHT)
    stays = math.exp(-60.0 / CORRIDOR_BACK_S)
    kick_ppm = CORRIDOR_STRAYS_PPM * math.sqrt(1.0 - stays**2)
    level_ppm, stray_ppm = night * over_ppm, 0.0
    found = []
    for number in range(days * 1440):
        hour = (number / 60.0 + MORNING_S / 3600.0) % 24.0
        wanted_ppm = over_ppm if 7.0 <= hour < 19.0 else night * over_ppm
        level_ppm += (1.0 - stays) * (wanted_ppm - level_ppm)
        stray_ppm = stays * stray_ppm + dice.gauss(0.0, kick_ppm)
        found.append(max(level_ppm + stray_ppm * (level_ppm / over_ppm), 20.0))
    return tuple(found)


def _level(levels: Sequence[tuple[float, float]], at_s: float) -> float:
    return levels[bisect_right(levels, at_s, key=lambda one: one[0]) - 1][1]
