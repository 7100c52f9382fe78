"""Who is in the room: meetings, arrivals, breaks, and what a counter makes of it."""

from bisect import bisect_right
from math import exp
from random import Random
from typing import Literal, NamedTuple

Counter = Literal["exact", "seen", "doors"]

GROUP_LPS, GROUP_LOG_SD = 5.2e-3, 0.15  # frozen, as all of the truth's settings


class Gathering(NamedTuple):
    """One meeting; ``expected`` is what its organiser announced, ``generation_lps`` what each of
    this group gives off.
    """

    start_s: float
    end_s: float
    expected: int
    generation_lps: float


class Attendance(NamedTuple):
    """``moves``: at which moment how many come in (or go out, below zero), in order."""

    gatherings: tuple[Gathering, ...]
    moves: tuple[tuple[float, int], ...]
    end_s: float


class Crowd:
    """How many are in at any moment."""

    def __init__(self, moves: tuple[tuple[float, int], ...]) -> None:
        self._at = [at_s for at_s, _ in moves]
        self._people = [0]
        for _, more in moves:
            self._people.append(self._people[-1] + more)

    def at(self, at_s: float) -> int:
        return self._people[bisect_right(self._at, at_s)]


def attended(dice: Random, begin_s: float, floor_m2: float) -> Attendance:
    """3 to 6 meetings of 30 to 120 minutes, with empty time before, between some and after."""
    at_s = begin_s + 60.0 * dice.uniform(45, 120)
    gatherings: list[Gathering] = []
    moves: list[tuple[float, int]] = []
    for _ in range(dice.randint(3, 6)):
        length_s = 60.0 * dice.uniform(30, 120)
        # From one person per 2.5 m2 (a full room) to one per 10.
        expected = max(3, round(floor_m2 / (2.5 * 4.0 ** dice.random())))
        generation_lps = GROUP_LPS * exp(dice.gauss(0.0, GROUP_LOG_SD))
        gathering = Gathering(at_s, at_s + length_s, expected, generation_lps)
        gatherings.append(gathering)
        moves += _meeting(dice, gathering)
        at_s += length_s + 60.0 * dice.uniform(5, 45)
    moves.sort()
    return Attendance(tuple(gatherings), tuple(moves), at_s + 60.0 * dice.uniform(30, 75))


def _meeting(dice: Random, gathering: Gathering) -> list[tuple[float, int]]:
    """People drop in from seven minutes before to five after the start, a few leave early or late,
    and a long meeting may have a break in which most go out.
    """
    start_s, end_s, expected, _ = gathering
    come = max(2, round(expected * dice.gauss(0.92, 0.1)))
    breaks = None
    if end_s - start_s > 75 * 60 and dice.random() < 0.3:
        out_s = dice.uniform(start_s + 30 * 60, end_s - 35 * 60)
        breaks = (out_s, out_s + 60.0 * dice.uniform(8, 15), dice.uniform(0.4, 1.0))
    moves = []
    for _ in range(come):
        in_s = start_s + 60.0 * dice.triangular(-7, 5, -1)
        left_s = end_s + 60.0 * dice.triangular(-3, 4, 0)
        if dice.random() < 0.06:
            left_s = dice.uniform(start_s + 15 * 60, end_s)
        moves += [(in_s, 1), (left_s, -1)]
        if breaks and dice.random() < breaks[2]:
            out_s = breaks[0] + 60.0 * dice.uniform(0, 2)
            back_s = breaks[1] + 60.0 * dice.uniform(0, 3)
            if back_s < left_s:
                moves += [(out_s, -1), (back_s, 1)]
    return moves


def counted(
    dice: Random, counter: Counter, attendance: Attendance, begin_s: float
) -> tuple[tuple[float, int], ...]:
    """What the counter says, at each moment at which that changes. A camera is wrong by 1 to 3 for
    some ten minutes, as long as anybody is in; a pair of doors misses a few who pass, more of those
    who go out than of those who come in or the other way round, and never resets.
    """
    if counter == "seen":
        return _camera(dice, attendance, begin_s)
    miss_in, miss_out = 0.0, 0.0
    if counter == "doors":
        miss_in, miss_out = dice.uniform(0.0, 0.03), dice.uniform(0.0, 0.03)
    total, said = 0, [(begin_s, 0)]
    for at_s, more in attendance.moves:
        if dice.random() >= (miss_in if more > 0 else miss_out):
            total += more
            said.append((at_s, max(total, 0)))
    return _changes(said)


def _camera(dice: Random, attendance: Attendance, begin_s: float) -> tuple[tuple[float, int], ...]:
    crowd = Crowd(attendance.moves)
    off, off_until_s = 0, begin_s
    said = [(begin_s, 0)]
    at_s = begin_s
    while at_s < attendance.end_s:
        at_s += 15.0
        if at_s >= off_until_s:
            off = dice.choice((-3, -2, -1, -1, 0, 0, 0, 1, 1, 2, 3))
            off_until_s = at_s + 60.0 * dice.expovariate(0.1)
        people = crowd.at(at_s)
        said.append((at_s, max(people + off, 1) if people else 0))
    return _changes(said)


def _changes(said: list[tuple[float, int]]) -> tuple[tuple[float, int], ...]:
    kept = [said[0]]
    for at_s, count in said[1:]:
        if count != kept[-1][1]:
            kept.append((at_s, count))
    return tuple(kept)
