"""Ventilation that follows the CO2 of its room: little while the air is fresh, all it has when it is not.

How much of its highest flow it gives is one curve for all such rooms. How far a room differs from it is
left to the filter, whose flow is the less sure the further the share has moved.
"""

import msgspec

from gateway.domain.air.kalman_filter import FilterState
from gateway.domain.air.room_estimate import AirRoom

# Tuned on the simulated stays of bench/air, whose ventilations begin to rise at 600 to 900 ppm and
# give all they have 200 to 500 ppm above.

FROM_PPM, TO_PPM = 800.0, 1100.0
"""From the first on the flow rises with the CO2, at the second it is at its highest."""
LEAST_LOG = -1.5
"""The logarithm of what it gives below: 22 % of the highest."""
TYPICAL_LOG = -0.6
"""The share, as a logarithm, at which a room of that kind is as ventilated as others."""
STRAYS_VAR = 0.05
"""The variance of ln flow for each 1 that the logarithm of the share has moved by."""
CAUTION_SD = 0.5
"""Such a ventilation holds the air for each person near what is asked for, so that half of the time a
best estimate would be on the wrong side of it. What is told is so many standard deviations lower; so it is
in a room that is never empty, whose flow was never seen by itself."""


def log_share(room: AirRoom, co2_ppm: float) -> float:
    """The logarithm of the share of its highest flow that a room has at that CO2; 0 where the flow
    does not follow it.
    """
    return curve(co2_ppm) if room.follows_co2 else 0.0


def curve(co2_ppm: float) -> float:
    """The same of every room whose ventilation follows the CO2."""
    if co2_ppm >= TO_PPM:
        return 0.0
    return LEAST_LOG * min((TO_PPM - co2_ppm) / (TO_PPM - FROM_PPM), 1.0)


def usual_share(room: AirRoom, co2_ppm: float) -> float:
    """The same of the flow that it has as a rule."""
    return log_share(room, co2_ppm) - TYPICAL_LOG if room.follows_co2 else 0.0


def followed(
    hypotheses: tuple[FilterState, ...], before: tuple[FilterState, ...], room: AirRoom
) -> tuple[FilterState, ...]:
    """The hypotheses with the flow that goes with their CO2, which was another ``before``."""
    found = []
    for f, was in zip(hypotheses, before, strict=True):
        moved = log_share(room, f.c) - log_share(room, was.c)
        found.append(msgspec.structs.replace(f, q=f.q + moved, qq=f.qq + STRAYS_VAR * abs(moved)))
    return tuple(found)
