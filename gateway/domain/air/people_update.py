"""People as evidence: what a count, and another count after it, say of how many are in.

A filter's ``e`` is how many more are in than counted. Where nobody counts it is all of them.
"""

from math import exp, log
from typing import Literal

import msgspec

from gateway.domain.air.hypotheses import SOMEBODY, merged_and_pruned
from gateway.domain.air.kalman_filter import FilterState, update_people
from gateway.domain.air.mass_balance import LITRES
from gateway.domain.air.room_estimate import AirRoom, Prior

Counter = Literal["seen", "doors", "set"]
"""Who counts: a counter that sees the room, the sum of its doors, or a person."""
CountSource = Literal["seen", "doors", "set", "air"]
"""The same, ``air`` where nobody counts."""
Hypotheses = tuple[FilterState, ...]

MISCOUNT_VAR, MISCOUNT_SHARE = 1.0, 0.1
"""How a count may be wrong at first: a variance, and a share of it as a standard deviation. The
simulated counters of bench/air are off by up to 3, or miss up to 3 % at the doors."""
SET_VAR = 0.1
"""Of what a person counted: nearly always right."""
EMPTY_VAR = 0.05
"""That nobody is in is seen well."""
PASSED_VAR = 0.03
"""Of everybody who passes a door: one in 33 is missed, as by the simulated doors of bench/air."""
SEEN_VAR = 0.02
"""Of a counter that sees the room, beside its noise; it keeps the numbers apart from zero."""
JUMP_VAR = 16.0
"""A counter that goes up and down by more than four moves no more of its noise: then people
moved."""
COUNTER_VAR_AT_FIRST, COUNTER_VAR_STEP = 1.0, 0.1
"""A counter's own noise before anything was seen of it, and how much of each change is learned."""
RETURN_SHARE = 1.25
"""Of the square of a change that came back so much is noise, since it comes twice."""
UNEXPLAINED_SD = 2.0
"""An error that a counter's noise explains only beyond so many standard deviations counts as people
who moved. This and the three before: tuned on the simulated days of bench/air."""
CROWD_M3 = 25.0
"""Where nobody counts, one person per so many m3 comes and goes in an hour (one standard
deviation): about one on 9 m2, half as dense as meetings sit. Tuned on the simulated days of
bench/air."""
CROWD_FADES_PER_H = 0.3
"""Where nobody counts people are thought to leave by this share an hour, since rooms empty."""
OTHERS_VAR, OTHERS_VAR_UNCOUNTED = 0.3, 4.0
"""How many others than counted come with another group, and where nobody counts."""
PLACE_LOG_SD, UNMIXED_S, MOST_UNMIXED = 0.05, 1320.0, 4.0
"""The sensor's place lies more in the people's air or in the fresh: by so much, times the air that
changes before it is mixed (in 22 minutes), at most so often. It looks like people who give off more
or less. Tuned on the simulated days of bench/air, whose zones mix in 2 to 10 minutes."""
SEEN_DRIFT_VAR, SEEN_DRIFT_SHARE, SEEN_DRIFT_S, SEEN_FADES_S = 0.3, 0.06, 1800.0, 3600.0
"""A counter that sees the room errs anew: within ``SEEN_DRIFT_S`` by so much (a variance, and a
share of the count), and forgets its error in an hour."""
DOOR_DRIFT_VARS, DOOR_DRIFT_SHARE, DOORS_FADE_PER_H = (0.05, 0.1, 0.3), 0.05, 0.05
"""Doors drift an hour, by what they pass: a variance of (at the least, for each person in, at the
most) and ``DOOR_DRIFT_SHARE`` of the count more; the error hardly fades by itself. This and the one
before: tuned on the simulated days of bench/air."""


LOG_NO_PASSAGE = 2.0
"""How much likelier it is that a door counted what nobody was than that somebody came in whom a motion
sensor in the room did not see."""
UNSEEN_VAR = 1.0
"""Of the one who moves though none were counted: hardly ever more than a few."""
SEEN_MOVE_SHARE = 0.5
"""Where nobody counts, half a usual crowd is what a movement is thought to be."""


class CounterNoise(msgspec.Struct, frozen=True, array_like=True):
    """How a counter that sees the room goes up and down again by itself: a variance, and the change
    that it saw last.
    """

    variance: float = COUNTER_VAR_AT_FIRST
    change: float = 0.0


def uncounted(hypotheses: Hypotheses, count: float) -> Hypotheses:
    """Nobody counts any more; who was in still is."""
    return tuple(_with_people(f, f.e + count, f.ee) for f in hypotheses)


def first_counted(hypotheses: Hypotheses, count: float, source: Counter) -> Hypotheses:
    """Somebody counts after nobody did, or a person corrects the count."""
    variance = SET_VAR if source == "set" else MISCOUNT_VAR + (MISCOUNT_SHARE * count) ** 2
    return tuple(_forget_people(f, 0.0, variance) for f in hypotheses)


def passed(
    hypotheses: Hypotheses, before: float, count: float, *, unseen: bool = False
) -> Hypotheses:
    """The sum of the doors changed: some may have passed unseen. Where they came into an empty room and
    a motion sensor saw nobody (``unseen``) the doors may as well have counted what nobody was.
    """
    more = PASSED_VAR * abs(count - before)
    found = tuple(_with_people(f, max(f.e, -count), f.ee + more) for f in hypotheses)
    lead = hypotheses[0]
    if not unseen or count <= before or before + lead.e >= SOMEBODY:
        return found
    nobody = _with_people(lead, -count, lead.ee + more)
    nobody = msgspec.structs.replace(nobody, likelihood=lead.likelihood + LOG_NO_PASSAGE)
    return merged_and_pruned((*found, nobody))


def seen(
    hypotheses: Hypotheses, counter_noise: CounterNoise, before: float, count: float
) -> tuple[Hypotheses, CounterNoise]:
    """A counter that sees the room changed its mind: people moved, or its error is another now,
    which is as large as its going up and down again lets expect.
    """
    change = count - before
    if change == 0.0:
        return hypotheses, counter_noise
    if count == 0.0 or before == 0.0:
        variance = EMPTY_VAR + (counter_noise.variance if count else 0.0)
        return tuple(_forget_people(f, 0.0, variance) for f in hypotheses), counter_noise
    back = (
        RETURN_SHARE * min(change * change, counter_noise.change**2)
        if change * counter_noise.change < 0
        else 0.0
    )
    variance = counter_noise.variance + COUNTER_VAR_STEP * (
        min(back, JUMP_VAR) - counter_noise.variance
    )
    off = hypotheses[0].e - change
    moved = change * change + max(off * off - UNEXPLAINED_SD**2 * variance, 0.0)
    found = []
    for f in hypotheses:
        apart = _with_people(f, max(f.e - change, -count), f.ee + moved)
        found.append(update_people(apart, 0.0, SEEN_VAR + variance))
    return tuple(found), CounterNoise(variance, change)


def another_group(
    hypotheses: Hypotheses, room: AirRoom, source: CountSource, generation: Prior
) -> Hypotheses:
    """What each of them gives off begins anew; and there may be others than counted."""
    volume_l = LITRES * room.volume_m3
    more = OTHERS_VAR_UNCOUNTED if source == "air" else OTHERS_VAR
    g = log(generation.median)
    found = []
    for f in hypotheses:
        unmixed = min(exp(f.q) / volume_l * UNMIXED_S, MOST_UNMIXED)
        gg = generation.log_sd**2 + (PLACE_LOG_SD * unmixed) ** 2
        found.append(
            msgspec.structs.replace(
                f, g=g, cg=0.0, sg=0.0, qg=0.0, gg=gg, ge=0.0, gb=0.0, ee=f.ee + more
            )
        )
    return tuple(found)


def somebody(
    hypotheses: Hypotheses, room: AirRoom, source: CountSource, count: float
) -> Hypotheses:
    """Somebody moved: where nobody was thought to be in, somebody is, uncounted."""
    more, variance = 1.0, UNSEEN_VAR
    if source == "air":
        more = max(1.0, SEEN_MOVE_SHARE * room.volume_m3 / CROWD_M3)
        variance = initial_variance(source, count, room)
    return tuple(
        f if count + f.e >= SOMEBODY else _forget_people(f, max(more - count, 0.0), variance)
        for f in hypotheses
    )


def initial_variance(source: CountSource, count: float, room: AirRoom) -> float:
    """The variance of how many more are in than counted, when nothing is known."""
    if source == "air":
        return (room.volume_m3 / CROWD_M3) ** 2
    return MISCOUNT_VAR + (MISCOUNT_SHARE * count) ** 2


def drift_rate(source: CountSource, count: float, room: AirRoom) -> tuple[float, float]:
    """The variance a second of how many more are in than counted, and the share that fades of
    it.
    """
    if source == "air":
        return (room.volume_m3 / CROWD_M3) ** 2 / 3600.0, CROWD_FADES_PER_H / 3600.0
    if source == "seen":
        variance = SEEN_DRIFT_VAR + (SEEN_DRIFT_SHARE * count) ** 2
        return variance / SEEN_DRIFT_S, 1.0 / SEEN_FADES_S
    least, each, most = DOOR_DRIFT_VARS
    variance = min(most, least + each * count) + DOOR_DRIFT_SHARE * count
    return variance / 3600.0, DOORS_FADE_PER_H / 3600.0


def _forget_people(f: FilterState, more: float, variance: float) -> FilterState:
    """Whatever was thought of the count's error is no more."""
    return msgspec.structs.replace(f, e=more, ee=variance, ce=0.0, se=0.0, qe=0.0, ge=0.0, eb=0.0)


def _with_people(f: FilterState, more: float, variance: float) -> FilterState:
    return msgspec.structs.replace(f, e=more, ee=variance)
