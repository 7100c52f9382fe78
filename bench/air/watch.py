"""One day followed by one estimator, minute by minute, beside the truth."""

from collections.abc import Iterator
from heapq import merge
from typing import NamedTuple

from bench.air.estimator import Estimate, Follower
from bench.air.truth import Day, Minute

AFTER_S = 1200.0
"""So long after the first person came in an estimate is expected to be good."""
NEAR_S = 480.0
"""So long after a step of the flow it may be behind."""


class Watched(NamedTuple):
    """``since_s``: how long people have been in, 0 while nobody is; ``near``: the flow jumped less
    than ``NEAR_S`` ago."""

    minute: Minute
    estimate: Estimate
    since_s: float
    near: bool

    @property
    def counts(self) -> bool:
        """Whether it is of the occupied time after the first twenty minutes."""
        return self.since_s >= AFTER_S


def watched(day: Day, follower: Follower) -> list[Watched]:
    found = []
    since_s = 0.0
    steps = [step.at_s for step in day.steps]
    for minute in followed_minutes(day, follower):
        since_s = since_s + 60.0 if minute.people else 0.0
        near = any(0.0 <= minute.at_s - at_s < NEAR_S for at_s in steps)
        found.append(Watched(minute, follower.estimate(minute.at_s), since_s, near))
    return found


def followed_minutes(day: Day, follower: Follower) -> Iterator[Minute]:
    """Tells the follower all of the day; each minute comes out when all up to its end was told."""
    for at_s, order, event in merge(*_streams(day)):
        if order == 0:
            follower.new_group(at_s)
        elif order == 1:
            follower.add_count(at_s, event, day.place.counter)
        elif order == 2:
            follower.add_reading(at_s, event)
        else:
            yield day.minutes[event]


def _streams(day: Day) -> list[list[tuple[float, int, int]]]:
    groups = []
    for gathering in day.gatherings:
        groups += [(gathering.start_s, 0, 0), (gathering.end_s, 0, 0)]
    return [
        sorted(groups),
        [(at_s, 1, count) for at_s, count in day.counts],
        [(at_s, 2, int(ppm)) for at_s, ppm in day.readings],
        [(minute.at_s, 3, number) for number, minute in enumerate(day.minutes)],
    ]
