"""The temperature and humidity of a simulated day, in three seasons, and what a sensor says of them.

Air and what stands around it (walls, floor, furniture) are two nodes that exchange heat:

    C dT/dt = rho c (Q (T_in - T) + Q_opened (T_out - T)) + H (T_around - T) + P

What the ventilation blows is tempered, what comes through a window is not. People give off heat and vapour,
a thermostat heats, and a part of the vapour goes into what stands around. Round numbers for offices:
1.2 kJ/(K m3) of air, six times as much in the furniture and the skin of the walls, 75 W and 55 g/h a person.
"""

import math
from random import Random
from typing import Literal, NamedTuple, get_args

from bench.air.truth import Day

Season = Literal["cold", "mild", "warm"]
SEASONS: tuple[Season, ...] = get_args(Season)
OUTDOOR_C: dict[Season, tuple[float, float]] = {
    "cold": (3.0, 4.0), "mild": (12.0, 3.0), "warm": (21.0, 3.0)
}  # fmt: skip
"""Of the day's middle, and the standard deviation of days."""
OUTDOOR_HUMID = 0.75
RISES_K = 3.0
"""From morning to afternoon."""
AIR_J_M3K, AROUND_TIMES, EXCHANGE_W_M3K = 1200.0, 6.0, 3.5
PERSON_W, PERSON_G_S = 75.0, 55.0 / 3600.0
WANTED_C, TEMPERED, HEATING_W_M3 = 21.0, 0.75, 25.0
"""The ventilation brings the outdoor air this share of the way to what is wanted; a thermostat gives its
most from a kelvin below."""
BUFFERED_S = 1800.0
"""Vapour goes into what stands around, and comes back, in such a time."""
TEMPERATURE_LAG_S, HUMIDITY_LAG_S = (90.0, 300.0), 60.0
"""A sensor in its case: log-uniform between sensors."""
NOISE_K, NOISE_RH = 0.05, 0.3
STEP_S = 10.0


class Felt(NamedTuple):
    """What a sensor says beside CO2: degrees, to the tenth, and the vapour that follows from both, g/m3."""

    temperature_c: float
    vapour_g_m3: float


def saturated_g_m3(temperature_c: float) -> float:
    """Magnus' formula, as WMO-No. 8 has it."""
    hpa = 6.112 * math.exp(17.62 * temperature_c / (243.12 + temperature_c))
    return 216.7 * hpa / (273.15 + temperature_c)


def felt(today: Day, season: Season) -> dict[float, Felt]:
    """By the time of each reading of the CO2."""
    dice = Random(f"warmth {today.seed} {season}")
    outdoor_c = dice.gauss(*OUTDOOR_C[season])
    low, high = TEMPERATURE_LAG_S
    lag_s = low * (high / low) ** dice.random()
    times = [at_s for at_s, _ in today.readings]
    found: dict[float, Felt] = {}
    for at_s, temperature_c, vapour in _marched(today, outdoor_c, lag_s):
        while len(found) < len(times) and times[len(found)] <= at_s:
            shown_c = round(temperature_c + dice.gauss(0.0, NOISE_K), 1)
            share = vapour / saturated_g_m3(temperature_c) + dice.gauss(0.0, NOISE_RH / 100.0)
            share = round(min(max(share, 0.0), 1.0), 3)
            found[times[len(found)]] = Felt(shown_c, share * saturated_g_m3(shown_c))
    return found


def _marched(today: Day, outdoor_c: float, lag_s: float) -> list[tuple[float, float, float]]:
    """Time, and the temperature and vapour that a sensor without noise would show."""
    volume_m3 = today.place.zones.volume_m3
    heat_j_k, exchange_w_k = AIR_J_M3K * volume_m3, EXCHANGE_W_M3K * volume_m3
    air_c = around_c = shown_c = max(WANTED_C - 1.0, outdoor_c)
    outdoor_g = OUTDOOR_HUMID * saturated_g_m3(outdoor_c)
    vapour = around = shown = min(outdoor_g + 1.0, 0.8 * saturated_g_m3(air_c))
    found = []
    for minute in today.minutes:
        hour = minute.at_s / 3600.0 % 24.0
        out_c = outdoor_c + RISES_K * math.sin((hour - 9.0) / 12.0 * math.pi)
        opened_lps = opened(today, minute.at_s) * minute.flow_lps
        blown_lps = minute.flow_lps - opened_lps
        blown_c = out_c + TEMPERED * max(WANTED_C - out_c, 0.0)
        for i in range(int(60.0 / STEP_S)):
            heating_w = HEATING_W_M3 * volume_m3 * min(max(WANTED_C - air_c, 0.0), 1.0)
            watts = (
                1e-3 * AIR_J_M3K * (blown_lps * (blown_c - air_c) + opened_lps * (out_c - air_c))
                + exchange_w_k * (around_c - air_c)
                + PERSON_W * minute.people
                + heating_w
            )
            around_c += STEP_S * exchange_w_k * (air_c - around_c) / (AROUND_TIMES * heat_j_k)
            air_c += STEP_S * watts / heat_j_k
            grams = minute.people * PERSON_G_S / volume_m3
            grams += 1e-3 * minute.flow_lps / volume_m3 * (outdoor_g - vapour)
            grams += (around - vapour) / BUFFERED_S
            around += STEP_S * (vapour - around) / (3.0 * BUFFERED_S)
            vapour += STEP_S * grams
            shown_c += STEP_S / lag_s * (air_c - shown_c)
            shown += STEP_S / HUMIDITY_LAG_S * (vapour - shown)
            found.append((minute.at_s - 60.0 + (i + 1) * STEP_S, shown_c, shown))
    return found


def opened(today: Day, at_s: float) -> float:
    """The share of the flow that comes through windows."""
    factor = 1.0
    for step in today.steps:
        if step.at_s < at_s and step.kind != "schedule":
            factor *= step.factor
    return max(1.0 - 1.0 / factor, 0.0)
