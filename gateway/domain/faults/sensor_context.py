"""What is known of a room around one of its sensors, and where its air can have got to by now."""

from math import exp
from typing import NamedTuple

from gateway.domain.air.generation import generation_of
from gateway.domain.air.mass_balance import LITRES, PPM
from gateway.domain.air.outdoor import SHOWN_SD_PPM
from gateway.domain.air.room_estimate import Range
from gateway.domain.policy import TYPICAL_OUTDOOR_PPM

BUSY_LPS = generation_of("active").median
"""The most that people give off, each, in a meeting."""
QUIET_LPS = generation_of("quiet").median
"""The least: of people who sit and listen."""
CROWD_M3 = 5.6
"""The room a person takes at the least: 2 m2 under 2.8 m."""
BOOTH_M3 = 1.5
"""A booth to telephone in: about 0.7 m2."""
MISSED_SHARE, MISSED = 1.5, 3.0
"""As many people as an estimate can have missed: half as many again as its high end, and three."""
LEAST_PACKED = 2.0
"""In the smallest room there may be two."""


class SensorContext(NamedTuple):
    """``outdoor_ppm``, with its standard deviation, is what this sensor would show outdoors, as far
    as known with its offset. ``people`` are those in the room by the counter and the air together,
    None where neither says anything; ``is_expected_empty`` where no meeting is on and nobody is
    expected.
    """

    volume_m3: float | None = None
    outdoor_ppm: float = TYPICAL_OUTDOOR_PPM
    outdoor_sd_ppm: float = SHOWN_SD_PPM
    people: Range | None = None
    is_expected_empty: bool = False


def reach_ppm(
    from_ppm: float, seconds: float, context: SensorContext, air_changes_per_h: float
) -> tuple[float, float]:
    """The lowest and the highest that well-mixed air can be after ``seconds``: down by so many air
    changes an hour with outdoor air, up by what the people in the room can give off without any.
    """
    outdoor_ppm = context.outdoor_ppm - 2.0 * context.outdoor_sd_ppm
    over_ppm = from_ppm - outdoor_ppm
    left = exp(-air_changes_per_h / 3600.0 * seconds)
    low_ppm = outdoor_ppm + over_ppm * left if over_ppm > 0.0 else from_ppm
    return low_ppm, from_ppm + most_rise_ppm_s(context) * seconds


def most_rise_ppm_s(context: SensorContext) -> float:
    """How fast the people who may be in can raise the CO2. Of an estimate it is the high end and as
    many again as an estimate can have missed; where nothing is known of them the room may be
    packed, and where its volume is not known it may be a booth for one.
    """
    if not context.volume_m3:
        return PPM * BUSY_LPS / (LITRES * BOOTH_M3)
    most = max(context.volume_m3 / CROWD_M3, LEAST_PACKED)
    if context.people is not None:
        most = min(most, MISSED_SHARE * context.people.high + MISSED)
    return PPM * BUSY_LPS * most / (LITRES * context.volume_m3)
