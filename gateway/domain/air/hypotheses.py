"""The filters that run beside each other, each a hypothesis of what happened: how they branch,
which are merged and which pruned.

The weight of a filter is its ``likelihood`` against the others'; branches begin with the logarithm
of how often such a thing happens in two minutes.
"""

from collections.abc import Sequence
from math import exp, log, sqrt
from typing import NamedTuple

import msgspec

from gateway.domain.air.demand import log_share, usual_share
from gateway.domain.air.kalman_filter import FilterState
from gateway.domain.air.room_estimate import AirRoom

# Where nothing else is said: tuned on the simulated days of bench/air.

KEPT = 3
"""So many filters live on, beside which the likeliest branches into five at the most: what bounds
the cost of a reading."""
JUMPS_LOG, JUMP_LOG_SD = (1.35, -1.2), 0.4
"""How far a flow goes at once, up or down: windows multiply it by about four (ln 4 = 1.4)."""
LOG_JUMPED = -4.2
"""Once in two hours and a quarter a flow jumps one way: exp(-4.2) of two minutes."""
LOG_AS_USUAL = -4.5
"""Once in three hours a flow that is unusual comes back to the usual."""
LOG_MISCOUNTED, LOG_EMPTIED = -7.0, -1.0
"""How likely it is that nobody is in though some are counted, and that nobody is where none are."""
STIRS_S = 600.0
"""Who is in a room is still for so long as a rule: each such time without a movement makes it e times
likelier that nobody is."""
SITS_S = 1200.0
"""A hypothesis in which somebody is in loses as much for each such time without a movement: less, since
in the recorded room with a line counter somebody sat still for an hour, as the CO2 showed."""
UNUSUAL_AT_MOST = 2.0
"""So much, in the logarithm, a flow that is unusual for the room speaks for nobody at the most."""
NOBODY_VAR = 0.1
"""Of how many are in where nobody is."""
SOMEBODY = 0.5
"""So many people, or fewer, are nobody."""
FRESH_PPM = 80.0
"""Only air so near to outdoor air lets anybody doubt that people are there."""
APART_LOG = 0.6
"""A flow so far from the usual may be as usual again."""
USUAL_LOG_SD = 0.3
"""How far a room's usual flow differs from one time to the next."""
LEAST = 1e-3
"""Of the whole weight: a hypothesis with less is pruned."""
ALIKE_SD = 1.0
"""Two hypotheses are alike where they differ by less than so many standard deviations of the
surer."""
LEAST_VAR_Q, LEAST_VAR_E, ALIKE_PEOPLE = 1e-4, 1e-2, 0.3
"""What a variance counts for at least in that, of ln flow and of people, and people who make no
difference: they keep the numbers apart from zero."""
SUPPORT = 0.3
"""A hypothesis of less than that share of a like one's weight ends in it without a trace: that a
window might have been opened and was not makes nothing less certain."""
KNOWN_VAR, KNOWN_LOG_WEIGHT = 0.15, -0.1
"""The usual flow is learned where ln flow is known with this variance by a hypothesis of nine
tenths of the weight."""
KNOWN_H, MOST_KNOWN_H, MOST_STEP_H = 0.5, 6.0, 0.1
"""The usual flow counts as known after half an hour; more than six hours make it no slower to
change. A tenth of an hour counts at once, at the most."""
UNLIKE_LOG, UNLEARNED = 1.0, 0.5
"""Where the flow is so far from the usual, what was learned of it is worth half of the time
less."""


class UsualFlow(msgspec.Struct, frozen=True, array_like=True):
    """The flow that a room comes back to, from so many hours in which its flow was known; of one whose
    ventilation follows its CO2, the highest.
    """

    log_flow: float = 0.0
    hours: float = 0.0

    @property
    def is_known(self) -> bool:
        return self.hours > KNOWN_H


class Witness(NamedTuple):
    """What motion tells: whether somebody moved lately, and for how long nobody did."""

    is_moving: bool
    still_s: float


UNWITNESSED = Witness(is_moving=False, still_s=0.0)


def weights(hypotheses: Sequence[FilterState]) -> list[float]:
    """Adding up to 1."""
    best = max(f.likelihood for f in hypotheses)
    raw = [exp(f.likelihood - best) for f in hypotheses]
    total = sum(raw)
    return [w / total for w in raw]


def merged_and_pruned(hypotheses: Sequence[FilterState]) -> tuple[FilterState, ...]:
    """The likeliest first, their likelihoods counted from the whole's; without those that nothing
    speaks for any more, and alike ones as one.
    """
    found = sorted(zip(weights(hypotheses), hypotheses, strict=True), key=lambda pair: -pair[0])
    kept: list[tuple[float, FilterState]] = []
    for w, f in found:
        if w < LEAST:
            break
        for i, (other_w, other) in enumerate(kept):
            if _alike(f, other):
                kept[i] = (
                    other_w + w,
                    other if w < SUPPORT * other_w else _merged(other_w, other, w, f),
                )
                break
        else:
            kept.append((w, f))
    kept = kept[:KEPT]
    return tuple(msgspec.structs.replace(f, likelihood=log(w)) for w, f in kept)


def branched(
    hypotheses: tuple[FilterState, ...],
    room: AirRoom,
    count: float,
    usual: UsualFlow,
    at_s: float = 0.0,
    witness: Witness = UNWITNESSED,
) -> tuple[FilterState, ...]:
    """The hypotheses with the branches of the likeliest, whose flow jumped at ``at_s``."""
    lead = hypotheses[0]
    branches = [
        msgspec.structs.replace(
            lead,
            q=lead.q + step,
            qq=lead.qq + JUMP_LOG_SD**2,
            likelihood=lead.likelihood + LOG_JUMPED,
            jumped_s=at_s,
        )
        for step in JUMPS_LOG
    ]
    known = []
    if usual.hours:
        known.append((usual.log_flow + log_share(room, lead.c), USUAL_LOG_SD))
    if room.opened_lps is not None:
        known.append((log(room.opened_lps.median), room.opened_lps.log_sd))
    for q, sd in known:
        if abs(lead.q - q) > APART_LOG:
            branches.append(_at_flow(lead, q, sd, at_s))
    doubted = lead.c - lead.b < FRESH_PPM or witness.still_s > 0.0
    if count + lead.e > SOMEBODY and doubted and not witness.is_moving:
        branches.append(_nobody(lead, room, count, witness.still_s))
    return hypotheses + tuple(branches)


def stiller(
    hypotheses: tuple[FilterState, ...], count: float, seconds: float
) -> tuple[FilterState, ...]:
    """After nobody moved for so many seconds, which speaks against all in which somebody is in."""
    return tuple(
        f
        if count + f.e < SOMEBODY
        else msgspec.structs.replace(f, likelihood=f.likelihood - seconds / SITS_S)
        for f in hypotheses
    )


def usual_after(
    usual: UsualFlow, hypotheses: Sequence[FilterState], hours: float, log_share: float = 0.0
) -> UsualFlow:
    """After so many hours, of which a tenth at most counts; of pruned hypotheses, and only where
    one of them is nearly certain. What was learned gives way where it does not fit for long. The flow
    is that share, as a logarithm, of what is learned.
    """
    lead = hypotheses[0]
    if lead.likelihood < KNOWN_LOG_WEIGHT or lead.qq > KNOWN_VAR:
        return usual
    hours = min(hours, MOST_STEP_H)
    off = lead.q - log_share - usual.log_flow
    if usual.is_known and abs(off) > UNLIKE_LOG:
        return UsualFlow(usual.log_flow, usual.hours - UNLEARNED * hours)
    known_h = min(usual.hours + hours, MOST_KNOWN_H)
    return UsualFlow(usual.log_flow + hours / known_h * off, known_h)


def _at_flow(lead: FilterState, q: float, sd: float, at_s: float) -> FilterState:
    return msgspec.structs.replace(
        lead, q=q, qq=sd * sd, cq=0.0, sq=0.0, qg=0.0, qe=0.0, qb=0.0,
        likelihood=lead.likelihood + LOG_AS_USUAL, jumped_s=at_s,
    )  # fmt: skip


def _nobody(lead: FilterState, room: AirRoom, count: float, still_s: float) -> FilterState:
    """As the lead, but nobody is there. The lead may explain fresh air by a flow that is unusual
    for the room: that is held against it. So is that nobody moved for ``still_s``.
    """
    usual, sd = log(room.flow_lps.median) + usual_share(room, lead.c), room.flow_lps.log_sd
    off = (lead.q - usual) / sd
    log_share = LOG_MISCOUNTED
    if lead.c - lead.b < FRESH_PPM and count == 0:
        log_share = LOG_EMPTIED
    log_share = min(log_share + still_s / STIRS_S, LOG_EMPTIED)
    return msgspec.structs.replace(
        lead, e=-count, ee=NOBODY_VAR, ce=0.0, se=0.0, qe=0.0, ge=0.0, eb=0.0,
        q=usual, qq=sd * sd, cq=0.0, sq=0.0, qg=0.0, qb=0.0,
        likelihood=lead.likelihood + log_share + min(0.5 * off * off, UNUSUAL_AT_MOST),
    )  # fmt: skip


def _alike(f: FilterState, g: FilterState) -> bool:
    near_q = abs(f.q - g.q) < ALIKE_SD * sqrt(max(min(f.qq, g.qq), LEAST_VAR_Q))
    near_e = abs(f.e - g.e) < ALIKE_SD * sqrt(max(min(f.ee, g.ee), LEAST_VAR_E)) + ALIKE_PEOPLE
    return near_q and near_e


_MEANS = ("c", "s", "q", "g", "e", "b")
_PAIRS = tuple((a, b, a + b) for i, a in enumerate(_MEANS) for b in _MEANS[i:])


def _merged(v: float, f: FilterState, w: float, g: FilterState) -> FilterState:
    """One hypothesis with the mean and the covariance of both."""
    v, w = v / (v + w), w / (v + w)
    mean = {name: v * getattr(f, name) + w * getattr(g, name) for name in _MEANS}
    apart = {name: getattr(f, name) - getattr(g, name) for name in _MEANS}
    covariance = {
        ab: v * getattr(f, ab) + w * getattr(g, ab) + v * w * apart[a] * apart[b]
        for a, b, ab in _PAIRS
    }
    return FilterState(**mean, **covariance, jumped_s=f.jumped_s)
