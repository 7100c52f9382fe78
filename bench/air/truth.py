"""Simulated days of rooms, each from its seed alone.

FROZEN: the settings below are what figures of different days are compared by. Whoever changes one
begins a new table in docs/air-score.md. Seeds of ``TUNE`` are for choosing constants, those of
``SCORE`` for nothing but the figures that are told.
"""

import math
from random import Random
from typing import Literal, NamedTuple

from bench.air.attendance import Attendance, Counter, Crowd, Gathering, attended, counted
from bench.air.zones import Zones, stepped

TUNE = range(1, 201)
SCORE = range(100_001, 100_201)

VOLUME_M3 = (40.0, 800.0)  # log-uniform
TOLD_VOLUME_SD = 0.05  # what the estimator is told of it
CHANGES_PER_H = (0.3, 8.0)  # log-uniform, windows closed
MIXING_S = (120.0, 600.0)
HEIGHT_M = 2.8
OUTDOOR_PPM, OUTDOOR_SD_PPM = 430.0, 15.0
OFFSET_SD_PPM = 30.0
LAG_S = 60.0
NOISE_PPM, NOISE_SHARE = 25.0, 0.02  # white, each reading, standard deviations added by squares
INTERVAL_S = (10.0, 300.0)
DEFAULT_INTERVAL_SHARE = 0.4  # of the days at 10 s, as devices come; the others log-uniform
MISSED_SHARE = 0.02
WINDOW_FACTOR = 4.0
WINDOW_DAY_SHARE = 0.4
SCHEDULE_DAY_SHARE = 0.3
WANDER_PER_ROOT_H = (0.05, 0.15)  # of ln flow: a fan's, or an open building's
STEP_S = 5.0
DAY_S = 86_400.0
MORNING_S = 6 * 3600.0


class Place(NamedTuple):
    """A room with its sensor: what is the same from day to day. ``usual_lps``: windows closed."""

    zones: Zones
    told_m3: float
    usual_lps: float
    wander: float
    offset_ppm: float
    interval_s: float
    counter: Counter
    has_windows: bool
    has_schedule: bool


class FlowStep(NamedTuple):
    """A jump of the flow: of a window to ``factor`` times what it was, of the ventilation to
    ``factor`` times the usual.
    """

    at_s: float
    factor: float
    kind: Literal["opened", "closed", "schedule"]


class Minute(NamedTuple):
    """The truth at the end of a minute; ``co2_ppm`` is the room's mean, ``shown_ppm`` what the
    sensor would show without noise.
    """

    at_s: float
    people: int
    flow_lps: float
    co2_ppm: float
    shown_ppm: float
    source_lps: float


class Day(NamedTuple):
    """Times in seconds; ``readings`` and ``counts`` are what the gateway hears."""

    seed: int
    place: Place
    begin_s: float
    outdoor_ppm: float
    gatherings: tuple[Gathering, ...]
    steps: tuple[FlowStep, ...]
    minutes: tuple[Minute, ...]
    readings: tuple[tuple[float, float], ...]
    counts: tuple[tuple[float, int], ...]


def place(seed: int) -> Place:
    dice = Random(f"place {seed}")
    volume_m3 = _log_uniform(dice, VOLUME_M3)
    part = dice.uniform(0.35, 0.65)
    zones = Zones(
        volume_m3,
        part,
        min(max(part + dice.gauss(0.0, 0.1), 0.15), 0.85),
        min(max(part + dice.gauss(0.0, 0.1), 0.15), 0.85),
        dice.uniform(*MIXING_S),
    )
    usual_lps = _log_uniform(dice, CHANGES_PER_H) * volume_m3 / 3.6
    told_m3 = volume_m3 * math.exp(dice.gauss(0.0, TOLD_VOLUME_SD))
    is_default = dice.random() < DEFAULT_INTERVAL_SHARE
    interval_s = _log_uniform(dice, INTERVAL_S)
    return Place(
        zones,
        told_m3,
        usual_lps,
        dice.choice(WANDER_PER_ROOT_H),
        dice.gauss(0.0, OFFSET_SD_PPM),
        INTERVAL_S[0] if is_default else interval_s,
        dice.choice(("exact", "seen", "doors")),
        dice.random() < WINDOW_DAY_SHARE,
        dice.random() < SCHEDULE_DAY_SHARE,
    )


def day(seed: int, nth: int = 3, here: Place | None = None) -> Day:
    """Day ``nth`` of the place of ``seed``, or of another place; the days before it are the place's
    history.
    """
    dice = Random(f"day {seed} {nth}")
    here = here or place(seed)
    begin_s = nth * DAY_S + MORNING_S
    attendance = attended(dice, begin_s, here.zones.volume_m3 / HEIGHT_M)
    steps = _flow_steps(dice, here, attendance, begin_s)
    outdoor_ppm = dice.gauss(OUTDOOR_PPM, OUTDOOR_SD_PPM)
    minutes = _marched(dice, here, attendance, steps, outdoor_ppm, begin_s)
    readings = _readings(dice, here, minutes)
    counts = counted(dice, here.counter, attendance, begin_s)
    return Day(
        seed, here, begin_s, outdoor_ppm, attendance.gatherings, steps, minutes, readings, counts
    )


def _flow_steps(
    dice: Random, here: Place, attendance: Attendance, begin_s: float
) -> tuple[FlowStep, ...]:
    """Windows open some times for 12 to 40 minutes while people are in; a ventilation that runs by
    the clock gives half as much or twice as much for an hour or three.
    """
    steps: list[FlowStep] = []
    if here.has_schedule:
        at_s = begin_s + 60.0 * dice.randint(30, 120)
        low, high = CHANGES_PER_H
        changes = 3.6 * here.usual_lps / here.zones.volume_m3
        now = 1.0
        while at_s < attendance.end_s:
            factor = dice.choice((0.5, 1.0, 2.0))
            if low <= changes * factor <= high and factor != now:
                steps.append(FlowStep(at_s, factor, "schedule"))
                now = factor
            at_s += 60.0 * dice.randint(60, 180)
    if here.has_windows:
        for meeting in attendance.gatherings:
            if dice.random() < 0.6:
                length = dice.randint(12, 40)
                first, last = meeting.start_s + 300, max(meeting.end_s - 600, meeting.start_s + 360)
                at_s = begin_s + 60.0 * round((dice.uniform(first, last) - begin_s) / 60.0)
                steps.append(FlowStep(at_s, WINDOW_FACTOR, "opened"))
                steps.append(FlowStep(at_s + 60.0 * length, 1.0 / WINDOW_FACTOR, "closed"))
    return tuple(sorted(_not_overlapping(steps)))


def _not_overlapping(steps: list[FlowStep]) -> list[FlowStep]:
    """A window is opened once: pairs that would overlap are left out."""
    kept = [step for step in steps if step.kind == "schedule"]
    free_s = -math.inf
    windows = [step for step in steps if step.kind != "schedule"]
    for opened, closed in zip(windows[::2], windows[1::2], strict=True):
        if opened.at_s > free_s:
            kept += [opened, closed]
            free_s = closed.at_s + 300.0
    return kept


def _marched(
    dice: Random,
    here: Place,
    attendance: Attendance,
    steps: tuple[FlowStep, ...],
    outdoor_ppm: float,
    begin_s: float,
) -> tuple[Minute, ...]:
    zones, crowd = here.zones, Crowd(attendance.moves)
    one_ppm = two_ppm = outdoor_ppm + dice.expovariate(1 / 30.0)
    lagged_ppm = one_ppm
    follows = -math.expm1(-STEP_S / LAG_S)
    stray, scheduled, opened, coming = 0.0, 1.0, 1.0, 0
    found: list[Minute] = []
    for number in range(int((attendance.end_s - begin_s) / 60.0)):
        at_s = begin_s + 60.0 * number
        while coming < len(steps) and steps[coming].at_s <= at_s:
            if steps[coming].kind == "schedule":
                scheduled = steps[coming].factor
            else:
                opened *= steps[coming].factor
            coming += 1
        stray += dice.gauss(0.0, here.wander * math.sqrt(1 / 60.0))
        flow_lps = here.usual_lps * scheduled * opened * math.exp(stray)
        each_lps = _each(attendance.gatherings, at_s)
        people = 0
        for i in range(int(60.0 / STEP_S)):
            people = crowd.at(at_s + i * STEP_S)
            before_ppm = one_ppm
            one_ppm, two_ppm = stepped(
                zones, one_ppm, two_ppm, flow_lps, people * each_lps, outdoor_ppm, STEP_S
            )
            lagged_ppm += follows * (0.5 * (before_ppm + one_ppm) - lagged_ppm)
        mean_ppm = zones.mean_ppm(one_ppm, two_ppm)
        shown_ppm = lagged_ppm + here.offset_ppm
        found.append(Minute(at_s + 60.0, people, flow_lps, mean_ppm, shown_ppm, people * each_lps))
    return tuple(found)


def _each(gatherings: tuple[Gathering, ...], at_s: float) -> float:
    """Until seven minutes before a meeting those of the one before are in."""
    each_lps = gatherings[0].generation_lps
    for gathering in gatherings:
        if at_s >= gathering.start_s - 420.0:
            each_lps = gathering.generation_lps
    return each_lps


def _readings(
    dice: Random, here: Place, minutes: tuple[Minute, ...]
) -> tuple[tuple[float, float], ...]:
    """What the sensor sends: late or early by a tenth of the interval, some never, and on every
    fifth day nothing at all for a quarter of an hour.
    """
    first_s, last_s = minutes[0].at_s, minutes[-1].at_s
    away_s = dice.uniform(first_s, last_s) if dice.random() < 0.2 else math.inf
    found: list[tuple[float, float]] = []
    turn_s = first_s
    while True:
        turn_s += here.interval_s
        at_s = round(turn_s + here.interval_s * dice.uniform(-0.1, 0.1), 3)
        if at_s >= last_s:
            return tuple(found)
        if dice.random() < MISSED_SHARE or away_s <= at_s < away_s + 900.0:
            continue
        where = (at_s - first_s) / 60.0
        a, b = minutes[int(where)].shown_ppm, minutes[int(where) + 1].shown_ppm
        clean_ppm = a + (where - int(where)) * (b - a)
        noise_ppm = math.hypot(NOISE_PPM, NOISE_SHARE * clean_ppm)
        found.append((at_s, float(max(round(clean_ppm + dice.gauss(0.0, noise_ppm)), 0))))


def _log_uniform(dice: Random, bounds: tuple[float, float]) -> float:
    low, high = bounds
    return low * math.exp(math.log(high / low) * dice.random())
