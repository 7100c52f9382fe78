"""People as evidence: what a count, and another count after it, say of how many are in.

A filter's ``e`` is how many more are in than counted. Where nobody counts it is all of them.
"""

from math import exp, log
from typing import Literal

import msgspec

from gateway.domain.air.hypotheses import Story
from gateway.domain.air.pseudo_measurements import forgot_people, told_people, with_people
from gateway.domain.air.room_estimate import AirRoom, Prior

Counter = Literal["seen", "doors", "set"]
Sort = Literal["seen", "doors", "set", "air"]
Stories = tuple[Story, ...]

WRONG, WRONG_SHARE = 1.0, 0.1
"""How a count may be wrong at first: a variance, and a share of it as a standard deviation."""
SET_VAR = 0.1
EMPTY_VAR = 0.05
"""That nobody is in is seen well."""
PASSED_VAR = 0.03
"""Of everybody who passes a door."""
JUMP_VAR = 16.0
WOBBLE_AT_FIRST = 1.0
CROWD_M3 = 25.0
"""Where nobody counts, one person per so many m3 comes and goes in an hour (one standard deviation)."""
CROWD_FADES_PER_H = 0.3
PLACE_LOG_SD, UNMIXED_S, MOST_UNMIXED = 0.05, 1320.0, 4.0
"""The sensor's place lies more in the people's air or in the fresh: by so much, times the air that
changes before it is mixed. It looks like people who give off more or less."""


class Wobble(msgspec.Struct, frozen=True, array_like=True):
    """How a counter that sees the room goes up and down again by itself: a variance, and the change
    that it saw last.
    """

    variance: float = WOBBLE_AT_FIRST
    change: float = 0.0


def uncounted(stories: Stories, count: float) -> Stories:
    """Nobody counts any more; who was in still is."""
    return tuple(with_people(f, f.e + count, f.ee) for f in stories)


def first_counted(stories: Stories, count: float, sort: Counter) -> Stories:
    """Somebody counts after nobody did, or a person corrects the count."""
    variance = SET_VAR if sort == "set" else WRONG + (WRONG_SHARE * count) ** 2
    return tuple(forgot_people(f, 0.0, variance) for f in stories)


def passed(stories: Stories, before: float, count: float) -> Stories:
    """The sum of the doors changed: some may have passed unseen."""
    more = PASSED_VAR * abs(count - before)
    return tuple(with_people(f, max(f.e, -count), f.ee + more) for f in stories)


def seen(stories: Stories, wobble: Wobble, before: float, count: float) -> tuple[Stories, Wobble]:
    """A counter that sees the room changed its mind: people moved, or its error is another now, which
    is as large as its going up and down again lets expect.
    """
    change = count - before
    if change == 0.0:
        return stories, wobble
    if count == 0.0 or before == 0.0:
        variance = EMPTY_VAR + (wobble.variance if count else 0.0)
        return tuple(forgot_people(f, 0.0, variance) for f in stories), wobble
    back = 1.25 * min(change * change, wobble.change**2) if change * wobble.change < 0 else 0.0
    variance = wobble.variance + 0.1 * (min(back, JUMP_VAR) - wobble.variance)
    off = stories[0].e - change
    moved = change * change + max(off * off - 4.0 * variance, 0.0)
    found = []
    for f in stories:
        apart = with_people(f, max(f.e - change, -count), f.ee + moved)
        found.append(told_people(apart, 0.0, 0.02 + variance))
    return tuple(found), Wobble(variance, change)


def another_group(stories: Stories, room: AirRoom, sort: Sort, generation: Prior) -> Stories:
    """What each of them gives off begins anew; and there may be others than counted."""
    volume_l = 1e3 * room.volume_m3
    more = 4.0 if sort == "air" else 0.3
    g = log(generation.median)
    found = []
    for f in stories:
        unmixed = min(exp(f.q) / volume_l * UNMIXED_S, MOST_UNMIXED)
        gg = generation.log_sd**2 + (PLACE_LOG_SD * unmixed) ** 2
        found.append(
            msgspec.structs.replace(
                f, g=g, cg=0.0, sg=0.0, qg=0.0, gg=gg, ge=0.0, gb=0.0, ee=f.ee + more
            )
        )
    return tuple(found)


def begun(sort: Sort, count: float, room: AirRoom) -> float:
    """The variance of how many more are in than counted, when nothing is known."""
    if sort == "air":
        return (room.volume_m3 / CROWD_M3) ** 2
    return WRONG + (WRONG_SHARE * count) ** 2


def strays(sort: Sort, count: float, room: AirRoom) -> tuple[float, float]:
    """The variance a second of how many more are in than counted, and the share that fades of it."""
    if sort == "air":
        return (room.volume_m3 / CROWD_M3) ** 2 / 3600.0, CROWD_FADES_PER_H / 3600.0
    if sort == "seen":
        return (0.3 + (0.06 * count) ** 2) / 1800.0, 1.0 / 3600.0
    return (min(0.3, 0.05 + 0.1 * count) + 0.05 * count) / 3600.0, 0.05 / 3600.0
