"""What the store is given of a room: one sample every ten seconds of readings, and what ends a time
when nothing was known.
"""

from datetime import datetime, timedelta

from gateway.domain.air.room_estimate import RoomEstimate
from gateway.domain.room_state import Level
from gateway.store.interface import RoomSample
from sensors.wire.instant import EPOCH, to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

SAMPLE_EVERY = timedelta(seconds=10)


class RoomSampler:
    """``samples`` are those that nobody took yet; ``level`` is that of the last one. After ``due_at`` it
    is time for another.
    """

    __slots__ = ("_room", "_venue", "due_at", "level", "sampled_at", "samples")

    def __init__(self, venue: VenueSlug, room: RoomSlug) -> None:
        self._venue = venue
        self._room = room
        self.sampled_at = EPOCH
        self.due_at = EPOCH + SAMPLE_EVERY
        self.samples: list[RoomSample] = []
        self.level: Level | None = None

    def go_on_from(self, sampled_at: datetime, level: Level | None) -> None:
        """The last sample was of then."""
        self.sampled_at, self.level = sampled_at, level
        self.due_at = sampled_at + SAMPLE_EVERY

    def is_due(self, at: datetime, *, new: bool) -> bool:
        """Whether a sample may be taken. What comes right after the room fell silent may end that, and
        of a slow sensor it is all that there is for minutes.
        """
        return self._has_rested(at) or (new and self.level == "unknown")

    def _has_rested(self, at: datetime) -> bool:
        return at >= self.due_at

    def take(
        self,
        at: datetime,
        level: Level,
        co2_ppm: float | None,
        people: int | None,
        estimate: RoomEstimate | None,
        *,
        new: bool,
    ) -> None:
        """Sample the room at ``at``, if there is anything ``new`` or its level changed. What is too old
        to say how it is now is None: ``co2_ppm`` and ``estimate`` by the last reading, ``people`` by the
        last count.
        """
        changed = self.level is not None and level != self.level
        if not changed and not (new and self._has_rested(at)):
            return
        if self.samples and self.samples[-1].at_ns == to_ns(at):
            del self.samples[-1]  # of one moment the last counts
        self.sampled_at, self.due_at = at, at + SAMPLE_EVERY
        self.level = level
        flow = None if estimate is None else estimate.flow_lps
        each = None if estimate is None else estimate.per_person_lps
        crowd = None if estimate is None else estimate.people
        self.samples.append(
            RoomSample(
                self._venue,
                self._room,
                to_ns(at),
                level,
                co2_ppm,
                people,
                flow_lps=None if flow is None else flow.value,
                flow_low_lps=None if flow is None else flow.low,
                flow_high_lps=None if flow is None else flow.high,
                people_estimate=None if crowd is None else crowd.value,
                per_person_lps=None if each is None else each.value,
                per_person_low_lps=None if each is None else each.low,
                per_person_high_lps=None if each is None else each.high,
            )
        )
