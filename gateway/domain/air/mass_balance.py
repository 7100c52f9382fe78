"""The CO2 in one well-mixed zone, in closed form.

    V dC/dt = Q (C_out - C) + G

with the volume V, the flow of outdoor air Q, and G the CO2 that all people in the zone give off
together. While Q and G stay as they are, the distance to the steady state C_out + G/Q fades with
the air change rate Q/V. (ASTM D6245; Persily 2022, doi 10.1111/ina.13059, on its assumptions.)

Units: litres a second for flows and for CO2 given off, ppm by volume, m3, seconds. Flows and
sources are zero or more, volumes more than zero.
"""

import math

PPM = 1e6  # parts in a whole
LITRES = 1e3  # in a m3


def air_changes_per_h(volume_m3: float, flow_lps: float) -> float:
    return 3.6 * flow_lps / volume_m3


def flow_of(volume_m3: float, air_changes_per_h: float) -> float:
    """The flow, litres a second, that changes the air so often."""
    return air_changes_per_h * volume_m3 / 3.6


def ppm_after(
    volume_m3: float,
    flow_lps: float,
    outdoor_ppm: float,
    source_lps: float,
    co2_ppm: float,
    seconds: float,
) -> float:
    """The CO2 after ``seconds`` (zero or more), from ``co2_ppm`` on. Exact also without any
    flow.
    """
    rate = flow_lps / (LITRES * volume_m3)
    faded = rate * seconds
    # The mean time for which what is given off now stays: (1 - exp(-faded)) / rate, which without a
    # flow is all of it.
    stay_s = seconds * (-math.expm1(-faded) / faded if faded > 0 else 1.0)
    added = PPM * source_lps / (LITRES * volume_m3) * stay_s
    return outdoor_ppm + (co2_ppm - outdoor_ppm) * math.exp(-faded) + added


def seconds_to(
    limit_ppm: float,
    volume_m3: float,
    flow_lps: float,
    outdoor_ppm: float,
    source_lps: float,
    co2_ppm: float,
) -> float:
    """When the CO2, below the limit now, comes to it: (V/Q) ln((C_eq - C) / (C_eq - L)). Zero where
    it is there or over it already, infinite where it never comes.
    """
    if co2_ppm >= limit_ppm:
        return 0.0
    volume_l = LITRES * volume_m3
    rise = PPM * source_lps - flow_lps * (co2_ppm - outdoor_ppm)  # 1e6 V dC/dt, now
    rest = PPM * source_lps - flow_lps * (limit_ppm - outdoor_ppm)  # the same at the limit
    if rest <= 0 or rise <= 0:
        return math.inf
    to_go = limit_ppm - co2_ppm
    # ln(rise / rest) / flow, which for a small flow is to_go / rise.
    share = flow_lps * to_go / rest
    if share < 1e-9:
        return volume_l * to_go / rest
    return volume_l / flow_lps * math.log1p(share)
