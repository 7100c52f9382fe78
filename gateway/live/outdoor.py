"""What a venue's sensors say of the air outdoors."""

from collections.abc import Mapping
from math import hypot

import msgspec

from gateway.domain.air.outdoor import (
    OFFSET_SD_PPM,
    OutdoorMemory,
    SensorBaseline,
    after_reading,
    outdoor,
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


class VenueOutdoor:
    """``days`` is another number with each day that began for one of its sensors: what is said of them
    stays meanwhile.
    """

    def __init__(self) -> None:
        self.is_new = False
        self.is_urgent = False
        self.days = 0
        self._memory = OutdoorMemory()
        self._outdoor = outdoor(self._memory)

    def update(self, reading: AirReading) -> None:
        """A reading of any of the venue's sensors."""
        before = self._memory.sensors.get(reading.device)
        after = after_reading(self._memory, reading.at_ns / 1e9, reading.device, reading.co2_ppm)
        if after is self._memory:
            return
        self._memory = after
        self.is_new = True
        if before is None or after.sensors[reading.device].day != before.day:
            self.days += 1
            self._outdoor = outdoor(after)

    def shown_outdoors(self, device: DeviceSlug | None) -> tuple[float, float]:
        """What a sensor would show outdoors, with its standard deviation."""
        sensor = self._memory.sensors.get(device or "")
        if sensor is not None and sensor.ppm is not None:
            return sensor.ppm, BASELINE_SD_PPM
        return self._outdoor.ppm, hypot(self._outdoor.sd_ppm, OFFSET_SD_PPM)

    def of_others(self, device: DeviceSlug | None) -> tuple[float, float]:
        """The same where its own nights show no outdoor air."""
        others = {name: one for name, one in self._memory.sensors.items() if name != device}
        air = outdoor(OutdoorMemory(others))
        return air.ppm, hypot(air.sd_ppm, OFFSET_SD_PPM)

    def shown_inside(self, device: DeviceSlug | None) -> tuple[float, float]:
        """What a sensor would show of air from inside the building, with its standard deviation: as in
        its nights, where there were any.
        """
        sensor = self._memory.sensors.get(device or "")
        if sensor is not None and sensor.ppm is not None:
            return sensor.ppm, INSIDE_SD_PPM
        return self._outdoor.ppm + INSIDE_OVER_PPM, 2.0 * INSIDE_SD_PPM

    def is_doubted(self, device: DeviceSlug | None) -> bool:
        """Whether what a sensor shows at night can be no outdoor air."""
        sensor = self._memory.sensors.get(device or "")
        return sensor is not None and sensor.is_of_inside

    @property
    def baselines(self) -> Mapping[str, SensorBaseline]:
        """What each of the venue's sensors showed at night."""
        return self._memory.sensors

    def snapshot(self) -> bytes:
        return _encode(self._memory)

    def restore(self, snapshot: bytes) -> None:
        self._memory = _decode(snapshot)
        self.days += 1
        self._outdoor = outdoor(self._memory)

    def replay(self, reading: Reading) -> None:
        if isinstance(reading, AirReading):
            self.update(reading)

    def saved(self) -> None:
        self.is_new = self.is_urgent = False
