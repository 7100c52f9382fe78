"""What is a sensor's own: how its readings jump about, and how much more it shows than another."""

from collections.abc import Mapping

AT_FIRST_PPM2 = 400.0
LEAST_PPM2, MOST_PPM2 = 1.0, 3600.0
SLOWEST_S = 400.0
"""Readings further apart say more of the room than of the sensor."""
OFFSETS_KEPT = 8
NEARER = 0.02

Before = tuple[float, float, float, float]
"""Time and ppm of the last reading but one, and of the last."""


def noise_after(noise_ppm2: float, before: Before, at_s: float, ppm: float) -> tuple[float, Before]:
    """The sensor's own variance, from how far a reading lies off the line through the two before it."""
    a_s, a_ppm, b_s, b_ppm = before
    if b_s > a_s and 0.0 < at_s - b_s <= SLOWEST_S:
        x = (at_s - b_s) / (b_s - a_s)
        if x < 3.0:
            off = ppm - b_ppm - x * (b_ppm - a_ppm)
            found = off * off / (1.0 + (1.0 + x) ** 2 + x * x)
            noise_ppm2 += 0.03 * (min(found, 9.0 * noise_ppm2 + 4.0) - noise_ppm2)
    return min(max(noise_ppm2, LEAST_PPM2), MOST_PPM2), (b_s, b_ppm, at_s, ppm)


def offsets_after(
    offsets: Mapping[str, float], device: str, offset_ppm: float, off_ppm: float
) -> dict[str, float]:
    """After a sensor showed ``off_ppm`` more than its offset of ``offset_ppm`` let expect."""
    kept = {**offsets, device: offset_ppm + NEARER * off_ppm}
    while len(kept) > OFFSETS_KEPT:
        kept.pop(next(iter(kept)))
    return kept
