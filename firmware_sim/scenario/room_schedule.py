"""What happens in a room on one local day: who walks in and out when, and when the air flow
changes.

Drawn from the seed and the date alone: the same day is the same whenever somebody begins to watch.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from firmware_sim.physics.crowd import Gathering, Habits, Visitor, visitors
from firmware_sim.scenario.scenario import RoomPlan
from sensors.venue.file import moment
from sensors.wire.instant import from_ns, to_ns


@dataclass(frozen=True, slots=True)
class Passage:
    """A visitor comes in or goes out through a door."""

    at_ns: int
    visitor: Visitor
    door: int
    comes_in: bool


@dataclass(frozen=True, slots=True)
class FlowChange:
    """From now on the room has this many air changes an hour."""

    at_ns: int
    air_changes_per_h: float


Change = Passage | FlowChange


def midnight_ns(plan: RoomPlan, day: date) -> int:
    """When ``day`` begins in the room's own time zone."""
    return to_ns(datetime.combine(day, time(), plan.zone))


def local_day(plan: RoomPlan, at_ns: int) -> date:
    """The date of a moment in the room's own time zone."""
    return from_ns(at_ns).astimezone(plan.zone).date()


def changes_of(plan: RoomPlan, habits: Habits, seed: int, day: date) -> list[Change]:
    """All changes of the meetings and windows that begin on ``day``, by time."""
    dice = Random(f"{seed}/{plan.venue}/{plan.slug}/{day}")
    noon = datetime.combine(day, time(12), plan.zone)
    changes: list[Change] = []
    for window in plan.windows:
        opened, closed = (to_ns(moment(t, noon, plan.zone)) for t in (window.start, window.end))
        changes.append(FlowChange(opened, window.air_changes_per_h))
        changes.append(FlowChange(closed, plan.air_changes_per_h))
    for appointment in plan.appointments:
        start, end = (
            moment(value, noon, plan.zone) for value in (appointment.start, appointment.end)
        )
        if start.astimezone(plan.zone).date() != day:
            continue
        gathering = Gathering(to_ns(start), to_ns(end), appointment.people)
        for visitor in visitors(gathering, habits, dice):
            doors = [dice.randrange(max(plan.doors, 1)) for _ in range(2)]
            changes.append(Passage(visitor.arrives_ns, visitor, doors[0], comes_in=True))
            changes.append(Passage(visitor.leaves_ns, visitor, doors[1], comes_in=False))
    return sorted(changes, key=lambda change: change.at_ns)
