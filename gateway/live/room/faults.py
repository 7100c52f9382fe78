"""What is watched of a live room's sensors: which of them cannot be right, and which are fit to estimate
with. Readings come at their own time, as the room's air hears them.
"""

from collections.abc import Sequence

from gateway.domain.air.room_estimate import RoomEstimate
from gateway.domain.faults import room_faults
from gateway.domain.faults.evidence import Evidence
from gateway.domain.faults.ordinary import Ordinary, after_ordinary, ordinary, until_s
from gateway.domain.faults.room_faults import RoomFaults
from gateway.domain.faults.sensor_context import SensorContext
from gateway.domain.people import RoomPeople
from gateway.live.outdoor import VenueOutdoor
from sensors.wire.topic import DeviceSlug

LOST_S = 900.0
"""An estimate that was told nothing for so long says nothing of now any more."""


class SensorFaults:
    """``found`` is as of the last reading; None until there was one, and then nothing can be said."""

    __slots__ = ("_outdoors", "found", "memory")

    found: tuple[Evidence, ...] | None

    def __init__(self, outdoors: VenueOutdoor) -> None:
        self.memory = room_faults.begin()
        self.found = None
        self._outdoors = outdoors

    def update(
        self,
        at_s: float,
        device: DeviceSlug,
        co2_ppm: float,
        volume_m3: float | None,
        estimate: RoomEstimate | None,
        people: RoomPeople,
        *,
        is_meeting: bool,
    ) -> None:
        """A reading of one of the room's sensors; ``estimate`` is of the one before."""
        memory = self._counted(self.memory, at_s, people)
        around = self._around(at_s, device, volume_m3, estimate, is_meeting=is_meeting)
        memory = room_faults.after_reading(memory, at_s, device, co2_ppm, around)
        self.memory = room_faults.after_nights(memory, at_s, self._outdoors.baselines)
        self.found = room_faults.found(self.memory, at_s)

    def ordinary(
        self,
        at_s: float,
        device: DeviceSlug,
        volume_m3: float | None,
        estimate: RoomEstimate | None,
        *,
        is_meeting: bool,
    ) -> tuple[Ordinary, SensorContext] | None:
        """What may come next of a sensor without being suspected, and what is known around it; None
        where each reading is to be looked at by itself. ``estimate`` as it is then.
        """
        found = None if self.found else ordinary(self.memory, device)
        if found is None:
            return None
        return found, self._around(at_s, device, volume_m3, estimate, is_meeting=is_meeting)

    def settle(
        self, device: DeviceSlug, readings: Sequence[tuple[float, float]], around: SensorContext
    ) -> None:
        """Readings that were ordinary, by what was known when the first of them came."""
        self.memory = after_ordinary(self.memory, device, readings, around)

    @property
    def until_s(self) -> float:
        """Till when no reading makes a door suspected."""
        return until_s(self.memory)

    def restore(self, memory: RoomFaults, at_s: float) -> None:
        """Go on from what was remembered at ``at_s``."""
        self.memory = memory
        self.found = room_faults.found(memory, at_s)

    def usual_s(self, device: DeviceSlug) -> float:
        """How often a sensor usually sends; 0 where that was not seen yet."""
        watch = self.memory.sensors.get(device)
        return 0.0 if watch is None else watch.warm_up.usual_s

    @property
    def is_nobody_in(self) -> bool:
        """Whether the air shows that nobody can be in of those whom the doors count."""
        return self.memory.doors.nobody_s > 0.0

    def is_fit(self, device: DeviceSlug) -> bool:
        return room_faults.is_fit(self.memory, device)

    def _around(
        self,
        at_s: float,
        device: DeviceSlug,
        volume_m3: float | None,
        estimate: RoomEstimate | None,
        *,
        is_meeting: bool,
    ) -> SensorContext:
        outdoor_ppm, sd_ppm = self._outdoors.shown_outdoors(device)
        present = None
        if estimate is not None and at_s - estimate.at_s < LOST_S:
            present = estimate.people
        return SensorContext(volume_m3, outdoor_ppm, sd_ppm, present, not is_meeting)

    @staticmethod
    def _counted(memory: RoomFaults, at_s: float, people: RoomPeople) -> RoomFaults:
        if not people.doors:
            door = memory.doors.device
            return room_faults.without(memory, door) if door else memory
        if memory.doors.device in people.doors and memory.doors.total == people.total:
            return memory
        spoke = max(people.doors, key=lambda door: people.doors[door].at)
        return room_faults.after_count(memory, at_s, spoke, people.total)
