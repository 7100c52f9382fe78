"""Whether a limit was kept: yes, no, or it cannot be said.

Not kept is what lasted as long as the policy lets a breach last, and was over by more than the
sensor may be off. Kept is what stayed so far below that it cannot have been over for so long, with
enough data to know. All else cannot be said, and why not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from gateway.domain.report.curve import (
    MINUTE_NS,
    Curve,
    Stretch,
    Test,
    highest,
    lasting_ns,
    longest_gap_ns,
    longest_ns,
    lowest,
    mean,
)
from sensors.wire.instant import from_ns

Verdict = Literal["kept", "not_kept", "cannot_say"]
Why = Literal["no_limit", "too_little_data", "sensor_error", "not_counted", "cleaned_air"]

ENOUGH = 0.8
"""So much of the time must have data for a limit to be called kept."""
LONGEST_GAP_NS = 10 * MINUTE_NS
"""Within a longer gap a breach could have come and gone."""

ERROR_PPM, ERROR_SHARE = 50.0, 0.03
"""How far off a CO2 sensor may be that says nothing of it: of an NDIR module (Winsen's MH-Z19C)."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of one limit. ``verdict`` is None where the policy has no such limit.

    ``worst`` is the highest value (of fresh air the lowest), first seen at ``worst_at``; ``mean``
    is over time; ``minutes_over`` counts all that was past the limit as measured; ``known_share``
    says of how much of the time anything is known. ``error`` is how far off the value may be at the
    limit.
    """

    verdict: Verdict | None
    why: Why | None = None
    limit: float | None = None
    minutes_over: float | None = None
    worst: float | None = None
    worst_at: datetime | None = None
    mean: float | None = None
    known_share: float = 0.0
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class SensorError:
    """A value may be off by ``ppm`` and by ``share`` of itself."""

    ppm: float = ERROR_PPM
    share: float = ERROR_SHARE

    def at(self, value_ppm: float) -> float:
        return self.ppm + self.share * value_ppm


@dataclass(frozen=True, slots=True)
class Time:
    """The time that is judged, how long a breach must last in it, and what pause ends none."""

    from_ns: int
    to_ns: int
    pending_s: float
    bridge_s: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """``surely`` holds of values that are past the limit whatever the error, ``possibly`` of those
    that may be, ``measured`` of those that are as measured.
    """

    surely: Test
    possibly: Test
    measured: Test


def judge_co2(co2: Curve, limit_ppm: float | None, error: SensorError, time: Time) -> Outcome:
    """CO2 in ppm; ``co2`` lies within the time."""
    if limit_ppm is None:
        return _described(co2, None, None, time, highest, None)
    off = error.at(limit_ppm)
    bounds = Bounds(
        lambda ppm: ppm > limit_ppm + off,
        lambda ppm: ppm > limit_ppm - off,
        lambda ppm: ppm > limit_ppm,
    )
    return _judged(co2, limit_ppm, bounds, time, highest, off)


def judge_occupancy(people: Curve, places: int | None, miscount: int, time: Time) -> Outcome:
    """People against the places; doors may have missed ``miscount`` of them."""
    if places is None:
        return _described(people, None, None, time, highest, None)
    bounds = Bounds(
        lambda heads: heads > places,
        lambda heads: heads > places - miscount,
        lambda heads: heads > places,
    )
    outcome = _judged(people, float(places), bounds, time, highest, float(miscount))
    if not people:
        return msgspec.structs.replace(outcome, why="not_counted")
    return outcome


def judge_flow(
    shortfall: tuple[Curve, Curve, Curve],
    each: Curve,
    limit_lps: float | None,
    time: Time,
    *,
    may_be_cleaned: bool,
) -> Outcome:
    """Fresh air for each person; ``shortfall`` are three curves of what is missing at each moment
    (l/s a person, over 0 is too little): at the most, as estimated, at the least that is likely.
    ``limit_lps`` is the highest that was asked within the time.
    """
    if limit_lps is None:
        return _described(each, None, None, time, lowest, None)
    most, estimated, least = shortfall
    pending_ns, bridge_ns = _ns(time.pending_s), _ns(time.bridge_s)
    surely = longest_ns(least, _missing, bridge_ns) >= max(1, pending_ns)
    possibly = longest_ns(most, _missing, bridge_ns) >= max(1, pending_ns)
    verdict, why = _verdict(surely, possibly, each, time)
    if verdict == "not_kept" and may_be_cleaned:
        verdict, why = "cannot_say", "cleaned_air"
    minutes = lasting_ns(estimated, _missing) / MINUTE_NS
    return _described(each, verdict, why, time, lowest, limit_lps, minutes)


def both(co2: Outcome, flow: Outcome, *, one_suffices: bool) -> Outcome:
    """The air as a whole: the worse of the two limits, or the better one where one suffices. Of the
    two it is the one that decides.
    """
    rank = ("not_kept", "cannot_say", "kept")
    asked = [outcome for outcome in (co2, flow) if outcome.verdict is not None]
    if not asked:
        return co2
    choose = max if one_suffices else min
    return choose(asked, key=lambda outcome: rank.index(outcome.verdict or "kept"))


def _judged(
    curve: Curve,
    limit: float,
    bounds: Bounds,
    time: Time,
    worst: Callable[[Curve], Stretch | None],
    error: float,
) -> Outcome:
    pending_ns, bridge_ns = max(1, _ns(time.pending_s)), _ns(time.bridge_s)
    surely = longest_ns(curve, bounds.surely, bridge_ns) >= pending_ns
    possibly = longest_ns(curve, bounds.possibly, bridge_ns) >= pending_ns
    verdict, why = _verdict(surely, possibly, curve, time)
    minutes = lasting_ns(curve, bounds.measured) / MINUTE_NS
    return _described(curve, verdict, why, time, worst, limit, minutes, error)


def _verdict(surely: bool, possibly: bool, curve: Curve, time: Time) -> tuple[Verdict, Why | None]:
    """A breach that was seen stands, however little was seen."""
    if surely:
        return "not_kept", None
    long_gap = longest_gap_ns(curve, time.from_ns, time.to_ns) > LONGEST_GAP_NS
    if _known_share(curve, time) < ENOUGH or long_gap:
        return "cannot_say", "too_little_data"
    return ("cannot_say", "sensor_error") if possibly else ("kept", None)


def _described(
    curve: Curve,
    verdict: Verdict | None,
    why: Why | None,
    time: Time,
    worst: Callable[[Curve], Stretch | None],
    limit: float | None,
    minutes_over: float | None = None,
    error: float = 0.0,
) -> Outcome:
    extreme = worst(curve)
    return Outcome(
        verdict=verdict,
        why="no_limit" if verdict is None else why,
        limit=limit,
        minutes_over=minutes_over if curve else None,
        worst=None if extreme is None else extreme.value,
        worst_at=None if extreme is None else from_ns(extreme.from_ns),
        mean=mean(curve),
        known_share=_known_share(curve, time),
        error=error,
    )


def _known_share(curve: Curve, time: Time) -> float:
    return lasting_ns(curve) / max(1, time.to_ns - time.from_ns)


def _missing(lps: float) -> bool:
    return lps > 0.0


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)
