"""The forward model of a room's air: one well-mixed zone, solved exactly for a constant stretch.

V dC/dt = Q (Co - C) + N G, so with r = Q / V (air changes an hour) the distance to outdoors decays
by exp(-r t) while people add their share; nothing is stepped, so a stretch may be cut anywhere.

This is the simulator's own: the gateway's estimate is checked against it and shares no code with
it.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Zone:
    """A room and the air around it."""

    volume_m3: float
    outdoor_ppm: float


def co2_ppm_after(
    zone: Zone,
    co2_ppm: float,
    *,
    hours: float,
    air_changes_per_h: float,
    generation_m3h: float,
) -> float:
    """The CO2 in the zone after ``hours`` of constant air flow and breathing.

    ``generation_m3h`` is the CO2 that all people in the room give off together, in m3 an hour.
    A room without any air change only fills up.
    """
    faded = air_changes_per_h * hours
    mean_stay_h = hours * (-math.expm1(-faded) / faded if faded > 0 else 1.0)
    added_ppm = 1e6 * generation_m3h / zone.volume_m3 * mean_stay_h
    return zone.outdoor_ppm + (co2_ppm - zone.outdoor_ppm) * math.exp(-faded) + added_ppm
