"""How a live room stood when it was judged last, and within what a reading changes nothing but the
newest value: no limit is near, no flag is open, nothing is advised, and no moment has come at which
time alone changes something.
"""

import math
from datetime import datetime, timedelta
from typing import NamedTuple

from gateway.domain.air.room_estimate import RoomEstimate
from gateway.domain.people import RoomPeople
from gateway.domain.policy import Policy
from gateway.domain.room_state import Level
from gateway.domain.verdict import Finding, RoomFacts, is_counted, judge
from gateway.live.room.values import RoomValues


class Calm(NamedTuple):
    """It holds before ``until``, while ``version`` of the context and ``people`` are the same ones, and of
    one ``estimate``. ``facts`` and ``policy`` are what it is by. Up to ``limit_ppm`` no rule is broken, below ``warn_ppm`` the room is good.
    ``counted`` is what a sample tells of the people; a room that is not heard is
    not silent before ``watched_until``; ``judged_until`` is when policy or meeting may be
    others.
    """

    until: datetime
    judged_until: datetime
    version: int
    facts: RoomFacts
    policy: Policy
    people: RoomPeople
    estimate: RoomEstimate | None
    watched_since: datetime | None
    watched_until: datetime | None
    fresh_for: timedelta
    limit_ppm: float
    warn_ppm: float
    over_ppm: float
    counted: int | None

    def holds(self, values: RoomValues, version: int, at: datetime, arrived: datetime) -> bool:
        """Whether a reading of ``at``, which the ``values`` hold already, is one of those."""
        return (
            at < self.until
            and arrived < self.judged_until
            and values.people is self.people
            and version == self.version
            and values.watched_since is self.watched_since
            and not values.air.faults.found
        )

    def renewed(self, values: RoomValues, at: datetime) -> "Calm | None":
        """By another estimate, all else being as it was; None where that breaks a limit."""
        facts = values.aired(self.facts)
        if judge("ventilation", facts, self.policy, at).finding is Finding.BREACHED:
            return None
        return calm(values, facts, self.policy, self.version, at, self.until, self.judged_until)

    def is_within(self, co2_ppm: float) -> bool:
        """Whether no limit is broken."""
        return co2_ppm <= self.limit_ppm

    def level(self, co2_ppm: float) -> Level:
        return "watch" if co2_ppm >= self.warn_ppm else "good"


def calm(
    values: RoomValues,
    facts: RoomFacts,
    policy: Policy,
    version: int,
    at: datetime,
    until: datetime,
    judged_until: datetime,
) -> Calm:
    """Of a room without an open flag, judged with a reading that is fresh."""
    fresh_for = timedelta(seconds=policy.no_data_s)
    base_ppm = policy.base_ppm(facts.outdoor_ppm)
    over_ppm = _over(base_ppm, policy.co2_limit_ppm)
    limit_ppm = over_ppm
    if policy.one_suffices and policy.co2_clear_ppm is not None:
        limit_ppm = min(over_ppm, base_ppm + policy.co2_clear_ppm)
    return Calm(
        until,
        judged_until,
        version,
        facts,
        policy,
        values.people,
        values.air.estimate,
        values.watched_since,
        None if values.watched_since is None else values.watched_since + fresh_for,
        fresh_for,
        limit_ppm,
        _over(base_ppm, policy.co2_warn_ppm),
        over_ppm,
        facts.people if is_counted(facts, policy, at) else None,
    )


def _over(base_ppm: float, rise_ppm: float | None) -> float:
    return math.inf if rise_ppm is None else base_ppm + rise_ppm
