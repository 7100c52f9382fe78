"""The filters that run beside each other: which are born, which are merged, which die.

The weight of a filter is its ``likelihood`` against the others'; children are born with the logarithm
of how often such a thing happens in two minutes.
"""

from collections.abc import Sequence
from math import exp, log, sqrt

import msgspec

from gateway.domain.air.belief import AirRoom
from gateway.domain.air.kalman_filter import Filter

Story = Filter
MOST = 4
CHANGED_LOG, CHANGED_LOG_SD = 1.2, 0.5
"""How far a flow goes at once, up or down: windows multiply it by about four (ln 4 = 1.4)."""
LOG_CHANGED = -4.2
LOG_MISCOUNTED = -5.0
FRESH_PPM = 80.0
"""Only air so near to outdoor air lets anybody doubt that the people who are counted are there."""
LEAST = 1e-3
ALIKE = 1.0
SUPPORT = 0.3
"""A story of less than that share of a like one's weight ends in it without a trace: that a window might
have been opened and was not makes nothing less certain."""


def weights(stories: Sequence[Story]) -> list[float]:
    """Adding up to 1."""
    best = max(f.likelihood for f in stories)
    raw = [exp(f.likelihood - best) for f in stories]
    total = sum(raw)
    return [w / total for w in raw]


def pruned(stories: Sequence[Story]) -> tuple[Story, ...]:
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


def spawned(stories: tuple[Story, ...], room: AirRoom, count: float) -> tuple[Story, ...]:
    """The stories with the children of the likeliest."""
    lead = stories[0]
    born = [
        msgspec.structs.replace(
            lead,
            q=lead.q + step,
            qq=lead.qq + CHANGED_LOG_SD**2,
            likelihood=lead.likelihood + LOG_CHANGED,
        )
        for step in (CHANGED_LOG, -CHANGED_LOG)
    ]
    if count > 0 and count + lead.e > 0.5 and lead.c - lead.b < FRESH_PPM:
        born.append(_nobody(lead, room, count))
    return stories + tuple(born)


def _nobody(lead: Story, room: AirRoom, count: float) -> Story:
    """As the lead, but the people who are counted are not there. The lead may explain fresh air by a
    flow that is unusual for the room: that is held against it.
    """
    usual, sd = log(room.flow_lps.median), room.flow_lps.log_sd
    off = (lead.q - usual) / sd
    return msgspec.structs.replace(
        lead, e=-count, ee=0.1, ce=0.0, se=0.0, qe=0.0, ge=0.0, eb=0.0,
        q=usual, qq=sd * sd, cq=0.0, sq=0.0, qg=0.0, qb=0.0,
        likelihood=lead.likelihood + LOG_MISCOUNTED + 0.5 * min(off * off, 9.0),
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
    return Filter(**mean, **covariance)
