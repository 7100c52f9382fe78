"""How a room's test goes: from its begin on it is judged again and again on the readings so far, until
the interval is narrow or the hour is over. The same readings always give the same end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.domain.room_test.decay import Refusal, decay_of
from gateway.domain.room_test.fit import LAG_S, Decay, Outdoor, Sample

SHORTEST_S: Final = 900.0
"""Before that a bend in the curve would not be seen."""
LONGEST_S: Final = 3600.0
EVERY_S: Final = 120.0
NARROW: Final = 0.10
GRACE_S: Final = 300.0
"""So long after the hour readings may still come in."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """``ended_s`` from the begin, None while it runs. While it runs ``found`` is what is known so far."""

    found: Decay | Refusal
    ended_s: float | None = None


def judged(
    samples: Sequence[Sample],
    outdoor: Outdoor,
    now_s: float,
    volume_m3: float | None = None,
    lag_s: float = LAG_S,
    *,
    is_stopped: bool = False,
) -> Judgement:
    """What a test has come to ``now_s`` after its begin; who stops it has the figure of then. Readings
    are in the order of time; no moment is judged before a reading from beyond it is there.
    """
    known_s = min(samples[-1].at_s if samples else 0.0, now_s)
    at_s = SHORTEST_S
    while at_s <= min(known_s, LONGEST_S):
        found = decay_of(_until(samples, at_s), outdoor, volume_m3, lag_s)
        if isinstance(found, Refusal) and found.reason in ("changed", "stayed"):
            return Judgement(found, at_s)
        if isinstance(found, Decay) and found.half_width <= NARROW:
            return Judgement(found, at_s)
        at_s += EVERY_S
    end_s = min(now_s, LONGEST_S)
    found = decay_of(_until(samples, end_s), outdoor, volume_m3, lag_s)
    is_over = is_stopped or known_s >= LONGEST_S or now_s >= LONGEST_S + GRACE_S
    return Judgement(found, end_s if is_over else None)


def _until(samples: Sequence[Sample], at_s: float) -> list[Sample]:
    return [sample for sample in samples if sample.at_s <= at_s]
