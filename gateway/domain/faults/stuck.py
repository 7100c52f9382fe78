"""A sensor that shows the same value while the air must have moved.

That nothing changes proves little: an empty room at night is flat, and a sensor that rounds to 5
ppm shows one value for ten hours then (UCI 864). So one of these has to speak against it:

- it is a fine sensor, whose noise never left a value so long alone, and the value is no floor of
it;
- the value lies over outdoor air, to which any room falls back in time;
- people are in, in a meeting, whose breath no usual ventilation could carry off unseen;
- another sensor in the room saw the air move;
- three days without a change, which no outdoor air has.
"""

import msgspec

from gateway.domain.air.mass_balance import LITRES, PPM
from gateway.domain.faults.evidence import Evidence
from gateway.domain.faults.sensor_context import QUIET_LPS, SensorContext
from sensors.wire.topic import DeviceSlug

# Where nothing else is said: ours, so that nothing is found of the seven recorded sensors of the
# tests and of the simulated days of bench/air that is not there (docs/rules.md).

LEAST_READINGS = 12
"""Fewer readings of one value say nothing."""
GAP_S = 7200.0
"""After so long without a reading nobody knows whether it stood state."""
FINE_PPM = 5.0
"""A sensor that was seen to change by less shows its noise; the others may round it away."""
FINE_S, COARSE_S = 2700.0, 5400.0
"""So long one of each kind shows one value, at the least, before it is stuck."""
BEYOND = 6.0
"""So many times as long as it ever stood still before."""
OFF_FLOOR_PPM = 15.0
"""Sensors are cut off at a lowest value (400 ppm), at which they stand in fresh air."""
OVER_PPM = 50.0
"""So far over outdoor air a room must fall back to it; nearer, a sensor that rounds may stand
still."""
FADES_PER_H = 0.1
"""The air changes of a tight room with everything closed."""
MOST_CHANGES_PER_H = 12.0
"""The most that a room's air is changed in use, windows open."""
BREATHED_S = 1800.0
"""So long people must have been in for their breath to count."""
NEAREST_PPM = 30.0
"""Air that people are in counts as so far over outdoors at the least."""
OTHER_MOVED_PPM, OTHER_S = 90.0, 1800.0
"""What another sensor sees must be more than its own noise and the corner it hangs in."""
FOR_GOOD_S = 3 * 86_400.0
"""No air stands still for three days."""
STEP_AT_FIRST_PPM = 10.0
"""The step of a sensor that was not seen to change: coarse, as some are."""
TOP_PPM = 40_000.0
"""No sensor shows more."""
WELL_AFTER = 3
"""So many changes make it well again."""


class StuckState(msgspec.Struct, frozen=True, array_like=True):
    """The run without a change: of which value, since when, how many readings, what the people
    present would have added by now, and between what the other sensors of the room went meanwhile.

    ``step_ppm`` is the smallest change ever seen, ``longest_s`` the longest run before,
    ``lowest_ppm`` the lowest value. ``stuck_s`` is since when it is stuck, 0 where it is not;
    ``changes`` counts those since.
    """

    co2_ppm: float
    since_s: float
    last_s: float
    readings: int = 1
    breathed_ppm: float = 0.0
    other_low_ppm: float = 0.0
    other_high_ppm: float = 0.0
    step_ppm: float = STEP_AT_FIRST_PPM
    longest_s: float = 0.0
    lowest_ppm: float = TOP_PPM
    stuck_s: float = 0.0
    changes: int = 0


def step(
    state: StuckState | None,
    at_s: float,
    co2_ppm: float,
    context: SensorContext,
    other_ppm: float | None,
) -> StuckState:
    """After a reading; ``other_ppm`` is what another sensor in the room shows, None without one."""
    if state is None:
        other = other_ppm or 0.0
        return StuckState(
            co2_ppm, at_s, at_s, other_low_ppm=other, other_high_ppm=other, lowest_ppm=co2_ppm
        )
    if co2_ppm != state.co2_ppm or at_s - state.last_s > GAP_S:
        return _moved(state, at_s, co2_ppm, other_ppm)
    low_ppm, high_ppm = state.other_low_ppm, state.other_high_ppm
    if other_ppm is not None:
        low_ppm = min(low_ppm, other_ppm) if low_ppm else other_ppm
        high_ppm = max(high_ppm, other_ppm)
    breathed_ppm = state.breathed_ppm + breath_ppm_s(context) * (at_s - state.last_s)
    after = StuckState(
        co2_ppm, state.since_s, at_s, state.readings + 1, breathed_ppm, low_ppm, high_ppm,
        state.step_ppm, state.longest_s, state.lowest_ppm, state.stuck_s, state.changes,
    )  # fmt: skip
    if not after.stuck_s and after.readings >= LEAST_READINGS and _must_move(after, context):
        return msgspec.structs.replace(after, stuck_s=after.since_s, changes=0)
    return after


def evidence(state: StuckState, device: DeviceSlug, at_s: float) -> Evidence | None:
    if not state.stuck_s:
        return None
    minutes = max(0.0, at_s - state.stuck_s) / 60.0
    return Evidence("stuck", device, state.stuck_s, minutes, co2_ppm=state.co2_ppm)


def _moved(state: StuckState, at_s: float, co2_ppm: float, other_ppm: float | None) -> StuckState:
    other = other_ppm or 0.0
    change_ppm = abs(co2_ppm - state.co2_ppm)
    changes = state.changes + (change_ppm > 0.0)
    stuck_s = 0.0 if changes >= WELL_AFTER else state.stuck_s
    longest_s = state.longest_s
    if not state.stuck_s:
        longest_s = max(longest_s, state.last_s - state.since_s)
    return StuckState(
        co2_ppm, at_s, at_s, 1, 0.0, other, other,
        min(state.step_ppm, change_ppm) if change_ppm else state.step_ppm,
        longest_s, min(state.lowest_ppm, co2_ppm), stuck_s, changes if stuck_s else 0,
    )  # fmt: skip


def _must_move(state: StuckState, context: SensorContext) -> bool:
    """Whether something speaks against air that stands state."""
    lasted_s = state.last_s - state.since_s
    if lasted_s >= FOR_GOOD_S:
        return True
    if lasted_s >= OTHER_S and state.other_high_ppm - state.other_low_ppm > OTHER_MOVED_PPM:
        return True
    over_ppm = state.co2_ppm - context.outdoor_ppm - 2.0 * context.outdoor_sd_ppm
    if lasted_s >= BREATHED_S and _needs_changes_per_h(state, context) > MOST_CHANGES_PER_H:
        return True
    if state.step_ppm < FINE_PPM:
        off_floor = state.co2_ppm > state.lowest_ppm + OFF_FLOOR_PPM
        return off_floor and lasted_s >= max(FINE_S, BEYOND * state.longest_s)
    if over_ppm < OVER_PPM:
        return False
    fades_s = 2.0 * state.step_ppm / (FADES_PER_H * over_ppm) * 3600.0
    return lasted_s >= max(COARSE_S, fades_s)


def _needs_changes_per_h(state: StuckState, context: SensorContext) -> float:
    """How often the air must be changed for the breath of the people present to stay unseen."""
    over_ppm = state.co2_ppm - context.outdoor_ppm + 2.0 * context.outdoor_sd_ppm
    per_h = state.breathed_ppm / (state.last_s - state.since_s) * 3600.0
    return per_h / max(over_ppm, NEAREST_PPM)


def breath_ppm_s(context: SensorContext) -> float:
    """What the people present add at the least; nothing where nobody is expected, since there a door that
    miscounts is likelier than a sensor that is stuck.
    """
    if context.people is None or not context.volume_m3 or context.is_expected_empty:
        return 0.0
    return PPM * QUIET_LPS * context.people.low / (LITRES * context.volume_m3)
