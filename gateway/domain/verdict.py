"""What each rule says of a room at one moment, from what is known of it and the limits it is held
to.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, NamedTuple

from gateway.domain.air.room_estimate import Range
from gateway.domain.faults.evidence import Evidence
from gateway.domain.policy import TYPICAL_OUTDOOR_PPM, Policy
from gateway.domain.room_state import Rule

ANYBODY: Final = 0.5
"""Fewer people than this, by the estimate, is nobody."""

SURE: Final = 0.8416 / 1.6449
"""How far along from the estimate to the end of its 90 % interval the value is that is passed with
a probability of 20 %, in the logarithm: too little fresh air is a breach where it is 80 % sure.
"""

LIKELY: Final = 0.2533 / 1.6449
"""The same for a probability of 40 %: fresh air is enough again where it is 60 % sure."""


class Finding(Enum):
    """BETWEEN is no longer over the limit and not back at the clear level either. CANNOT_SAY is
    about old data: it neither begins a breach nor ends one.
    """

    BREACHED = "breached"
    BETWEEN = "between"
    CLEAR = "clear"
    CANNOT_SAY = "cannot_say"


class Verdict(NamedTuple):
    """``value`` and ``limit`` are in the rule's own unit: ppm, people, litres of fresh air a second
    for each person, or seconds without data. ``since`` is when a breach began, where that is before
    the moment of judging.
    """

    finding: Finding
    value: float | None = None
    limit: float | None = None
    since: datetime | None = None


class RoomFacts(NamedTuple):
    """What is known of a room. ``watched_since`` is since when its silence counts: None for a room
    without a device that measures its air, which the rules of the air then leave alone.

    ``capacity`` is by the room's seats, or by its policy already. ``flow_per_person`` is fresh air
    in litres a second, as estimated with the reading of ``co2_at``; ``present`` how many people are
    in by the counter and the air together, None where only the count speaks. ``faults`` is what its
    sensors show that cannot be right, None where none was heard yet; ``doubted`` are the rules that
    such a sensor speaks for. ``people_until`` is till when the count holds though nothing more is
    counted, where that is longer than by its age.
    """

    co2_ppm: float | None
    co2_at: datetime | None
    people: int | None
    people_at: datetime | None
    capacity: int | None
    watched_since: datetime | None
    flow_per_person: Range | None = None
    present: float | None = None
    outdoor_ppm: float = TYPICAL_OUTDOOR_PPM
    floor_area_m2: float | None = None
    faults: tuple[Evidence, ...] | None = None
    doubted: frozenset[Rule] = frozenset()
    people_until: datetime | None = None

    @property
    def silent_since(self) -> datetime | None:
        """From when no CO2 reading has come; None where none is expected."""
        if self.watched_since is None or self.co2_at is None:
            return self.watched_since
        return max(self.watched_since, self.co2_at)


def is_fresh(since: datetime | None, policy: Policy, at: datetime) -> bool:
    """Whether something known since then still says how it is now."""
    return since is not None and at - since < timedelta(seconds=policy.no_data_s)


def is_counted(facts: RoomFacts, policy: Policy, at: datetime) -> bool:
    """Whether it is known by a count how many people are in now."""
    if facts.people is None:
        return False
    if facts.people_until is not None and at < facts.people_until:
        return True
    return is_fresh(facts.people_at, policy, at)


def judge(rule: Rule, facts: RoomFacts, policy: Policy, at: datetime) -> Verdict:
    """What ``rule`` says of the room at ``at``."""
    found = _RULES[rule](facts, policy, at)
    if rule in facts.doubted and _is_well_by_a_sensor(rule, found, facts):
        return found._replace(finding=Finding.CANNOT_SAY)
    if policy.one_suffices and found.finding is Finding.BREACHED and rule in _EITHER:
        other = _RULES[_EITHER[rule]](facts, policy, at)
        if other.limit is not None and other.finding is Finding.CLEAR:
            return found._replace(finding=Finding.CLEAR)
    return found


def _is_well_by_a_sensor(rule: Rule, found: Verdict, facts: RoomFacts) -> bool:
    """Whether a sensor says that the room is within a limit: one that cannot be right ends no
    breach by that, but a limit or a sensor that is taken away does.
    """
    if found.limit is None or found.finding not in (Finding.CLEAR, Finding.BETWEEN):
        return False
    return rule == "occupancy" or facts.watched_since is not None


def pending_for(rule: Rule, policy: Policy) -> timedelta:
    """How long a breach must last before it fires. Silence, and a sensor's fault, have lasted when
    they are called a breach.
    """
    if rule == "co2":
        return timedelta(seconds=policy.co2_pending_s)
    if rule == "ventilation":
        return timedelta(seconds=policy.ventilation_pending_s)
    if rule == "occupancy":
        return timedelta(seconds=policy.occupancy_pending_s)
    return timedelta(0)


def worse(rule: Rule, one: float, other: float) -> float:
    """The worse of two values of a rule: of fresh air the lower, of everything else the higher."""
    return min(one, other) if rule == "ventilation" else max(one, other)


def _co2(facts: RoomFacts, policy: Policy, at: datetime) -> Verdict:
    if policy.co2_limit_ppm is None:
        return Verdict(Finding.CLEAR)
    base_ppm = policy.base_ppm(facts.outdoor_ppm)
    limit = base_ppm + policy.co2_limit_ppm
    if facts.co2_ppm is None or not is_fresh(facts.co2_at, policy, at):
        # A sensor that somebody took away ends what it said; one that fell silent does not.
        gone = facts.watched_since is None
        return Verdict(Finding.CLEAR if gone else Finding.CANNOT_SAY, None, limit)
    if facts.co2_ppm > limit:
        return Verdict(Finding.BREACHED, facts.co2_ppm, limit)
    clear = limit if policy.co2_clear_ppm is None else base_ppm + policy.co2_clear_ppm
    back = facts.co2_ppm <= clear
    return Verdict(Finding.CLEAR if back else Finding.BETWEEN, facts.co2_ppm, limit)


def _ventilation(facts: RoomFacts, policy: Policy, at: datetime) -> Verdict:
    if policy.min_flow_lps is None:
        return Verdict(Finding.CLEAR)
    if not is_fresh(facts.co2_at, policy, at):
        gone = facts.watched_since is None
        return Verdict(Finding.CLEAR if gone else Finding.CANNOT_SAY, None, policy.min_flow_lps)
    people = _present(facts, policy, at)
    if people is None:
        return Verdict(Finding.CANNOT_SAY, None, policy.min_flow_lps)
    if people < ANYBODY:
        return Verdict(Finding.CLEAR, None, policy.min_flow_lps)
    limit = policy.flow_limit_lps(people, facts.floor_area_m2)
    flow = facts.flow_per_person
    if flow is None or limit is None:
        return Verdict(Finding.CANNOT_SAY, None, limit)
    if towards(flow.value, flow.high, SURE) < limit:
        # Cleaned air may make up for what is missing, and that cannot be seen.
        finding = Finding.BETWEEN if policy.counts_cleaned_air else Finding.BREACHED
        return Verdict(finding, flow.value, limit)
    enough = towards(flow.value, flow.low, LIKELY) >= limit
    return Verdict(Finding.CLEAR if enough else Finding.BETWEEN, flow.value, limit)


def _present(facts: RoomFacts, policy: Policy, at: datetime) -> float | None:
    """How many people are in, by the best that is known."""
    if facts.present is not None:
        return facts.present
    return facts.people if is_counted(facts, policy, at) else None


def towards(value: float, end: float, share: float) -> float:
    """Part of the way from an estimate to an end of its interval, in the logarithm."""
    if value <= 0.0 or end <= 0.0:
        return value + (end - value) * share
    return float(value * (end / value) ** share)


def _occupancy(facts: RoomFacts, policy: Policy, at: datetime) -> Verdict:
    capacity = policy.places(facts.capacity, facts.floor_area_m2)
    if capacity is None:
        return Verdict(Finding.CLEAR)
    limit = float(capacity)
    if facts.people is None or not is_counted(facts, policy, at):
        return Verdict(Finding.CANNOT_SAY, None, limit)
    over = facts.people > capacity
    return Verdict(Finding.BREACHED if over else Finding.CLEAR, float(facts.people), limit)


def _no_data(facts: RoomFacts, policy: Policy, at: datetime) -> Verdict:
    since = facts.silent_since
    if since is None:
        return Verdict(Finding.CLEAR)
    if not is_fresh(since, policy, at):
        silent_s = (at - since).total_seconds()
        return Verdict(Finding.BREACHED, silent_s, policy.no_data_s, since)
    return Verdict(Finding.CLEAR, None, policy.no_data_s)


def _sensor_fault(facts: RoomFacts, _policy: Policy, _at: datetime) -> Verdict:
    if facts.watched_since is None:
        return Verdict(Finding.CLEAR)
    if facts.faults is None:
        return Verdict(Finding.CANNOT_SAY)
    # From when it is found, not from when it began: nobody could have known of it before.
    return Verdict(Finding.BREACHED if facts.faults else Finding.CLEAR)


_RULES: Final[dict[Rule, Callable[[RoomFacts, Policy, datetime], Verdict]]] = {
    "co2": _co2,
    "ventilation": _ventilation,
    "occupancy": _occupancy,
    "no_data": _no_data,
    "sensor_fault": _sensor_fault,
}
_EITHER: Final[dict[Rule, Rule]] = {"co2": "ventilation", "ventilation": "co2"}
"""The two rules of which one may suffice."""
