"""A sensor that was switched on a moment ago and shows a fixed value until it is state.

The MH-Z19 and its kin show some 400 to 410 ppm, or exactly 500, for one to three minutes. The same
values can be true, so it takes a gap before them, and a value from which the air cannot have gone
there within the gap.
"""

import msgspec

from gateway.domain.faults.evidence import Evidence
from gateway.domain.faults.sensor_context import SensorContext, reach_ppm
from sensors.wire.topic import DeviceSlug

FIXED_PPM = ((400.0, 410.0), (500.0, 500.0))
"""What the MH-Z19 and its kin show while they warm up, as is widely reported of them."""
LEAST_GAP_S = 20.0
"""A sensor that was switched off is away for so long at the least."""
GAPS = 2.5
"""A gap is so many times the usual interval."""
LONGEST_GAP_S = 3600.0
"""After that the air may be anywhere."""
MOST_CHANGES_PER_H = 8.0
"""How often a room's air is changed at the most in a gap that nobody watched: ours."""
NOISE_PPM = 60.0
"""What a reading may lie off by itself, as for a jump."""
LEAST_READINGS = 2
"""One may be a reading that went wrong."""
LASTS_S = 300.0
"""None of them takes longer than 3 minutes; what goes on after that is a jump."""
_KEEP = 0.8
"""The usual interval is the mean of some five of the last."""


class WarmUp(msgspec.Struct, frozen=True, array_like=True):
    """``usual_s`` is the usual interval. While a fixed value shows that cannot be true: since when
    (0 where none does), in how many readings; ``last_ppm`` is the last value before it.
    """

    last_s: float
    last_ppm: float
    usual_s: float = 0.0
    since_s: float = 0.0
    readings: int = 0
    fixed_ppm: float = 0.0

    @property
    def is_on(self) -> bool:
        return self.readings >= LEAST_READINGS


def step(state: WarmUp | None, at_s: float, co2_ppm: float, context: SensorContext) -> WarmUp:
    """After a reading."""
    if state is None:
        return WarmUp(at_s, co2_ppm)
    interval_s = at_s - state.last_s
    if state.since_s:
        if is_fixed(co2_ppm) and at_s - state.since_s < LASTS_S:
            return WarmUp(
                at_s, state.last_ppm, state.usual_s, state.since_s, state.readings + 1, co2_ppm
            )
        return WarmUp(at_s, co2_ppm, state.usual_s)
    usual_s = state.usual_s
    after_gap = is_gap(interval_s, usual_s)
    if after_gap and is_fixed(co2_ppm) and interval_s < LONGEST_GAP_S:
        low_ppm, high_ppm = reach_ppm(state.last_ppm, interval_s, context, MOST_CHANGES_PER_H)
        if not low_ppm - NOISE_PPM <= co2_ppm <= high_ppm + NOISE_PPM:
            return WarmUp(at_s, state.last_ppm, usual_s, at_s, 1, co2_ppm)
    if not after_gap:
        usual_s = usual_after(usual_s, interval_s)
    return WarmUp(at_s, co2_ppm, usual_s)


def evidence(state: WarmUp, device: DeviceSlug, at_s: float) -> Evidence | None:
    if not state.is_on:
        return None
    return Evidence(
        "warm_up", device, state.since_s, max(0.0, at_s - state.since_s) / 60.0,
        co2_ppm=state.fixed_ppm, from_ppm=state.last_ppm,
    )  # fmt: skip


def is_gap(interval_s: float, usual_s: float) -> bool:
    """Whether a sensor was away; what its interval is comes before (0: not known)."""
    return usual_s > 0.0 and interval_s > LEAST_GAP_S and interval_s > GAPS * usual_s


def usual_after(usual_s: float, interval_s: float) -> float:
    """The usual interval after one more of them."""
    return _KEEP * usual_s + (1.0 - _KEEP) * interval_s if usual_s else interval_s


def is_fixed(co2_ppm: float) -> bool:
    """Whether a sensor that is warming up may show this."""
    return any(low <= co2_ppm <= high for low, high in FIXED_PPM)
