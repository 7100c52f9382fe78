"""What a venue's sensors say of the air outdoors."""

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from math import hypot

import msgspec

from gateway.domain.air.outdoor import (
    OFFSET_SD_PPM,
    Outdoor,
    OutdoorMemory,
    SensorBaseline,
    baseline_after,
    outdoor_by,
)
from sensors.wire.reading import AirReading, Reading
from sensors.wire.topic import DeviceSlug

BASELINE_SD_PPM = 12.0
"""How a sensor's own baseline strays from night to night."""

INSIDE_OVER_PPM, INSIDE_SD_PPM = 250.0, 75.0
"""Air from a corridor is so much over outdoors, and by day strays so far from what it is at night: of
corridors at about 700 ppm by day."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(OutdoorMemory).decode


_NOTHING_YET = SensorBaseline()


class VenueOutdoor:
    """``nights`` is another number with each night of one of its sensors that is over: what is said of
    them stays meanwhile. What a reading costs does not go with how many sensors there are.
    """

    def __init__(self) -> None:
        self.is_new = False
        self.is_urgent = False
        self.nights = 0
        self._sensors: dict[str, SensorBaseline] = {}
        self._in_order: list[float] = []
        self._kept_nights = 0
        self._outdoor = Outdoor()

    def update(self, reading: AirReading) -> None:
        """A reading of any of the venue's sensors."""
        before = self._sensors.get(reading.device, _NOTHING_YET)
        after = baseline_after(before, reading.at_ns / 1e9, reading.co2_ppm)
        if after is before:
            return
        self._sensors[reading.device] = after
        self.is_new = True
        if after.nights is not before.nights:
            self.nights += 1
            self._leave_out(before)
            self._take_in(after)
            self._outdoor = _outdoor(self._in_order, self._kept_nights)

    def shown_outdoors(self, device: DeviceSlug | None) -> tuple[float, float]:
        """What a sensor would show outdoors, with its standard deviation."""
        sensor = self._sensors.get(device or "")
        if sensor is not None and sensor.ppm is not None:
            return sensor.ppm, BASELINE_SD_PPM
        return self._outdoor.ppm, hypot(self._outdoor.sd_ppm, OFFSET_SD_PPM)

    def of_others(self, device: DeviceSlug | None) -> tuple[float, float]:
        """The same where its own nights show no outdoor air."""
        sensor = self._sensors.get(device or "", _NOTHING_YET)
        others = self._in_order.copy()
        if sensor.ppm is not None:
            del others[bisect_left(others, sensor.ppm)]
        air = _outdoor(others, self._kept_nights - len(sensor.nights))
        return air.ppm, hypot(air.sd_ppm, OFFSET_SD_PPM)

    def shown_inside(self, device: DeviceSlug | None) -> tuple[float, float]:
        """What a sensor would show of air from inside the building, with its standard deviation: as in
        its nights, where there were any.
        """
        sensor = self._sensors.get(device or "")
        if sensor is not None and sensor.ppm is not None:
            return sensor.ppm, INSIDE_SD_PPM
        return self._outdoor.ppm + INSIDE_OVER_PPM, 2.0 * INSIDE_SD_PPM

    def is_doubted(self, device: DeviceSlug | None) -> bool:
        """Whether what a sensor shows at night can be no outdoor air."""
        sensor = self._sensors.get(device or "")
        return sensor is not None and sensor.is_of_inside

    @property
    def baselines(self) -> Mapping[str, SensorBaseline]:
        """What each of the venue's sensors showed at night."""
        return self._sensors

    def snapshot(self) -> bytes:
        return _encode(OutdoorMemory(self._sensors))

    def restore(self, snapshot: bytes) -> None:
        self._sensors = _decode(snapshot).sensors
        self._in_order.clear()
        self._kept_nights = 0
        for sensor in self._sensors.values():
            self._take_in(sensor)
        self.nights += 1
        self._outdoor = _outdoor(self._in_order, self._kept_nights)

    def replay(self, reading: Reading) -> None:
        if isinstance(reading, AirReading):
            self.update(reading)

    def saved(self) -> None:
        self.is_new = self.is_urgent = False

    def _take_in(self, sensor: SensorBaseline) -> None:
        if sensor.ppm is not None:
            insort(self._in_order, sensor.ppm)
            self._kept_nights += len(sensor.nights)

    def _leave_out(self, sensor: SensorBaseline) -> None:
        if sensor.ppm is not None:
            del self._in_order[bisect_left(self._in_order, sensor.ppm)]
            self._kept_nights -= len(sensor.nights)


def _outdoor(in_order: Sequence[float], nights: int) -> Outdoor:
    """By the baselines of the sensors that have one, the lowest first."""
    if not in_order:
        return Outdoor()
    half, is_odd = divmod(len(in_order), 2)
    middle = in_order[half] if is_odd else (in_order[half - 1] + in_order[half]) / 2.0
    return outdoor_by(middle, len(in_order), nights)
