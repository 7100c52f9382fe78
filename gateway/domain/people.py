"""How many people are in a room, from the counters at its doors, one that sees it, or a person's
word.

Doors give running totals (``gateway.domain.door`` says what they can do). The room's count is the
sum of its doors' changes since the last reset (each night, and whenever a person sets it) plus what
that person said.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from gateway.domain.door import Door
from sensors.wire.instant import EPOCH
from sensors.wire.topic import DeviceSlug

CountedBy = Literal["seen", "doors"]
"""A counter that sees the room, or those at its doors and a person's word."""

DOOR_QUIET_FOR = timedelta(hours=12)
"""A counter at a door that tells nothing of itself is believed to be there for so long after its last
message: nobody may pass a door for all of an afternoon."""

WORD_HOLDS = timedelta(hours=2)
"""Where no door is counted, what a person said is believed for so long, about as long as a meeting lasts:
who counts by hand does not do it every five minutes."""


@dataclass(frozen=True, slots=True)
class RoomPeople:
    """The count of one room. ``lowest`` is the lowest sum since the reset: below zero it is
    evidence that doors miscount, since nobody can leave who was not in.
    """

    doors: Mapping[DeviceSlug, Door] = field(default_factory=dict)
    set_people: int | None = None
    reset_at: datetime = EPOCH
    lowest: int = 0
    seen: int | None = None
    seen_at: datetime | None = None

    def passed(
        self, device: DeviceSlug, at: datetime, in_total: int, out_total: int
    ) -> "RoomPeople":
        """After a door showed its totals; older ones than it showed before change nothing."""
        door = self.doors.get(device)
        if door is not None and at <= door.at:
            return self
        newer = Door(at, in_total, out_total)
        if door is not None:
            newer = door.showing(at, in_total, out_total)
            if at <= self.reset_at:  # it came late: who passed then is counted by the reset already
                newer = newer.reset(door.net)
        after = replace(self, doors={**self.doors, device: newer})
        return replace(after, lowest=min(self.lowest, after.total))

    def without(self, device: DeviceSlug) -> "RoomPeople":
        """After a door was taken away; who came in by it stays in."""
        door = self.doors.get(device)
        if door is None:
            return self
        rest = {name: other for name, other in self.doors.items() if name != device}
        return replace(self, doors=rest, set_people=(self.set_people or 0) + door.net)

    def counted(self, at: datetime, count: int) -> "RoomPeople":
        """After a counter that sees the room; an older count changes nothing."""
        if self.seen_at is not None and at <= self.seen_at:
            return self
        return replace(self, seen=count, seen_at=at)

    def set_to(self, at: datetime, people: int) -> "RoomPeople":
        """After a person counted."""
        doors = {device: door.reset() for device, door in self.doors.items()}
        return replace(self, doors=doors, set_people=people, reset_at=at, lowest=0)

    def reset(self, at: datetime) -> "RoomPeople":
        """At night: nobody is in, as far as doors and people's word go."""
        return replace(self.set_to(at, 0), set_people=0 if self.is_known else None)

    def changes(self, before: "RoomPeople") -> bool:
        """Whether the doors or a person count otherwise than before."""
        return self.total != before.total or self.reset_at != before.reset_at

    @property
    def is_known(self) -> bool:
        """Whether a door or a person ever said anything."""
        return self.set_people is not None or bool(self.doors)

    @property
    def total(self) -> int:
        """The sum of the doors and what was set; below zero where doors miscount."""
        return (self.set_people or 0) + sum(door.net for door in self.doors.values())

    def at(self, moment: datetime, fresh_for: timedelta) -> tuple[int | None, datetime | None]:
        """The count at ``moment`` and when it was last known; a fresh look at the room wins."""
        if self.seen_at is not None and moment - self.seen_at < fresh_for:
            return self.seen, self.seen_at
        if self.is_known:
            known = [door.at for door in self.doors.values()]
            if self.set_people is not None:
                known.append(self.reset_at)
            return max(0, self.total), max(known)
        return self.seen, self.seen_at

    def counted_by(
        self, moment: datetime, fresh_for: timedelta
    ) -> tuple[int | None, CountedBy | None]:
        """How many were counted, and by what: a counter that sees the room as long as it is fresh."""
        if self.seen_until(moment, fresh_for) is not None:
            return self.seen, "seen"
        if self.is_known:
            return max(0, self.total), "doors"
        return None, None

    def seen_until(self, moment: datetime, fresh_for: timedelta) -> datetime | None:
        """Till when a fresh look at the room is one; None where there is none."""
        if self.seen_at is None or moment - self.seen_at >= fresh_for:
            return None
        return self.seen_at + fresh_for

    def held_until(
        self,
        moment: datetime,
        fresh_for: timedelta,
        there_until: Callable[[DeviceSlug, datetime], datetime],
    ) -> datetime | None:
        """Till when the count at ``moment`` is known, nothing more being said. A door that says
        nothing means that nobody passed, as long as it is there: ``there_until`` of a door and when
        it was heard last. None where nothing is known.
        """
        if self.seen_at is not None and moment - self.seen_at < fresh_for:
            return self.seen_at + fresh_for
        _, known_at = self.at(moment, fresh_for)
        if known_at is None:
            return None
        doors = [there_until(device, door.at) for device, door in self.doors.items()]
        if not doors and self.set_people is not None:
            return max(known_at + fresh_for, self.reset_at + WORD_HOLDS)
        return max(known_at + fresh_for, min(doors, default=known_at))


def last_reset(zone: ZoneInfo, reset_at: time, at: datetime) -> datetime:
    """The newest nightly reset at or before ``at``: one on each local date, also where that night
    has the hour twice (the first counts) or not at all (as if the clocks had not been changed).
    """
    day = at.astimezone(zone).date() + timedelta(days=1)
    while True:
        reset = datetime.combine(day, reset_at, zone).astimezone(at.tzinfo)
        if reset <= at:
            return reset
        day -= timedelta(days=1)


def next_reset(zone: ZoneInfo, reset_at: time, at: datetime) -> datetime:
    """The first nightly reset after ``at``."""
    day = at.astimezone(zone).date() - timedelta(days=1)
    while True:
        reset = datetime.combine(day, reset_at, zone).astimezone(at.tzinfo)
        if reset > at:
            return reset
        day += timedelta(days=1)
