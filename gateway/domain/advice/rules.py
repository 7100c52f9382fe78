"""What advice a moment asks for, whatever was said before.

In this order: ``open_windows`` where air is short and windows are not known to be open; where that
does not suffice (by the room's own history of open windows, or because it was asked for long
enough) a ``break``, if the limit is broken and a pause mends it to the end, else ``at_most`` as
many people as the room can carry to the end; and ``close_windows`` where it was fresh long enough
with the windows open and stays so when they are closed, for then they only cost heat. Too many
people get their ``at_most`` whatever the air. How sure a number must be is 80 %, as for a flag.
"""

import math
from collections.abc import Iterable
from typing import Literal, NamedTuple

import msgspec

from gateway.domain.advice.situation import Situation, at_most_by_flag, known_estimate, people_in
from gateway.domain.air.forecast import minutes_to as forecast_minutes_to
from gateway.domain.air.room_estimate import Prior, RoomEstimate, two_digits
from gateway.domain.air.what_if import (
    Flow,
    as_is,
    at_least,
    carries,
    exactly,
    minutes_to,
    ppm_after_break,
    ppm_in,
    supplies,
    surely,
)
from gateway.domain.policy import Policy
from gateway.domain.verdict import ANYBODY

Code = Literal["open_windows", "at_most", "break", "close_windows"]

AHEAD_MIN = 15.0
"""What is said to come of it is said of a quarter of an hour on, as of every forecast."""
BREAKS_MIN = (5.0, 10.0, 15.0, 20.0, 30.0)
"""Pauses that a host would announce."""
WORTH_PPM = 100.0
"""A break that brings the CO2 down by less is not worth it."""
WORTH_MIN = 10.0
"""Nor one that ends so shortly before the meeting does."""


class Advice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to do. ``msgspec.to_builtins`` makes of it what a room's state holds.

    ``at_most``: ``people``, until the end. ``break``: ``minutes`` bring the CO2 to ``ppm``.
    ``open_windows``, where the room's own history of them is known: the flow now and opened;
    ``ppm`` in 15 minutes opened and ``unchanged_ppm`` if nothing is done; ``minutes`` to the limit
    if nothing is done (None: not before the end) and ``opened_minutes``, alike. ``close_windows``:
    the flow now, and ``ppm`` to expect at the end.
    """

    code: Code
    people: int | None = None
    minutes: float | None = None
    ppm: float | None = None
    flow_lps: float | None = None
    opened_lps: float | None = None
    opened_minutes: float | None = None
    unchanged_ppm: float | None = None


class Signs(NamedTuple):
    """``is_short`` of air; ``is_open``: the windows, None where that cannot be told;
    ``nothing_came`` of it that windows were asked for; ``fresh_for_long`` with them open; ``last``
    is what was given beside open windows.
    """

    is_short: bool
    is_open: bool | None
    nothing_came: bool = False
    fresh_for_long: bool = False
    last: Code | None = None


def wanted(now: Situation, signs: Signs) -> tuple[Advice, ...]:
    """What to do at this moment."""
    by_flag = at_most_by_flag(now)
    estimate = known_estimate(now)
    if not signs.is_short:
        found = [] if by_flag is None else [Advice("at_most", by_flag)]
        if (
            signs.fresh_for_long
            and signs.is_open
            and estimate is not None
            and now.closed is not None
        ):
            found.append(_closing(now, estimate, now.closed))
        return tuple(found)
    found = [] if signs.is_open else [_opening(now, estimate)]
    more = None
    known = estimate is not None and estimate.flow_lps is not None
    if estimate is not None and known and not _windows_do(now, estimate, signs):
        more = _more(now, estimate, signs)
    if more is not None and more.people is not None and by_flag is not None:
        more = Advice("at_most", min(more.people, by_flag))
    elif by_flag is not None:
        found.append(Advice("at_most", by_flag))
    return tuple(found) if more is None else (*found, more)


def _opening(now: Situation, estimate: RoomEstimate | None) -> Advice:
    if estimate is None or estimate.flow_lps is None or now.opened is None:
        return Advice("open_windows")
    flow = at_least(now.opened.median)
    limit_ppm = now.policy.at(now.facts.outdoor_ppm).co2_limit_ppm
    return Advice(
        "open_windows",
        minutes=_unchanged(now, limit_ppm),
        ppm=float(round(ppm_in(estimate, AHEAD_MIN, flow), -1)),
        flow_lps=two_digits(estimate.flow_lps.value),
        opened_lps=two_digits(max(now.opened.median, estimate.flow_lps.value)),
        opened_minutes=_opened(now, estimate, limit_ppm, flow),
        unchanged_ppm=float(round(ppm_in(estimate, AHEAD_MIN, as_is), -1)),
    )


def _unchanged(now: Situation, limit_ppm: float | None) -> float | None:
    """As the forecast says it, so that a room names one time."""
    if limit_ppm is None or now.forecast is None:
        return None
    crosses = forecast_minutes_to(now.forecast.path, limit_ppm)
    return None if crosses is None else float(round(crosses.value))


def _opened(
    now: Situation, estimate: RoomEstimate, limit_ppm: float | None, flow: Flow
) -> float | None:
    if limit_ppm is None:
        return None
    minutes = minutes_to(estimate, limit_ppm, flow)
    return float(round(minutes)) if minutes <= now.left_min else None


def _closing(now: Situation, estimate: RoomEstimate, closed: Prior) -> Advice:
    ppm = ppm_in(estimate, now.left_min, exactly(surely(closed)))
    flow = estimate.flow_lps
    return Advice(
        "close_windows",
        ppm=float(round(ppm, -1)),
        flow_lps=None if flow is None else two_digits(flow.value),
    )


def _windows_do(now: Situation, estimate: RoomEstimate, signs: Signs) -> bool:
    """Whether open windows are enough, as far as can be known; those that are open, if they go on
    as they do.
    """
    flow: Flow = as_is
    if signs.is_open:
        supplied_lps, soon_ppm = estimate.flow_lps.value if estimate.flow_lps else 0.0, 0.0
    elif now.opened is None:
        return not signs.nothing_came
    else:
        flow = at_least(now.opened.median)
        supplied_lps, soon_ppm = now.opened.median, estimate.co2_ppm
    policy = now.policy.at(now.facts.outdoor_ppm)
    limit_ppm = policy.co2_limit_ppm
    by_co2 = limit_ppm is None or (
        ppm_in(estimate, now.left_min, flow) <= limit_ppm
        and ppm_in(estimate, AHEAD_MIN, flow) <= max(limit_ppm, soon_ppm)
    )
    people = people_in(now) or 0
    needs_lps = policy.flow_limit_lps(people, now.facts.floor_area_m2) if people else None
    by_flow = needs_lps is None or supplied_lps >= needs_lps * people
    if policy.one_suffices and limit_ppm is not None and needs_lps is not None:
        return by_co2 or by_flow
    return by_co2 and (by_flow or policy.counts_cleaned_air)


def _more(now: Situation, estimate: RoomEstimate, signs: Signs) -> Advice | None:
    """What helps beside open windows: a break that mends it to the end, else fewer people, else a
    break that helps for a while. What was given before is kept to as long as it helps.
    """
    opened = None if signs.is_open else now.opened
    flow = as_is if opened is None else at_least(opened.median)
    careful = as_is if opened is None else at_least(surely(opened))
    policy, people = now.policy.at(now.facts.outdoor_ppm), people_in(now)
    pause, fits = _break(now, estimate, flow), _fits(now, estimate, policy, careful)
    fewer = None
    if people is not None and fits is not None and 1 <= fits < people:
        fewer = Advice("at_most", fits)
    if pause is None or (fewer is not None and signs.last == "at_most"):
        return fewer
    if signs.last == "break" or fewer is None or _mends(now, estimate, pause, flow):
        return pause
    return fewer


def _mends(now: Situation, estimate: RoomEstimate, pause: Advice, flow: Flow) -> bool:
    """Whether all can come back after a break and the limit is kept to the end."""
    limit_ppm = now.policy.at(now.facts.outdoor_ppm).co2_limit_ppm
    if pause.minutes is None or limit_ppm is None:
        return False
    rest_min = now.left_min - pause.minutes
    return ppm_after_break(estimate, pause.minutes, rest_min, flow) <= limit_ppm


def _fits(now: Situation, estimate: RoomEstimate, policy: Policy, flow: Flow) -> int | None:
    """How many people the air carries to the end; None where the policy asks nothing of it."""
    each: list[float] = []
    if policy.co2_limit_ppm is not None:
        minutes = max(now.left_min, AHEAD_MIN)
        each.append(carries(estimate, policy.co2_limit_ppm, minutes, flow))
    if policy.min_flow_lps is not None and not policy.counts_cleaned_air:
        floor_lps = policy.min_flow_area_lps_m2 * (now.facts.floor_area_m2 or 0.0)
        each.append(max(supplies(estimate, flow) - floor_lps, 0.0) / policy.min_flow_lps)
    return math.floor(_chosen(policy, each)) if each else None


def _chosen(policy: Policy, each: Iterable[float]) -> float:
    return max(each) if policy.one_suffices else min(each)


def _break(now: Situation, estimate: RoomEstimate, flow: Flow) -> Advice | None:
    """The shortest pause that brings the CO2 back, else one that brings it down well; None where
    the CO2 is not over its limit, or too little of the meeting is left.
    """
    policy, ppm = now.policy.at(now.facts.outdoor_ppm), now.facts.co2_ppm
    if policy.co2_limit_ppm is None or ppm is None or ppm <= policy.co2_limit_ppm:
        return None
    if people_in(now) == 0 or (estimate.people is not None and estimate.people.value < ANYBODY):
        return None
    clear_ppm = policy.co2_clear_ppm or policy.co2_limit_ppm
    best = None
    for minutes in BREAKS_MIN:
        if minutes + WORTH_MIN > now.left_min:
            break
        to_ppm = ppm_in(estimate, minutes, flow, nobody=True)
        if to_ppm <= clear_ppm:
            return Advice("break", minutes=minutes, ppm=float(round(to_ppm, -1)))
        if minutes == AHEAD_MIN and ppm - to_ppm >= WORTH_PPM:
            best = Advice("break", minutes=minutes, ppm=float(round(to_ppm, -1)))
    return best
