"""What the law asks of a room and what is healthy for it, side by side. Neither raises a flag: that
is for the policy the room is held to.
"""

from datetime import datetime
from typing import Final, Literal

from gateway.domain.policy import Policy
from gateway.domain.room_state import Compliance, PolicyCompliance, Rule
from gateway.domain.verdict import Finding, RoomFacts, Verdict, judge

_Found = tuple[Rule, Verdict, Literal["kept", "not_kept", "cannot_say"]]
_WORST_FIRST: Final = ("not_kept", "cannot_say", "kept")


def compliance(facts: RoomFacts, legal: Policy, healthy: Policy, at: datetime) -> Compliance:
    """How the room stands at ``at`` to the law and to what is healthy."""
    return Compliance(_complies(facts, legal, at), _complies(facts, healthy, at))


def _complies(facts: RoomFacts, policy: Policy, at: datetime) -> PolicyCompliance:
    """The limit that decides: the broken one, else one of which nothing can be said, else the one
    that is nearest; where one suffices, the one that is kept best.
    """
    found = [_found(rule, facts, policy, at) for rule in _limits(policy)]
    name = policy.name or None
    if not found:
        return PolicyCompliance(policy.slug, "cannot_say", name=name)
    if len(found) > 1:
        found.sort(key=_rank, reverse=policy.one_suffices)
    rule, verdict, kept = found[0]
    return PolicyCompliance(policy.slug, kept, rule, verdict.value, verdict.limit, name)


def _limits(policy: Policy) -> tuple[Rule, ...]:
    """The rules the policy has limits for. Seats are no policy's: they are the room's own."""
    rules: tuple[Rule, ...] = ()
    if policy.co2_limit_ppm is not None:
        rules += ("co2",)
    if policy.min_flow_lps is not None:
        rules += ("ventilation",)
    if policy.area_m2_per_person is not None:
        rules += ("occupancy",)
    return rules


def _found(rule: Rule, facts: RoomFacts, policy: Policy, at: datetime) -> _Found:
    asked = facts._replace(capacity=None) if rule == "occupancy" else facts
    verdict = judge(rule, asked, policy, at)
    if verdict.value is None or verdict.limit is None or verdict.finding is Finding.CANNOT_SAY:
        return rule, verdict, "cannot_say"
    if verdict.finding is Finding.BREACHED:
        return rule, verdict, "not_kept"
    # Back under a limit of CO2 is under it; near a limit of fresh air is not known to be over it.
    doubtful = verdict.finding is Finding.BETWEEN and rule == "ventilation"
    return rule, verdict, "cannot_say" if doubtful else "kept"


def _rank(found: _Found) -> tuple[int, float]:
    """The worse, the lower: by what it says, then by how far from the limit it is."""
    rule, verdict, kept = found
    value, limit = verdict.value or 0.0, verdict.limit or 1.0
    room = value / limit if rule == "ventilation" else limit / max(value, 1e-9)
    return _WORST_FIRST.index(kept), room
