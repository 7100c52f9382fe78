"""Warmth and moisture of a room: plausible, not physics. Both follow the people with a lag."""

import math
from dataclasses import dataclass

TIME_CONSTANT_H = 0.7
WARMTH_C_PER_PERSON_100M3 = 0.25
MOISTURE_PCT_PER_PERSON_100M3 = 0.6


@dataclass(frozen=True, slots=True)
class Climate:
    """Air temperature and relative humidity."""

    temperature_c: float
    humidity_pct: float


EMPTY_ROOM = Climate(20.5, 42.0)


def climate_after(now: Climate, *, hours: float, people: int, volume_m3: float) -> Climate:
    """The climate after ``hours`` with a constant number of people in the room."""
    crowding = people * 100 / volume_m3
    kept = math.exp(-hours / TIME_CONSTANT_H)
    warm_c = EMPTY_ROOM.temperature_c + WARMTH_C_PER_PERSON_100M3 * crowding
    damp_pct = min(EMPTY_ROOM.humidity_pct + MOISTURE_PCT_PER_PERSON_100M3 * crowding, 85.0)
    return Climate(
        warm_c + (now.temperature_c - warm_c) * kept,
        damp_pct + (now.humidity_pct - damp_pct) * kept,
    )
