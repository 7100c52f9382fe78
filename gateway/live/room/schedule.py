"""When a room is next to be judged although nothing comes in."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from gateway.domain.alerts.flag import Flag, next_step_at
from gateway.domain.policy import Policy
from gateway.domain.room_state import Rule
from gateway.domain.verdict import RoomFacts, pending_for
from sensors.wire.instant import EPOCH

LIMIT_RULES: tuple[Rule, ...] = ("co2", "occupancy", "ventilation", "sensor_fault")


def limits_due(
    at: datetime,
    facts: RoomFacts,
    seen_at: datetime | None,
    flags: Mapping[Rule, Flag],
    policy: Policy,
    until: datetime,
) -> datetime | None:
    """The first moment after ``at`` when the limits may be judged otherwise, though nothing comes
    in; ``until`` is when the policy or the meeting may be another. A room of which nothing is known
    any more waits for its next reading, so that what it sends later is judged at its own time.
    """
    others = others_due(at, facts, seen_at, flags, policy, until)
    if facts.co2_at is None:
        return others
    fresh_until = facts.co2_at + timedelta(seconds=policy.no_data_s)
    if fresh_until <= at:
        return others
    return min(fresh_until, until if others is None else others)


def others_due(
    at: datetime,
    facts: RoomFacts,
    seen_at: datetime | None,
    flags: Mapping[Rule, Flag],
    policy: Policy,
    until: datetime,
) -> datetime | None:
    """The same but for the age of the newest reading."""
    fresh_for = timedelta(seconds=policy.no_data_s)
    found = [
        since + fresh_for
        for since in (facts.people_at, seen_at)
        if since is not None and since + fresh_for > at
    ]
    if facts.people_until is not None and at < facts.people_until < until:
        found.append(facts.people_until)
    clear = timedelta(seconds=policy.clear_s)
    for rule in LIMIT_RULES:
        flag = flags.get(rule)
        if flag is not None:
            found.append(until)
            changes_at = next_step_at(flag, pending_for(rule, policy), clear)
            if changes_at is not None and changes_at > at:
                found.append(changes_at)
    return min(*found, until) if found else None


def silence_due(
    at: datetime,
    flag: Flag | None,
    watched_since: datetime | None,
    co2_at: datetime | None,
    policy: Policy,
    until: datetime,
) -> datetime | None:
    """The same for its silence; None where none is to be noticed."""
    found = [until]
    if flag is not None:
        changes_at = next_step_at(flag, timedelta(0), timedelta(seconds=policy.clear_s))
        if changes_at is not None and changes_at > at:
            found.append(changes_at)
    elif watched_since is not None:
        since = max(watched_since, co2_at or EPOCH)
        found.append(since + timedelta(seconds=policy.no_data_s))
    else:
        return None
    return min(found)
