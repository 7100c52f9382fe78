"""The filters that run beside each other: which are born, which are merged, which die.

The weight of a filter is its ``likelihood`` against the others'; children are born with the logarithm
of how often such a thing happens in two minutes.
"""

from collections.abc import Sequence
from math import exp, log, sqrt

import msgspec

from gateway.domain.air.kalman_filter import FilterState
from gateway.domain.air.room_estimate import AirRoom

Story = FilterState
MOST = 4
JUMPS_LOG, JUMP_LOG_SD = (1.35, -1.2), 0.4
"""How far a flow goes at once, up or down: windows multiply it by about four (ln 4 = 1.4)."""
LOG_JUMPED = -4.2
LOG_AS_USUAL = -4.5
LOG_MISCOUNTED = -7.0
LOG_EMPTIED = -1.0
"""How likely it is that nobody is in though some are counted, and that nobody is where none are."""
UNUSUAL_AT_MOST = 2.0
FRESH_PPM = 80.0
"""Only air so near to outdoor air lets anybody doubt that people are there."""
APART_LOG = 0.6
"""A flow so far from the usual may be as usual again."""
USUAL_LOG_SD = 0.3
LEAST = 1e-3
ALIKE = 1.0
SUPPORT = 0.3
"""A story of less than that share of a like one's weight ends in it without a trace: that a window might
have been opened and was not makes nothing less certain."""
KNOWN_VAR = 0.15
KNOWN_H, MOST_KNOWN_H = 0.5, 6.0


class Usual(msgspec.Struct, frozen=True, array_like=True):
    """The flow that a room comes back to, from so many hours in which its flow was known."""

    log_flow: float = 0.0
    hours: float = 0.0

    @property
    def is_known(self) -> bool:
        return self.hours > KNOWN_H


def weights(stories: Sequence[Story]) -> list[float]:
    """Adding up to 1."""
    best = max(f.likelihood for f in stories)
    raw = [exp(f.likelihood - best) for f in stories]
    total = sum(raw)
    return [w / total for w in raw]


def merged_and_pruned(stories: Sequence[Story]) -> tuple[Story, ...]:
    """The likeliest first, their likelihoods counted from the whole's; without those that nothing
    speaks for any more, and alike ones as one.
    """
    found = sorted(zip(weights(stories), stories, strict=True), key=lambda pair: -pair[0])
    kept: list[tuple[float, Story]] = []
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
    kept = kept[: MOST - 1]
    return tuple(msgspec.structs.replace(f, likelihood=log(w)) for w, f in kept)


def branched(
    stories: tuple[Story, ...], room: AirRoom, count: float, usual: Usual
) -> tuple[Story, ...]:
    """The stories with the children of the likeliest."""
    lead = stories[0]
    born = [
        msgspec.structs.replace(
            lead,
            q=lead.q + step,
            qq=lead.qq + JUMP_LOG_SD**2,
            likelihood=lead.likelihood + LOG_JUMPED,
        )
        for step in JUMPS_LOG
    ]
    known = [(usual.log_flow, USUAL_LOG_SD)] if usual.hours else []
    if room.opened_lps is not None:
        known.append((log(room.opened_lps.median), room.opened_lps.log_sd))
    for q, sd in known:
        if abs(lead.q - q) > APART_LOG:
            born.append(_at_flow(lead, q, sd, lead.likelihood + LOG_AS_USUAL))
    if count + lead.e > 0.5 and lead.c - lead.b < FRESH_PPM:
        born.append(_nobody(lead, room, count))
    return stories + tuple(born)


def usual_after(usual: Usual, stories: Sequence[Story], hours: float) -> Usual:
    """After so many hours, of which a tenth at most counts; of pruned stories, and only where one of
    them is nearly certain. What was learned gives way where it does not fit for long.
    """
    lead = stories[0]
    if lead.likelihood < -0.1 or lead.qq > KNOWN_VAR:
        return usual
    hours = min(hours, 0.1)
    if usual.is_known and abs(lead.q - usual.log_flow) > 1.0:
        return Usual(usual.log_flow, usual.hours - 0.5 * hours)
    known_h = min(usual.hours + hours, MOST_KNOWN_H)
    return Usual(usual.log_flow + hours / known_h * (lead.q - usual.log_flow), known_h)


def _at_flow(lead: Story, q: float, sd: float, likelihood: float) -> Story:
    return msgspec.structs.replace(
        lead, q=q, qq=sd * sd, cq=0.0, sq=0.0, qg=0.0, qe=0.0, qb=0.0, likelihood=likelihood
    )


def _nobody(lead: Story, room: AirRoom, count: float) -> Story:
    """As the lead, but nobody is there. The lead may explain fresh air by a flow that is unusual for the
    room: that is held against it.
    """
    usual, sd = log(room.flow_lps.median), room.flow_lps.log_sd
    off = (lead.q - usual) / sd
    log_share = LOG_MISCOUNTED if count > 0 else LOG_EMPTIED
    return msgspec.structs.replace(
        lead, e=-count, ee=0.1, ce=0.0, se=0.0, qe=0.0, ge=0.0, eb=0.0,
        q=usual, qq=sd * sd, cq=0.0, sq=0.0, qg=0.0, qb=0.0,
        likelihood=lead.likelihood + log_share + min(0.5 * off * off, UNUSUAL_AT_MOST),
    )  # fmt: skip


def _alike(f: Story, g: Story) -> bool:
    near_q = abs(f.q - g.q) < ALIKE * sqrt(max(min(f.qq, g.qq), 1e-4))
    near_e = abs(f.e - g.e) < ALIKE * sqrt(max(min(f.ee, g.ee), 1e-2)) + 0.3
    return near_q and near_e


_MEANS = ("c", "s", "q", "g", "e", "b")
_PAIRS = tuple((a, b, a + b) for i, a in enumerate(_MEANS) for b in _MEANS[i:])


def _merged(v: float, f: Story, w: float, g: Story) -> Story:
    """One story with the mean and the covariance of both."""
    v, w = v / (v + w), w / (v + w)
    mean = {name: v * getattr(f, name) + w * getattr(g, name) for name in _MEANS}
    apart = {name: getattr(f, name) - getattr(g, name) for name in _MEANS}
    covariance = {
        ab: v * getattr(f, ab) + w * getattr(g, ab) + v * w * apart[a] * apart[b]
        for a, b, ab in _PAIRS
    }
    return FilterState(**mean, **covariance)
