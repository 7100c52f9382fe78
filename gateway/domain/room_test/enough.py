"""For how many people a room's tested flow is enough, by a policy."""

import math
from typing import Final

from gateway.domain.air.generation import generation_of
from gateway.domain.policy import Policy

MOST: Final = 10_000


def people_enough(
    policy: Policy, flow_lps: float, floor_area_m2: float | None, outdoor_ppm: float
) -> int | None:
    """The most people for whom a flow of outdoor air is enough for as long as they stay: by the fresh air
    for each (with its part for the floor), and by what CO2 comes to in the end, ``outdoor + 10^6 G / Q``,
    with people who talk. Where the policy lets either suffice the larger counts, else the smaller; None
    where it asks neither.
    """
    held = policy.at(outdoor_ppm)
    found = []
    if held.min_flow_lps is not None:
        of_floor = held.min_flow_area_lps_m2 * (floor_area_m2 or 0.0)
        found.append((flow_lps - of_floor) / held.min_flow_lps)
    if held.co2_limit_ppm is not None:
        each_lps = generation_of(None).median
        found.append((held.co2_limit_ppm - outdoor_ppm) * 1e-6 * flow_lps / each_lps)
    if not found:
        return None
    most = max(found) if held.one_suffices else min(found)
    return min(max(math.floor(most + 1e-9), 0), MOST)
