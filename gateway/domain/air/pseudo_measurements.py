"""What a filter learns of its state without anybody measuring it: what a night shows of outdoor
air, that no room is fresher than outdoors, and bounds within which any room is.
"""

from math import log

import msgspec

from gateway.domain.air.kalman_filter import (
    LEAST_CHANGES_PER_H,
    MOST_CHANGES_PER_H,
    FilterState,
    update_outdoor,
)
from gateway.domain.air.mass_balance import flow_of
from gateway.domain.air.outdoor import HIGHEST_PPM, LOWEST_PPM, OFFSET_SD_PPM
from gateway.domain.air.room_estimate import AirRoom

LEAST_OUTDOOR_PPM = LOWEST_PPM - 2.0 * OFFSET_SD_PPM
MOST_OUTDOOR_PPM = HIGHEST_PPM + 2.0 * OFFSET_SD_PPM
"""What a sensor may show of outdoor air: its offset within two standard deviations of none."""
MOST_INSIDE_PPM = 2_000.0
"""Of air from a corridor: a bound for the numbers, not knowledge."""
UNDER_PPM, UNDER_VAR_PPM2 = 15.0, 400.0
"""Nothing takes CO2 out of a room: one that shows so much less than outdoors says what is outdoors,
with this variance. Tuned on the simulated days of bench/air."""
BASELINE_VAR_PPM2 = 200.0
"""Of the baseline of the last nights as what would be shown outdoors now: 14 ppm, about as much as
towns and inversions move it (10 to 40). Tuned on the simulated days of bench/air."""
MOST_PEOPLE_PER_M3 = 2.0
"""No room is so full: a bound for the numbers, not knowledge."""
LEAST_GENERATION_LPS, MOST_GENERATION_LPS = 5e-4, 5e-2
"""Of CO2 by a person: a tenth and ten times the usual, bounds for the numbers."""
_LOG_LEAST_GENERATION, _LOG_MOST_GENERATION = log(LEAST_GENERATION_LPS), log(MOST_GENERATION_LPS)


def after_night(f: FilterState, baseline_ppm: float, room: AirRoom) -> FilterState:
    """After a night whose lowest hour tells what the sensor shows outdoors; of a room that is never
    empty it tells nothing, and what is known of outdoor air counts again.
    """
    if room.is_never_empty:
        return update_outdoor(f, room.outdoor_ppm, room.outdoor_sd_ppm**2)
    return update_outdoor(f, baseline_ppm, BASELINE_VAR_PPM2)


def plausible(f: FilterState, count: float, room: AirRoom) -> FilterState:
    """The filter within what a room, its people and the air that comes in can be."""
    volume_m3 = room.volume_m3
    if f.b > f.s + UNDER_PPM:
        f = update_outdoor(f, f.s, UNDER_VAR_PPM2)
    one_change = log(flow_of(volume_m3, 1.0))
    q = _within(f.q, one_change + log(LEAST_CHANGES_PER_H), one_change + log(MOST_CHANGES_PER_H))
    e = _within(f.e, -count, MOST_PEOPLE_PER_M3 * volume_m3 + 1.0)
    g = _within(f.g, _LOG_LEAST_GENERATION, _LOG_MOST_GENERATION)
    b = _within(f.b, *supply_bounds_ppm(room))
    if (q, e, g, b) == (f.q, f.e, f.g, f.b):
        return f
    return msgspec.structs.replace(f, q=q, e=e, g=g, b=b)


def supply_bounds_ppm(room: AirRoom) -> tuple[float, float]:
    """What a sensor may show of the air that comes in."""
    inside = room.basis == "room_base"
    return LEAST_OUTDOOR_PPM, MOST_INSIDE_PPM if inside else MOST_OUTDOOR_PPM


def _within(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)
