"""Who is in during several days: meetings by day, or a lounge that is never empty."""

from math import exp, pi, sin
from random import Random
from typing import NamedTuple

from bench.air.attendance import GROUP_LOG_SD, GROUP_LPS, Gathering, attended

DAY_S = 86_400.0
MORNING_S = 6 * 3600.0
STAYS_S = 2400.0
LOUNGE_AREA_M2 = (5.0, 15.0)
"""Floor for each person in a lounge at its busiest."""
BLOCK_S = 3 * 3600.0


class People(NamedTuple):
    """``gatherings`` are the meetings; of a lounge they are blocks of hours in which people give off
    the same, and no calendar has them. ``moves`` as of an attendance.
    """

    gatherings: tuple[Gathering, ...]
    moves: tuple[tuple[float, int], ...]

    def each_lps(self, at_s: float) -> float:
        """What each gives off; until seven minutes before a meeting those of the one before are in."""
        each_lps = self.gatherings[0].generation_lps
        for gathering in self.gatherings:
            if at_s < gathering.start_s - 420.0:
                break
            each_lps = gathering.generation_lps
        return each_lps


def meetings(dice: Random, days: int, floor_m2: float, generation: float) -> People:
    """3 to 6 meetings on each day; ``generation`` is the factor by which people give off more."""
    gatherings: list[Gathering] = []
    moves: list[tuple[float, int]] = []
    for nth in range(days):
        today = attended(dice, nth * DAY_S + MORNING_S, floor_m2)
        gatherings += today.gatherings
        moves += today.moves
    return People(
        tuple(one._replace(generation_lps=generation * one.generation_lps) for one in gatherings),
        tuple(moves),
    )


def lounge(dice: Random, days: int, floor_m2: float) -> People:
    """People come at all hours, most at four in the afternoon, and stay some forty minutes; one to
    three of the staff are always in.
    """
    begin_s, end_s = MORNING_S, days * DAY_S + MORNING_S
    busiest = max(3.0, floor_m2 / dice.uniform(*LOUNGE_AREA_M2))
    quiet = dice.uniform(0.15, 0.4)
    moves = [(begin_s, dice.randint(1, 3))]
    at_s = begin_s
    most_per_s = busiest / STAYS_S
    while True:
        at_s += dice.expovariate(most_per_s)
        if at_s >= end_s:
            break
        busy = 0.5 + 0.5 * sin(2.0 * pi * (at_s / DAY_S - 10 / 24))
        if dice.random() < quiet + (1.0 - quiet) * busy:
            moves += [(at_s, 1), (at_s + dice.expovariate(1 / STAYS_S), -1)]
    blocks = []
    while begin_s < end_s:
        each_lps = GROUP_LPS * exp(dice.gauss(0.0, GROUP_LOG_SD))
        blocks.append(Gathering(begin_s + 420.0, begin_s + BLOCK_S, 0, each_lps))
        begin_s += BLOCK_S
    return People(tuple(blocks), tuple(sorted(moves)))
