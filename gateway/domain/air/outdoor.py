"""The CO2 outdoors, as a venue's own sensors show it in its empty hours.

Each sensor has a baseline of every night: the lowest of what it showed in the mean of an hour, from
noon to noon; no room is so busy that it has no hour without people. The middle of the sensors'
baselines, bounded to what outdoor air can be, is the venue's outdoor value; what a sensor's
baseline differs from it is that sensor's offset.
"""

from math import inf, sqrt
from statistics import median

import msgspec

from gateway.domain.policy import TYPICAL_OUTDOOR_PPM

LOWEST_PPM, HIGHEST_PPM = 400.0, 480.0
"""What outdoor air can be: towns and winter inversions lie 10 to 40 ppm over the typical value, and
a sensor outdoors at ROBOD stood at 471 in the middle; 400 ppm is what sensors that calibrate
themselves take it for."""
SD_PPM = 15.0
"""How far a town lies from the typical value, one standard deviation: those 10 to 40 ppm."""
OFFSET_SD_PPM = 30.0
"""How sensors differ before anything is known of them: their stated accuracy is 30 to 50 ppm."""
SHOWN_SD_PPM = 35.0
"""How far what a sensor shows outdoors is from the typical value before anything is known: the two
together (34 by squares), rounded up."""
INSIDE_FROM_PPM = HIGHEST_PPM + 2.0 * OFFSET_SD_PPM
"""No sensor shows so much outdoors, its offset within two standard deviations of none."""
NIGHTS, RECENT_NIGHTS = 14, 7
"""So many nights are kept, and the middle of so many of the last counts: ours, since a week has
days on which a room is not empty."""
DAY_S = 86_400.0
NOON_S = 43_200.0
HOUR_S = 3600.0
ENOUGH = 3
"""So many readings make an hour's mean."""
ENOUGH_HOURS = 6
"""So many hours make a night's baseline."""
EVERY_S = 60.0
"""One reading a minute of each sensor counts: more say the same."""


class Night(msgspec.Struct, frozen=True, array_like=True):
    """The baseline of the night that began at noon of day ``day`` (days since 1970, UTC)."""

    day: int
    ppm: float


class SensorBaseline(msgspec.Struct, frozen=True):
    """``nights`` are the last that are over, oldest first. Of the night going on ``low_ppm`` is the
    lowest of so many hours; of the hour going on there are so many readings with their sum, the
    last of ``at_s``.
    """

    nights: tuple[Night, ...] = ()
    day: int = 0
    low_ppm: float = inf
    hours: int = 0
    hour: int = 0
    readings: int = 0
    sum_ppm: float = 0.0
    at_s: float = 0.0

    @property
    def ppm(self) -> float | None:
        """The middle of the last week of nights; None before the first."""
        return median(night.ppm for night in self.nights[-RECENT_NIGHTS:]) if self.nights else None

    @property
    def is_of_inside(self) -> bool:
        """Whether it is so high that the room comes back to no outdoor air: it draws its air from inside
        the building, or is never empty.
        """
        return self.ppm is not None and self.ppm > INSIDE_FROM_PPM


class OutdoorMemory(msgspec.Struct, frozen=True):
    """What a venue's sensors showed in empty rooms, by device."""

    sensors: dict[str, SensorBaseline] = {}


class Outdoor(msgspec.Struct, frozen=True):
    """``ppm`` with its standard deviation; ``nights`` is how many nights of sensors it rests on."""

    ppm: float = TYPICAL_OUTDOOR_PPM
    sd_ppm: float = SD_PPM
    nights: int = 0


def baseline_after(sensor: SensorBaseline, at_s: float, co2_ppm: float) -> SensorBaseline:
    """After a reading; one a minute counts."""
    if at_s - sensor.at_s < EVERY_S:
        return sensor
    day, hour = int((at_s - NOON_S) // DAY_S), int(at_s // HOUR_S)
    if hour == sensor.hour and sensor.readings:
        return msgspec.structs.replace(
            sensor, readings=sensor.readings + 1, sum_ppm=sensor.sum_ppm + co2_ppm, at_s=at_s
        )
    nights, low_ppm, hours = sensor.nights, sensor.low_ppm, sensor.hours
    if sensor.readings >= ENOUGH:
        low_ppm, hours = min(low_ppm, sensor.sum_ppm / sensor.readings), hours + 1
    if day != sensor.day:
        if hours >= ENOUGH_HOURS:
            nights = (*nights, Night(sensor.day, low_ppm))[-NIGHTS:]
        low_ppm, hours = inf, 0
    return SensorBaseline(nights, day, low_ppm, hours, hour, 1, co2_ppm, at_s)


def outdoor(memory: OutdoorMemory) -> Outdoor:
    """What is to be taken for outdoor air now."""
    found = [(s.ppm, len(s.nights)) for s in memory.sensors.values() if s.ppm is not None]
    if not found:
        return Outdoor()
    middle = median(ppm for ppm, _ in found)
    return outdoor_by(middle, len(found), sum(count for _, count in found))


def outdoor_by(middle_ppm: float, sensors: int, nights: int) -> Outdoor:
    """The same where so many sensors with so many nights have this in the middle."""
    # Against the typical value with its own doubt, so that one sensor with an offset does not move
    # a venue.
    sd_ppm = OFFSET_SD_PPM / sqrt(sensors)
    trust = SD_PPM**2 / (SD_PPM**2 + sd_ppm**2)
    ppm = TYPICAL_OUTDOOR_PPM + trust * (middle_ppm - TYPICAL_OUTDOOR_PPM)
    left_sd_ppm = SD_PPM * sqrt(1.0 - trust)
    return Outdoor(min(max(ppm, LOWEST_PPM), HIGHEST_PPM), left_sd_ppm, nights)
