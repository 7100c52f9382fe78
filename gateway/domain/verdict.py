"""What each rule says of a room at one moment, from what is known of it and the limits it is held to."""

from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from gateway.domain.policy import Policy
from gateway.domain.room_state import Rule


class Finding(Enum):
    """BETWEEN is no longer over the limit and not back at the clear level either. CANNOT_SAY is
    about old data: it neither begins a breach nor ends one.
    """

    BREACHED = "breached"
    BETWEEN = "between"
    CLEAR = "clear"
    CANNOT_SAY = "cannot_say"


class Verdict(NamedTuple):
    """``value`` and ``limit`` are in the rule's own unit: ppm, people, or seconds without data.
    ``since`` is when a breach began, where that is before the moment of judging.
    """

    finding: Finding
    value: float | None = None
    limit: float | None = None
    since: datetime | None = None


class RoomFacts(NamedTuple):
    """What is known of a room. ``watched_since`` is since when its silence counts: None for a room
    without a device that measures its air, which the rules of the air then leave alone.
    """

    co2_ppm: float | None
    co2_at: datetime | None
    people: int | None
    people_at: datetime | None
    capacity: int | None
    watched_since: datetime | None

    @property
    def silent_since(self) -> datetime | None:
        """From when no CO2 reading has come; None where none is expected."""
        if self.watched_since is None or self.co2_at is None:
            return self.watched_since
        return max(self.watched_since, self.co2_at)


def is_fresh(since: datetime | None, policy: Policy, at: datetime) -> bool:
    """Whether something known since then still says how it is now."""
    return since is not None and at - since < timedelta(seconds=policy.no_data_s)


def judge(rule: Rule, facts: RoomFacts, policy: Policy, at: datetime) -> Verdict:
    """What ``rule`` says of the room at ``at``."""
    if rule == "co2":
        return _co2(facts, policy, at)
    if rule == "occupancy":
        return _occupancy(facts, policy, at)
    return _no_data(facts, policy, at)


def pending_for(rule: Rule, policy: Policy) -> timedelta:
    """How long a breach must last before it fires. Silence has lasted when it is called a breach."""
    if rule == "co2":
        return timedelta(seconds=policy.co2_pending_s)
    if rule == "occupancy":
        return timedelta(seconds=policy.occupancy_pending_s)
    return timedelta(0)


def _co2(facts: RoomFacts, policy: Policy, at: datetime) -> Verdict:
    limit = policy.co2_limit_ppm
    if facts.co2_ppm is None or not is_fresh(facts.co2_at, policy, at):
        # A sensor that somebody took away ends what it said; one that fell silent does not.
        gone = facts.watched_since is None
        return Verdict(Finding.CLEAR if gone else Finding.CANNOT_SAY, None, limit)
    if facts.co2_ppm > limit:
        return Verdict(Finding.BREACHED, facts.co2_ppm, limit)
    back = facts.co2_ppm <= policy.co2_clear_ppm
    return Verdict(Finding.CLEAR if back else Finding.BETWEEN, facts.co2_ppm, limit)


def _occupancy(facts: RoomFacts, policy: Policy, at: datetime) -> Verdict:
    if facts.capacity is None:
        return Verdict(Finding.CLEAR)
    limit = float(facts.capacity)
    if facts.people is None or not is_fresh(facts.people_at, policy, at):
        return Verdict(Finding.CANNOT_SAY, None, limit)
    over = facts.people > facts.capacity
    return Verdict(Finding.BREACHED if over else Finding.CLEAR, float(facts.people), limit)


def _no_data(facts: RoomFacts, policy: Policy, at: datetime) -> Verdict:
    since = facts.silent_since
    if since is None:
        return Verdict(Finding.CLEAR)
    if not is_fresh(since, policy, at):
        silent_s = (at - since).total_seconds()
        return Verdict(Finding.BREACHED, silent_s, policy.no_data_s, since)
    return Verdict(Finding.CLEAR, None, policy.no_data_s)
