"""A sensor at the top of its range: it shows a round figure and cannot show more.

Sensors of CO2 end at 2000, 5000, 10 000 or 40 000 ppm by their data sheets (MH-Z19, Senseair S8,
SCD30, SCD41). One that ever showed more does not end there.
"""

import msgspec

from gateway.domain.faults.evidence import Evidence
from sensors.wire.topic import DeviceSlug

TOPS_PPM = (2000.0, 5000.0, 10_000.0, 40_000.0)
"""By the data sheets, above."""
AT_TOP_PPM = 1.0
"""So near to a top a value is at it: sensors show whole ppm."""
STAYS_S = 120.0
STAYS_READINGS = 3
"""So long and so often it shows the top before that is more than a value like others: ours."""
WELL_BELOW = 0.97
"""It is back within its range at so much of the top."""


class Plateau(msgspec.Struct, frozen=True, array_like=True):
    """At which top it stands, since when (0 where it does not), in how many readings; the highest
    value ever.
    """

    top_ppm: float = 0.0
    since_s: float = 0.0
    last_s: float = 0.0
    readings: int = 0
    highest_ppm: float = 0.0

    @property
    def is_on(self) -> bool:
        return self.readings >= STAYS_READINGS and self.last_s - self.since_s >= STAYS_S


def step(plateau: Plateau, at_s: float, co2_ppm: float) -> Plateau:
    """After a reading."""
    highest_ppm = max(plateau.highest_ppm, co2_ppm)
    if co2_ppm < TOPS_PPM[0] * WELL_BELOW:  # far from any top, as nearly always
        if not plateau.since_s and highest_ppm == plateau.highest_ppm:
            return plateau
        return Plateau(highest_ppm=highest_ppm)
    top_ppm = _top_ppm(co2_ppm)
    is_end = top_ppm and highest_ppm <= top_ppm + AT_TOP_PPM
    if is_end and top_ppm == plateau.top_ppm:
        return Plateau(top_ppm, plateau.since_s, at_s, plateau.readings + 1, highest_ppm)
    if is_end:
        return Plateau(top_ppm, at_s, at_s, 1, highest_ppm)
    if plateau.is_on and WELL_BELOW * plateau.top_ppm <= co2_ppm <= plateau.top_ppm:
        return Plateau(plateau.top_ppm, plateau.since_s, at_s, plateau.readings, highest_ppm)
    return Plateau(highest_ppm=highest_ppm)


def evidence(plateau: Plateau, device: DeviceSlug, at_s: float) -> Evidence | None:
    if not plateau.is_on:
        return None
    minutes = max(0.0, at_s - plateau.since_s) / 60.0
    return Evidence("saturation", device, plateau.since_s, minutes, co2_ppm=plateau.top_ppm)


def _top_ppm(co2_ppm: float) -> float:
    """The top that the value is at, 0 where it is at none."""
    return next((top for top in TOPS_PPM if abs(co2_ppm - top) <= AT_TOP_PPM), 0.0)
