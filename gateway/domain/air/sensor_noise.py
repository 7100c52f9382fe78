"""What is a sensor's own: how its readings jump about, and how much more it shows than another."""

from collections.abc import Mapping

from sensors.wire.topic import DeviceSlug

# Where nothing else is said: tuned on the simulated days of bench/air.

AT_FIRST_PPM2 = 400.0
"""A sensor's own variance before its readings were seen: 20 ppm, where the simulated ones
have 25."""
LEAST_PPM2, MOST_PPM2 = 1.0, 3600.0
"""It is between 1 and 60 ppm: a whole ppm is rounded, and more is no sensor of air."""
SLOWEST_S = 400.0
"""Readings further apart say more of the room than of the sensor."""
FARTHEST = 3.0
"""Nor does a line say much further on than so many times its own length."""
LEARNED = 0.03
"""Of what a reading says of the noise: some thirty readings make an estimate."""
GATE, GATE_PPM2 = 9.0, 4.0
"""What lies further off than three standard deviations, and a little, is no noise."""
OFFSETS_KEPT = 8
"""Of so many sensors in a room; one more makes the oldest forgotten."""
NEARER = 0.02
"""So much of a difference an offset takes up: some fifty readings."""

Before = tuple[float, float, float, float]
"""Time and ppm of the last reading but one, and of the last."""


def noise_after(noise_ppm2: float, before: Before, at_s: float, ppm: float) -> tuple[float, Before]:
    """The sensor's own variance, from how far a reading lies off the line through the two before
    it.
    """
    a_s, a_ppm, b_s, b_ppm = before
    if b_s > a_s and 0.0 < at_s - b_s <= SLOWEST_S:
        x = (at_s - b_s) / (b_s - a_s)
        if x < FARTHEST:
            off = ppm - b_ppm - x * (b_ppm - a_ppm)
            found = off * off / (1.0 + (1.0 + x) ** 2 + x * x)
            noise_ppm2 += LEARNED * (min(found, GATE * noise_ppm2 + GATE_PPM2) - noise_ppm2)
    return min(max(noise_ppm2, LEAST_PPM2), MOST_PPM2), (b_s, b_ppm, at_s, ppm)


def offsets_after(
    offsets: Mapping[str, float], device: DeviceSlug, offset_ppm: float, off_ppm: float
) -> dict[str, float]:
    """After a sensor showed ``off_ppm`` more than its offset of ``offset_ppm`` let expect."""
    kept = {**offsets, device: offset_ppm + NEARER * off_ppm}
    while len(kept) > OFFSETS_KEPT:
        kept.pop(next(iter(kept)))
    return kept
