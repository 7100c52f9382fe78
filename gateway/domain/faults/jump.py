"""A sensor that goes somewhere the air cannot have gone.

From the last reading that was possible, air rises by what the people present give off and falls by
air changes with outdoor air; what lies outside that reach is a stray. One stray is a person who
breathed on the sensor, or noise; strays that stay are a jump, and so are strays that come again and
again. The reach widens with time, so a rise that only seemed too fast is none in the end; but a
shift from one reading to the next, far outside the reach, is a jump too where it is still there
after a while.
"""

import msgspec

from gateway.domain.faults.evidence import Evidence
from gateway.domain.faults.sensor_context import SensorContext, reach_ppm
from sensors.wire.topic import DeviceSlug

# Where nothing else is said: ours, so that nothing is found of the seven recorded sensors of the
# tests and of the simulated days of bench/air that is not there (docs/rules.md).

MOST_CHANGES_PER_H = 30.0
"""All windows open in wind, and the sensor beside one."""
NOISE_PPM, NOISE_SHARE = 60.0, 0.05
"""What a reading may lie off by itself: a little more than the accuracies of the data sheets (50
ppm and 3 to 5 %)."""
FAR_PPM = 150.0
"""A stray that came back counts as one of many only so far outside the reach."""
STAYS_S = 300.0
STAYS_READINGS = 3
"""Strays for so long, and so many, are a jump."""
MANY = 4.0
"""So many strays, an older one counting half for each half hour, are too many."""
HALVING_S = 1800.0
SHIFT_PPM = 150.0
"""A shift from one reading to the next lies so far outside the reach."""
SHIFT_STAYS_S, SHIFT_READINGS = 900.0, 6
"""Somebody who breathes on a sensor, or a draught, does not do so for a quarter of an hour."""
SHIFT_SHARE = 0.5
"""It is still there as long as so much of it is."""
WELL_AFTER_S = 1800.0
"""So long after the last stray the sensor is well again."""


class Shift(msgspec.Struct, frozen=True, array_like=True):
    """From one reading to the next, at ``at_s``: by how much, and how many readings it has
    stayed.
    """

    at_s: float
    from_ppm: float
    by_ppm: float
    readings: int = 1


class JumpState(msgspec.Struct, frozen=True, array_like=True):
    """The last possible reading (``last_s``, ``last_ppm``), and the strays since then: how many,
    from when, whether above (``side`` 1) or below (-1), the farthest outside the reach. ``often``
    is the fading number of those that came back, as of ``often_s``; ``jumped_s`` is since when the
    fault lasts, 0 where there is none, ``odd_s`` when it last showed; ``shift`` one that may turn
    out to be a jump.
    """

    last_s: float
    last_ppm: float
    strays: int = 0
    stray_s: float = 0.0
    side: int = 0
    outside_ppm: float = 0.0
    stray_ppm: float = 0.0
    often: float = 0.0
    often_s: float = 0.0
    jumped_s: float = 0.0
    odd_s: float = 0.0
    from_ppm: float = 0.0
    to_ppm: float = 0.0
    shift: Shift | None = None


def step(state: JumpState | None, at_s: float, co2_ppm: float, context: SensorContext) -> JumpState:
    """After a reading."""
    if state is None:
        return JumpState(at_s, co2_ppm)
    after = _reached(state, at_s, co2_ppm, context)
    shift = after.shift
    if shift is None or at_s <= shift.at_s:
        return after
    if (co2_ppm - shift.from_ppm) / shift.by_ppm < SHIFT_SHARE:
        return msgspec.structs.replace(after, shift=None)
    stayed = Shift(shift.at_s, shift.from_ppm, shift.by_ppm, shift.readings + 1)
    if at_s - shift.at_s >= SHIFT_STAYS_S and stayed.readings >= SHIFT_READINGS:
        before = msgspec.structs.replace(after, last_ppm=shift.from_ppm)
        return jumped(before, shift.at_s, at_s, co2_ppm)
    return msgspec.structs.replace(after, shift=stayed)


def _reached(state: JumpState, at_s: float, co2_ppm: float, context: SensorContext) -> JumpState:
    low_ppm, high_ppm = reach_ppm(state.last_ppm, at_s - state.last_s, context, MOST_CHANGES_PER_H)
    noise_ppm = NOISE_PPM + NOISE_SHARE * max(state.last_ppm, co2_ppm)
    low_ppm -= noise_ppm
    high_ppm += noise_ppm
    if low_ppm <= co2_ppm <= high_ppm:
        return _possible(state, at_s, co2_ppm)
    side = 1 if co2_ppm > high_ppm else -1
    allowed_ppm = high_ppm if side > 0 else low_ppm
    state = _strayed(state, at_s, co2_ppm, side, abs(co2_ppm - allowed_ppm))
    if state.strays == 1 and state.shift is None and context.volume_m3:
        state = _shifted(state, at_s, co2_ppm)
    if state.strays < STAYS_READINGS or at_s - state.stray_s < STAYS_S:
        return state
    return jumped(state, state.stray_s, at_s, co2_ppm)


def jumped(state: JumpState, since_s: float, at_s: float, co2_ppm: float) -> JumpState:
    """After a sensor went where the air cannot have gone at ``since_s``, and stays there."""
    return JumpState(
        at_s, co2_ppm, often=state.often, often_s=state.often_s,
        jumped_s=state.jumped_s or since_s, odd_s=at_s,
        from_ppm=state.last_ppm, to_ppm=co2_ppm,
    )  # fmt: skip


def evidence(state: JumpState, device: DeviceSlug, at_s: float) -> Evidence | None:
    if not state.jumped_s:
        return None
    minutes = max(0.0, at_s - state.jumped_s) / 60.0
    return Evidence(
        "jump", device, state.jumped_s, minutes,
        co2_ppm=state.to_ppm, from_ppm=state.from_ppm,
    )  # fmt: skip


def _shifted(state: JumpState, at_s: float, co2_ppm: float) -> JumpState:
    """After the first stray, in a room of which it is known what its people can do."""
    if state.outside_ppm <= SHIFT_PPM:
        return state
    shift = Shift(at_s, state.last_ppm, co2_ppm - state.last_ppm)
    return msgspec.structs.replace(state, shift=shift)


def _strayed(
    state: JumpState, at_s: float, co2_ppm: float, side: int, outside_ppm: float
) -> JumpState:
    if side != state.side:
        return msgspec.structs.replace(
            state, strays=1, stray_s=at_s, side=side, outside_ppm=outside_ppm, stray_ppm=co2_ppm
        )
    if outside_ppm <= state.outside_ppm:
        return msgspec.structs.replace(state, strays=state.strays + 1)
    return msgspec.structs.replace(
        state, strays=state.strays + 1, outside_ppm=outside_ppm, stray_ppm=co2_ppm
    )


def _possible(state: JumpState, at_s: float, co2_ppm: float) -> JumpState:
    after = JumpState(
        at_s, co2_ppm, often=state.often, often_s=state.often_s, jumped_s=state.jumped_s,
        odd_s=state.odd_s, from_ppm=state.from_ppm, to_ppm=state.to_ppm, shift=state.shift,
    )  # fmt: skip
    if state.outside_ppm > FAR_PPM and _is_back(state, co2_ppm):
        often = 1.0 + state.often * 0.5 ** ((at_s - state.often_s) / HALVING_S)
        after = msgspec.structs.replace(after, often=often, often_s=at_s, odd_s=at_s)
        if often >= MANY and not state.jumped_s:
            return msgspec.structs.replace(
                after, jumped_s=state.stray_s, from_ppm=state.last_ppm, to_ppm=state.stray_ppm
            )
    if after.jumped_s and at_s - after.odd_s >= WELL_AFTER_S:
        return JumpState(at_s, co2_ppm, often=after.often, often_s=after.often_s, shift=after.shift)
    return after


def _is_back(state: JumpState, co2_ppm: float) -> bool:
    """Whether the strays are over, and not only within a reach that has widened."""
    return abs(co2_ppm - state.last_ppm) < SHIFT_SHARE * abs(state.stray_ppm - state.last_ppm)
