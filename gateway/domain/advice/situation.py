"""What is seen of a room that advice is made from: who is in, whether windows are open, whether air
is short or so fresh that windows could be closed.
"""

import math
from datetime import datetime
from typing import NamedTuple

from gateway.domain.air.forecast import HORIZON_MIN, Forecast, minutes_to
from gateway.domain.air.room_estimate import Prior, Range, RoomEstimate
from gateway.domain.air.what_if import exactly, ppm_in, surely
from gateway.domain.alerts.flag import Flag
from gateway.domain.policy import Policy
from gateway.domain.verdict import RoomFacts, is_counted, is_fresh

SOON_MIN, STILL_SOON_MIN = 20.0, 30.0
"""A limit that will be crossed so soon asks for windows; until it is further off than the
second."""
MARGIN = 0.1
"""Of the way from outdoors to the warning: so far below it the CO2 goes before it is not stuffy any
more."""
FRESH, STILL_FRESH = 0.5, 0.65
"""It is fresh up to this part of that way."""
USUAL_WARN_PPM = 1000.0
"""What counts as stuffy where the policy names no CO2."""
SWITCH = 1.15
"""The flow goes this far beyond the boundary before windows count as opened or closed again."""


class Situation(NamedTuple):
    """A room at a moment. ``closed`` and ``opened`` are what its own history says of its flow,
    litres a second; ``left_min`` is until the meeting ends, or two hours.
    """

    at: datetime
    facts: RoomFacts
    flags: tuple[Flag, ...]
    policy: Policy
    estimate: RoomEstimate | None = None
    forecast: Forecast | None = None
    closed: Prior | None = None
    opened: Prior | None = None
    left_min: float = HORIZON_MIN


def people_in(now: Situation) -> int | None:
    """How many people are in, by the counter, else by the air."""
    facts = now.facts
    if is_counted(facts, now.policy, now.at):
        return facts.people
    estimate = known_estimate(now)
    return None if estimate is None or estimate.people is None else round(estimate.people.value)


def windows_open(now: Situation, *, was_open: bool | None) -> bool | None:
    """Whether windows are seen to be open; None where that cannot be told."""
    estimate = known_estimate(now)
    flow_lps = None if estimate is None else estimate.flow_lps
    return are_open(flow_lps, now.closed, now.opened, was_open=was_open)


def are_open(
    flow_lps: Range | None, closed: Prior | None, opened: Prior | None, *, was_open: bool | None
) -> bool | None:
    """The same by a flow and by what the room's own history says of it."""
    if flow_lps is None or closed is None or opened is None:
        return None
    boundary_lps = math.sqrt(closed.median * opened.median)
    return flow_lps.value >= boundary_lps * (1.0 / SWITCH if was_open else SWITCH)


def short_of_air(now: Situation, *, was: bool) -> bool:
    """Whether too little fresh air is there or comes; ``was``: advice was given, so that it lasts
    until it is well over.
    """
    if {flag.rule for flag in now.flags} & {"co2", "ventilation"}:
        return True
    facts = now.facts
    if facts.co2_ppm is None or not is_fresh(facts.co2_at, now.policy, now.at):
        return False
    policy = now.policy.at(facts.outdoor_ppm)
    if policy.co2_warn_ppm is not None:
        margin_ppm = MARGIN * max(policy.co2_warn_ppm - facts.outdoor_ppm, 0.0) if was else 0.0
        if facts.co2_ppm >= policy.co2_warn_ppm - margin_ppm:
            return True
    if now.forecast is None or policy.co2_limit_ppm is None:
        return False
    crosses = minutes_to(now.forecast.path, policy.co2_limit_ppm)
    soon_min = min(STILL_SOON_MIN if was else SOON_MIN, now.left_min)
    return crosses is not None and crosses.value <= soon_min


def at_most_by_flag(now: Situation) -> int | None:
    """For how many the room is, where it is flagged for too many."""
    if all(flag.rule != "occupancy" for flag in now.flags):
        return None
    return now.policy.places(now.facts.capacity, now.facts.floor_area_m2)


def is_fresh_open(now: Situation, *, was: bool) -> bool:
    """Whether the windows that are open could be closed: it is fresh, and stays so to the end."""
    estimate, facts = known_estimate(now), now.facts
    if estimate is None or now.closed is None or facts.co2_ppm is None:
        return False
    outdoor_ppm = facts.outdoor_ppm
    warn_ppm = warn_ppm_of(now)
    if facts.co2_ppm > outdoor_ppm + (STILL_FRESH if was else FRESH) * (warn_ppm - outdoor_ppm):
        return False
    closed_lps = surely(now.closed)
    people = people_in(now) or 0
    needs_lps = (now.policy.flow_limit_lps(people, facts.floor_area_m2) or 0.0) if people else 0.0
    if closed_lps < needs_lps * people:
        return False
    ahead_ppm = ppm_in(estimate, now.left_min, exactly(closed_lps))
    return ahead_ppm <= warn_ppm - MARGIN * (warn_ppm - outdoor_ppm)


def known_estimate(now: Situation) -> RoomEstimate | None:
    """What is estimated of the air while its sensor is heard."""
    return now.estimate if is_fresh(now.facts.co2_at, now.policy, now.at) else None


def warn_ppm_of(now: Situation) -> float:
    policy = now.policy.at(now.facts.outdoor_ppm)
    if policy.co2_warn_ppm is not None:
        return policy.co2_warn_ppm
    return policy.co2_limit_ppm or USUAL_WARN_PPM
