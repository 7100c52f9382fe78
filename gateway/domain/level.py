"""The level of a room, and what a host can do about it now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from gateway.domain.flag import Flag
from gateway.domain.policy import Policy
from gateway.domain.room_state import Level
from gateway.domain.verdict import RoomFacts, is_fresh


def level(facts: RoomFacts, flags: Iterable[Flag], policy: Policy, at: datetime) -> Level:
    """``act`` where a limit is broken, ``unknown`` without a fresh look at the air."""
    limits = [flag for flag in flags if flag.rule != "no_data"]
    if any(flag.state == "firing" for flag in limits):
        return "act"
    if facts.co2_ppm is None or not is_fresh(facts.co2_at, policy, at):
        return "unknown"
    if limits or facts.co2_ppm >= policy.co2_warn_ppm:
        return "watch"
    return "good"


def advice(
    facts: RoomFacts, flags: Iterable[Flag], policy: Policy, at: datetime
) -> tuple[dict[str, Any], ...]:
    """What to do, as codes and numbers; the words are the page's."""
    open_rules = {flag.rule for flag in flags}
    found: list[dict[str, Any]] = []
    stuffy = (
        facts.co2_ppm is not None
        and facts.co2_ppm >= policy.co2_warn_ppm
        and is_fresh(facts.co2_at, policy, at)
    )
    if "co2" in open_rules or stuffy:
        found.append({"code": "open_windows"})
    if "occupancy" in open_rules and facts.capacity is not None:
        found.append({"code": "at_most", "people": facts.capacity})
    return tuple(found)
