"""What the motion sensors of a room tell of who is in. They count nobody: they are a witness beside the
counters and the air.

Nobody who sits still is seen, so that a quiet minute means nothing; an hour of it means that hardly
anybody can be in, and is held against the count of doors where the air does not speak for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from gateway.domain.people import DOOR_QUIET_FOR
from sensors.wire.instant import EPOCH
from sensors.wire.topic import DeviceSlug

SOMEBODY_FOR = timedelta(minutes=15)
"""For so long after a movement somebody is in: who sits in a meeting moves oftener, but not each
minute, and a room that is left is not full of people for half an hour."""
STILL_FOR = timedelta(hours=1)
"""After so long without a movement the count of the doors is held against the air: the same hour in
which the breath of whoever sits there would show (``gateway.domain.faults.door_drift``)."""
STILL_ALONE_FOR = timedelta(hours=2)
"""The same where the air says nothing of who is in: in the recorded room with a line counter and a
motion sensor people sat still for an hour, and the air showed that they did."""
LOOK_EVERY = timedelta(minutes=5)
"""How often it is looked at again, while the air says otherwise."""
LEFT_FOR = timedelta(minutes=3)
"""For so long after somebody passed a door a movement may have been theirs: sensors hold what they saw
for a minute or two."""

ThereUntil = Callable[[DeviceSlug, datetime], datetime]
"""Till when a device is there that was heard last at a moment."""


@dataclass(frozen=True, slots=True)
class MotionSensor:
    """When it was heard last, what it said then, and since when it says so."""

    at: datetime
    moved: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class RoomMotion:
    """``moved_at`` is when somebody last moved, ``passed_at`` when the count of the doors was another
    for the last time.
    """

    sensors: Mapping[DeviceSlug, MotionSensor] = field(default_factory=dict)
    moved_at: datetime | None = None
    passed_at: datetime = EPOCH

    def heard(self, device: DeviceSlug, at: datetime, *, moved: bool) -> "RoomMotion":
        """After a sensor told whether somebody moved; an older message changes nothing."""
        before = self.sensors.get(device)
        if before is not None and at <= before.at:
            return self
        since = before.since if before is not None and before.moved == moved else at
        moved_at = self.moved_at
        if moved and (moved_at is None or at > moved_at):
            moved_at = at
        sensors = {**self.sensors, device: MotionSensor(at, moved, since)}
        return replace(self, sensors=sensors, moved_at=moved_at)

    def passed(self, at: datetime) -> "RoomMotion":
        """After somebody passed a door."""
        return replace(self, passed_at=max(at, self.passed_at))

    @property
    def is_moving(self) -> bool:
        """Whether one of them said so when it was heard last."""
        return any(sensor.moved for sensor in self.sensors.values())

    def is_somebody_in(self, moment: datetime) -> bool:
        """Whether somebody moved lately."""
        return self.moved_at is not None and moment - self.moved_at < SOMEBODY_FOR

    def denies_nobody(self, moment: datetime) -> bool:
        """Whether somebody moved lately whom no door can have let out since."""
        moved_at = self.moved_at
        return (
            moved_at is not None
            and moment - moved_at < SOMEBODY_FOR
            and moved_at > self.passed_at + LEFT_FOR
        )

    def still_since(self, moment: datetime, there_until: ThereUntil) -> datetime | None:
        """Since when nobody moved and nobody passed a door, by the sensors that are there at ``moment``;
        None where one of them sees somebody move, or none is there.
        """
        there = [
            sensor
            for device, sensor in self.sensors.items()
            if moment < min(there_until(device, sensor.at), sensor.at + DOOR_QUIET_FOR)
        ]
        if not there or any(sensor.moved for sensor in there):
            return None
        return max(self.passed_at, *(sensor.since for sensor in there))

    def still_since_s(self, moment: datetime, there_until: ThereUntil) -> float:
        """The same in seconds since 1970; 0 for None."""
        since = self.still_since(moment, there_until) if self.sensors else None
        return 0.0 if since is None else since.timestamp()

    def next_moment(
        self, at: datetime, there_until: ThereUntil, *, counted: bool
    ) -> datetime | None:
        """The first moment after ``at`` when what it tells is another though nothing comes in: somebody
        is in no more, or, where the doors ``counted`` somebody, the count is to be looked at.
        """
        found = []
        if self.moved_at is not None and at < self.moved_at + SOMEBODY_FOR:
            found.append(self.moved_at + SOMEBODY_FOR)
        still_since = self.still_since(at, there_until) if counted else None
        if still_since is not None:
            found.append(_next_look(still_since + STILL_FOR, at))
        return min(found, default=None)

    def is_look(self, at: datetime, there_until: ThereUntil) -> bool:
        """Whether the count of the doors is to be looked at: nobody moved for an hour."""
        still_since = self.still_since(at, there_until)
        return still_since is not None and at - still_since >= STILL_FOR

    def is_alone(self, at: datetime, there_until: ThereUntil) -> bool:
        """Whether it suffices where the air says nothing of who is in."""
        still_since = self.still_since(at, there_until)
        return still_since is not None and at - still_since >= STILL_ALONE_FOR


def _next_look(first: datetime, at: datetime) -> datetime:
    if at < first:
        return first
    return first + ((at - first) // LOOK_EVERY + 1) * LOOK_EVERY
