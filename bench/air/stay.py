"""Several days of one room in a situation, from a seed alone: the truth, minute by minute.

A seed gives the same room and the same people in every situation, but where the situation says
otherwise, so that situations can be compared. Seeds of ``STAYS_TUNE`` are for choosing constants, those
of ``STAYS_SCORE`` for nothing but the figures that are told.
"""

import math
from random import Random
from typing import NamedTuple

from bench.air.attendance import Crowd
from bench.air.crowds import DAY_S, MORNING_S, People, lounge, meetings
from bench.air.situation import Situation
from bench.air.supply import Supply, supply
from bench.air.truth import HEIGHT_M, LAG_S, FlowStep, Place, place
from bench.air.zones import stepped

STAYS_TUNE = range(300_001, 301_001)
STAYS_SCORE = range(400_001, 401_001)

STEP_S, RESTING_STEP_S = 5.0, 20.0
RESTS_AFTER_S = 2400.0
STRAYS_BACK_S = 6 * 3600.0
"""A fan's or an open building's flow comes back to the usual in such a time."""


class Instant(NamedTuple):
    """The truth at the end of a minute. ``flow_lps`` is what is blown or drawn in, ``fresh_lps`` the
    flow of outdoor air that would leave as much CO2; ``supply_ppm`` is that of what comes in,
    ``shown_ppm`` what the sensor would show without noise.
    """

    at_s: float
    people: int
    flow_lps: float
    fresh_lps: float
    co2_ppm: float
    shown_ppm: float
    supply_ppm: float
    outdoor_ppm: float


class Stay(NamedTuple):
    """Times in seconds from the midnight before the first day."""

    seed: int
    situation: Situation
    place: Place
    people: People
    steps: tuple[FlowStep, ...]
    begin_s: float
    minutes: tuple[Instant, ...]

    @property
    def end_s(self) -> float:
        return self.minutes[-1].at_s


def stay(seed: int, situation: Situation) -> Stay:
    here = room(seed, situation)
    floor_m2 = here.zones.volume_m3 / HEIGHT_M
    dice = Random(f"people {seed}")
    if situation.lounge:
        people = lounge(dice, situation.days, floor_m2)
    else:
        people = meetings(dice, situation.days, floor_m2, situation.generation)
    air = supply(Random(f"supply {seed}"), here, people, situation)
    begin_s = MORNING_S
    minutes = marched(Random(f"stray {seed}"), here, people, air, situation)
    return Stay(seed, situation, here, people, air.steps, begin_s, minutes)


def room(seed: int, situation: Situation) -> Place:
    """The place of a seed, as the situation has it. Rooms that are ventilated by their CO2 or from a
    corridor have 1.5 to 8 air changes an hour, and a lounge 0.8 to 3.
    """
    here = place(seed)
    dice = Random(f"room {seed}")
    off, chance, share = dice.choice((1, -1)), dice.random(), dice.random()
    usual_lps = here.usual_lps
    changes = 3.6 * usual_lps / here.zones.volume_m3
    if situation.control == "co2":
        usual_lps *= 1.5 * 4.0**share / changes
    elif situation.is_inside:
        usual_lps *= 2.0 * 4.0**share / changes
    elif situation.lounge:
        usual_lps *= 0.8 * 4.0**share / changes
    return here._replace(
        told_m3=here.told_m3 * situation.told_volume**off,
        usual_lps=usual_lps,
        interval_s=situation.interval_s,
        has_windows=chance < situation.windows,
        has_schedule=dice.random() < situation.schedules,
    )


def marched(
    dice: Random, here: Place, people: People, air: Supply, situation: Situation
) -> tuple[Instant, ...]:
    zones, crowd = here.zones, Crowd(people.moves)
    begin_s, end_s = MORNING_S, situation.days * DAY_S + MORNING_S
    one_ppm = two_ppm = air.co2_ppm(begin_s) + dice.expovariate(1 / 30.0)
    lagged_ppm, mean_ppm = one_ppm, one_ppm
    stray, occupied_s = 0.0, begin_s
    found: list[Instant] = []
    for number in range(int((end_s - begin_s) / 60.0)):
        at_s = begin_s + 60.0 * number
        stray *= math.exp(-60.0 / STRAYS_BACK_S)
        stray += dice.gauss(0.0, here.wander * math.sqrt(1 / 60.0))
        flow_lps = air.flow_lps(at_s, lagged_ppm) * math.exp(stray)
        supply_ppm, outdoor_ppm = air.co2_ppm(at_s), air.outdoor_ppm(at_s)
        each_lps = people.each_lps(at_s)
        if crowd.at(at_s) or crowd.at(at_s + 60.0):
            occupied_s = at_s
        step_s = STEP_S if at_s - occupied_s < RESTS_AFTER_S else RESTING_STEP_S
        follows, inside = -math.expm1(-step_s / LAG_S), 0
        for i in range(int(60.0 / step_s)):
            inside = crowd.at(at_s + i * step_s)
            before_ppm = one_ppm
            one_ppm, two_ppm = stepped(
                zones, one_ppm, two_ppm, flow_lps, inside * each_lps, supply_ppm, step_s
            )
            lagged_ppm += follows * (0.5 * (before_ppm + one_ppm) - lagged_ppm)
        mean_ppm = zones.mean_ppm(one_ppm, two_ppm)
        found.append(
            Instant(
                at_s + 60.0,
                inside,
                flow_lps,
                fresh_lps(flow_lps, mean_ppm, supply_ppm, outdoor_ppm),
                mean_ppm,
                lagged_ppm + here.offset_ppm,
                supply_ppm,
                outdoor_ppm,
            )
        )
    return tuple(found)


def fresh_lps(flow_lps: float, co2_ppm: float, supply_ppm: float, outdoor_ppm: float) -> float:
    """The flow of outdoor air that would carry out as much CO2 as this flow of what comes in."""
    if supply_ppm == outdoor_ppm:
        return flow_lps
    over_ppm = co2_ppm - outdoor_ppm
    return flow_lps * max(co2_ppm - supply_ppm, 0.0) / over_ppm if over_ppm > 0.0 else 0.0
