"""How far a forecast that was told turned out to be off, beside saying that nothing changes."""

from typing import NamedTuple

from gateway.domain.air.skill import Skill


class Miss(NamedTuple):
    """Both a quarter of an hour after they were made, without their sign."""

    told_ppm: float
    unchanged_ppm: float


def missed(before: Skill, after: Skill, came_ppm: float) -> list[Miss]:
    """What was scored between the two, when the sensor showed ``came_ppm``: the last of those whose
    time is over, as many as were counted.
    """
    count = after.scored - before.scored
    if not count:
        return []
    over = before.pending[: len(before.pending) - len(after.pending)]
    return [
        Miss(abs(came_ppm - said.told_ppm), abs(came_ppm - said.shown_ppm))
        for said in over[-count:]
    ]
