"""Two zones of one room that mix, stepped in time. Written apart from the gateway's mass balance,
which it judges.

V1 dC1/dt = 1e6 S1 + Q1 (C_out - C1) + M (C2 - C1), and the same for zone two; C in ppm, flows in
L/s, volumes in litres. The implicit midpoint rule keeps the balance of CO2 exact whatever the step.
"""

from typing import NamedTuple


class Zones(NamedTuple):
    """How a room is divided: the first zone's part of the volume, of the air that comes in, of the
    people; ``mixing_s`` is the time in which a difference between the two falls to 1/e by itself.
    """

    volume_m3: float
    volume_share: float
    supply_share: float
    people_share: float
    mixing_s: float

    @property
    def exchange_lps(self) -> float:
        x = self.volume_share
        return 1e3 * self.volume_m3 * x * (1.0 - x) / self.mixing_s

    def mean_ppm(self, one_ppm: float, two_ppm: float) -> float:
        return self.volume_share * one_ppm + (1.0 - self.volume_share) * two_ppm


def stepped(
    zones: Zones,
    one_ppm: float,
    two_ppm: float,
    flow_lps: float,
    source_lps: float,
    outdoor_ppm: float,
    dt_s: float,
) -> tuple[float, float]:
    """Both zones after ``dt_s``, in which flow and source stay as they are."""
    v1 = 1e3 * zones.volume_m3 * zones.volume_share
    v2 = 1e3 * zones.volume_m3 - v1
    q1 = flow_lps * zones.supply_share
    q2 = flow_lps - q1
    m = zones.exchange_lps
    s1 = 1e6 * source_lps * zones.people_share
    s2 = 1e6 * source_lps - s1
    # What each zone gains in a second as things stand, and the solution for the step's middle.
    h1, h2 = 0.5 * dt_s / v1, 0.5 * dt_s / v2
    a, b = 1.0 + h1 * (q1 + m), -h1 * m
    c, d = -h2 * m, 1.0 + h2 * (q2 + m)
    r1 = one_ppm + h1 * (s1 + q1 * outdoor_ppm)
    r2 = two_ppm + h2 * (s2 + q2 * outdoor_ppm)
    det = a * d - b * c
    mid1, mid2 = (d * r1 - b * r2) / det, (a * r2 - c * r1) / det
    return 2.0 * mid1 - one_ppm, 2.0 * mid2 - two_ppm
