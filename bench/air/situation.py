"""The situations that the live path is driven over: what the room is like, what the gateway is told of
it, and how well it should do there.
"""

from collections.abc import Mapping
from math import inf
from typing import Literal, NamedTuple

from bench.air.table import Bounds

Counts = Literal["doors", "seen"]
Control = Literal["constant", "clock", "co2"]
Figure = Literal[
    "told", "changing", "covered", "covered_flow", "median", "half", "false_enough", "ghosts",
    "empty_told", "empty_covered", "base", "begin_changing", "soon", "later", "window", "first",
]  # fmt: skip
"""What is scored; ``bench.air.score`` says what each is."""

AT_LEAST_85: Bounds = (0.85, None)


class Situation(NamedTuple):
    """``counters`` are what may hang in the room (none: nobody counts), ``windows`` and ``schedules``
    the shares of rooms in which windows are opened and in which the ventilation changes by the clock
    while people are in. ``control`` "clock" switches the ventilation off at night. ``told_volume`` is
    the factor by which the volume that is told is off, up or down. Of ``days`` those from
    ``scored_from`` on are scored. ``beside`` names the situation than which the first minutes of a day
    should not be worse.
    """

    name: str
    targets: Mapping[Figure, Bounds]
    counters: tuple[Counts, ...] = ("doors", "doors", "seen")
    calendar: bool = True
    motion: bool = False
    interval_s: float = 60.0
    is_inside: bool = False
    control: Control = "constant"
    lounge: bool = False
    windows: float = 0.4
    schedules: float = 0.3
    told_volume: float = 1.0
    generation: float = 1.0
    days: int = 3
    scored_from: int = 0
    beside: str = ""


NOBODY: tuple[Counts, ...] = ()
ENOUGH_3: Bounds = (None, 0.03)

REFERENCE = Situation("reference", {"covered": AT_LEAST_85, "median": (None, 0.13)})
NO_CALENDAR = Situation(
    "no calendar", {"covered": AT_LEAST_85, "false_enough": ENOUGH_3}, calendar=False
)
SLOW = Situation(
    "300 s sensors",
    {"covered": (0.87, None), "median": (None, 0.11), "false_enough": (None, 0.04)},
    interval_s=300.0,
)
CORRIDOR = Situation("corridor", {"false_enough": (None, 0.10)}, is_inside=True)
DEMAND = Situation("co2", {"false_enough": (None, 0.08)}, control="co2", windows=0.0, schedules=0.0)
ALONE = Situation(
    "no counter, no calendar", {"false_enough": (None, 0.06)}, counters=NOBODY, calendar=False
)
LOUNGE = Situation(
    "never empty", {"covered": AT_LEAST_85}, counters=("seen",), calendar=False, lounge=True,
    windows=0.0,
)  # fmt: skip
OFF = Situation(
    "off at night", {"empty_told": (None, 0.02), "covered": AT_LEAST_85}, control="clock"
)
STEPS = Situation(
    "after a step",
    {"soon": (0.70, None), "later": (0.88, None), "window": (0.87, None)},
    windows=1.0,
)
NO_HISTORY = Situation("without history", {}, days=4, scored_from=3)
"""The same days as of ``HISTORY``, begun on the morning of the one that is scored."""
HISTORY = Situation("history", {}, days=4, scored_from=3, beside=NO_HISTORY.name)
VOLUME = Situation("volume told 30 % wrong", {"covered": AT_LEAST_85}, told_volume=1.3)
GROUP = Situation("group gives off 30 % more", {"covered": AT_LEAST_85}, generation=1.3)

PLAIN = (
    REFERENCE, NO_CALENDAR, SLOW, CORRIDOR, DEMAND, ALONE, LOUNGE, OFF, STEPS, NO_HISTORY, HISTORY,
    VOLUME, GROUP,
)  # fmt: skip
WITNESSED = tuple(
    plain._replace(name=f"{plain.name}, motion", motion=True)
    for plain in (REFERENCE, NO_CALENDAR, DEMAND, ALONE, LOUNGE, OFF)
)
SITUATIONS = {one.name: one for one in (*PLAIN, *WITNESSED)}

ALLOWED_LESS = 0.03
"""So much less often than at a base may a figure be told."""
WIDEST = 1.45
"""The half-width of the interval, as a factor, that it may have at the median."""


def bounds_of(
    situation: Situation,
    figure: Figure,
    base: Mapping[str, float] | None,
    beside: Mapping[str, float] | None,
) -> Bounds | None:
    """What a figure should be; the share told and the half-width next to those of a ``base``, the first
    minutes of a day next to those of the situation ``beside``.
    """
    if figure in situation.targets:
        return situation.targets[figure]
    if figure == "first" and beside is not None and "first" in beside:
        return (None, beside["first"])
    if base is None:
        return None
    if figure == "told" and "told" in base:
        return (base["told"] - ALLOWED_LESS, None)
    if figure == "half":
        return (None, max(WIDEST, base.get("half", -inf)))
    return None
