"""The level of a room: one glance says whether it is fine."""

from collections.abc import Iterable
from datetime import datetime

from gateway.domain.alerts.flag import Flag
from gateway.domain.policy import Policy
from gateway.domain.room_state import Level, Rule
from gateway.domain.verdict import RoomFacts, is_fresh

LIMITS: tuple[Rule, ...] = ("co2", "ventilation", "occupancy")
"""The rules about the room itself; the others are about what watches it."""


def level(facts: RoomFacts, flags: Iterable[Flag], policy: Policy, at: datetime) -> Level:
    """``act`` where a limit is broken, ``unknown`` without a fresh look at the air."""
    open_flags = [flag for flag in flags if flag.rule != "no_data"]
    if any(flag.state == "firing" and flag.rule in LIMITS for flag in open_flags):
        return "act"
    if facts.co2_ppm is None or not is_fresh(facts.co2_at, policy, at):
        return "unknown"
    if open_flags or _is_stuffy(facts, policy, at):
        return "watch"
    return "good"


def _is_stuffy(facts: RoomFacts, policy: Policy, at: datetime) -> bool:
    """Whether the CO2 is at the warning, or over it; a policy without one never warns."""
    if policy.co2_warn_ppm is None or facts.co2_ppm is None:
        return False
    warn_ppm = policy.base_ppm(facts.outdoor_ppm) + policy.co2_warn_ppm
    return facts.co2_ppm >= warn_ppm and is_fresh(facts.co2_at, policy, at)
