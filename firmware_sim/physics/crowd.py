"""People who come to a meeting and leave it: some early, some late, the last ones lingering."""

from dataclasses import dataclass
from random import Random

MINUTE_NS = 60_000_000_000
MIN_SHARE = 0.3
"""No visitor breathes less than this share of the mean, whatever the dice say."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """``people`` at its fullest: all of them are there from ``late_min`` after the start to the
    end.
    """

    start_ns: int
    end_ns: int
    people: int


@dataclass(frozen=True, slots=True)
class Habits:
    """How people come, go and breathe.

    They arrive from ``early_min`` before the start to ``late_min`` after it, most of them just
    before, and leave within ``linger_min`` after the end. Each gives off about ``generation_lph``
    litres of CO2 an hour; ``generation_spread`` is the standard deviation of that between people.
    """

    early_min: float = 12.0
    late_min: float = 5.0
    linger_min: float = 8.0
    generation_lph: float = 18.4
    generation_spread: float = 0.15


@dataclass(frozen=True, slots=True)
class Visitor:
    """One person's stay, and the CO2 that this person gives off."""

    arrives_ns: int
    leaves_ns: int
    generation_m3h: float


def visitors(gathering: Gathering, habits: Habits, dice: Random) -> tuple[Visitor, ...]:
    """Everybody who comes to a gathering; the same dice give the same people."""
    return tuple(_visitor(gathering, habits, dice) for _ in range(gathering.people))


def _visitor(gathering: Gathering, habits: Habits, dice: Random) -> Visitor:
    lasts_min = (gathering.end_ns - gathering.start_ns) / MINUTE_NS
    late_min = min(habits.late_min, lasts_min)
    before_min = -dice.triangular(-late_min, habits.early_min, min(2.0, habits.early_min))
    after_min = dice.uniform(0, habits.linger_min)
    share = max(dice.gauss(1.0, habits.generation_spread), MIN_SHARE)
    return Visitor(
        arrives_ns=gathering.start_ns + round(before_min * MINUTE_NS),
        leaves_ns=gathering.end_ns + round(after_min * MINUTE_NS),
        generation_m3h=habits.generation_lph / 1000 * share,
    )
