"""Readings of one live room that wait to be heard together: while nothing but the time goes on, only
what the sensor shows is new, and of that the estimates and the watch for faults lose nothing by
hearing of several readings at once.
"""

from datetime import datetime, timedelta
from math import ceil, inf

from gateway.domain.faults.ordinary import Ordinary
from gateway.domain.faults.sensor_context import SensorContext
from gateway.domain.people import RoomPeople
from gateway.live.outdoor import VenueOutdoor
from gateway.live.room.context import RoomContext
from sensors.wire.topic import DeviceSlug

NOBODY_COUNTED = RoomPeople()


class Gathered:
    """Of one ``device``, before ``until_s``, all that is known round it as it was. ``readings`` are time and
    ppm; one from ``due_s`` on is to be heard at once.
    """

    __slots__ = (
        "_context", "_counted_until_s", "_nights", "_ordinary", "_outdoors", "_pace_s", "_until_s", "_version",
        "around", "device", "due_s", "people", "readings",
    )  # fmt: skip

    def __init__(
        self,
        context: RoomContext,
        outdoors: VenueOutdoor,
        device: DeviceSlug,
        watched: tuple[Ordinary, SensorContext],
        due_s: float,
        until_s: float,
    ) -> None:
        self.device = device
        self.people = NOBODY_COUNTED
        self.due_s, self._counted_until_s = due_s, inf
        ordinary, self.around = watched
        self.readings: list[tuple[float, float]] = []
        self._context, self._outdoors = context, outdoors
        self._version, self._nights = context.version, outdoors.nights
        self._ordinary = ordinary
        self._until_s = min(until_s, context.until.timestamp())
        self._pace_s = ceil(ordinary.usual_s)

    def know(self, at: datetime, people: RoomPeople) -> None:
        """So many were counted by then, which is heard already."""
        self.people = people
        until = people.seen_until(at, timedelta(seconds=self._context.policy(at).no_data_s))
        self._counted_until_s = inf if until is None else until.timestamp()

    def takes(self, at_s: float, device: DeviceSlug, co2_ppm: float, people: RoomPeople) -> bool:
        """Take in a reading; False where it is more than one of those."""
        if not (
            at_s < self._until_s
            and at_s < self._counted_until_s
            and people is self.people
            and device == self.device
            and self._context.version == self._version
            and self._outdoors.nights == self._nights
            and self._ordinary.takes(at_s, co2_ppm)
        ):
            return False
        usual_s = self._ordinary.usual_s
        if not self._pace_s - 1.0 < usual_s <= self._pace_s:
            self._pace_s = ceil(usual_s)
            self._context.learn(device, usual_s)
            if self._context.version != self._version:
                return False  # it is held to other limits from this reading on
        self.readings.append((at_s, co2_ppm))
        return True
