"""The readings of a room's only sensor that are suspected of nothing, and what is remembered after a
run of them: the same as after each of them by itself, for a fraction of the work.

Nothing is suspected of a reading near the one before (``jump.NOISE_PPM``), far below any top, of a
sensor that is well and did not come back from a gap, which has not shown one value for half an hour.
"""

from collections.abc import Iterable
from typing import Final

from gateway.domain.faults import door_drift, saturation, stuck
from gateway.domain.faults.disagreement import DisagreementState
from gateway.domain.faults.door_drift import NOBODY_S
from gateway.domain.faults.jump import NOISE_PPM, JumpState
from gateway.domain.faults.room_faults import RoomFaults, SensorWatch
from gateway.domain.faults.saturation import Plateau
from gateway.domain.faults.sensor_context import SensorContext
from gateway.domain.faults.stuck import StuckState
from gateway.domain.faults.warm_up import LEAST_GAP_S, WarmUp, is_fixed, is_gap, usual_after
from sensors.wire.topic import DeviceSlug

TOP_PPM: Final = saturation.TOPS_PPM[0] * saturation.WELL_BELOW
"""Below it no top is near."""
STILL_S: Final = min(stuck.OTHER_S, stuck.BREATHED_S, stuck.FINE_S, stuck.COARSE_S)
"""One value for less than this is not stuck, whatever speaks against it."""
LONGEST_S: Final = 3600.0
"""After a longer time all is looked at anew."""


class Ordinary:
    """What may come next of a sensor without being suspected; it goes on with each such reading.
    ``usual_s`` is how often the sensor sends.
    """

    __slots__ = ("_last_ppm", "_last_s", "_since_s", "usual_s")

    def __init__(self, watch: SensorWatch) -> None:
        self._last_s, self._last_ppm = watch.last_s, watch.jump.last_ppm
        self._since_s, self.usual_s = watch.stuck.since_s, watch.warm_up.usual_s

    def takes(self, at_s: float, co2_ppm: float) -> bool:
        """Whether a reading is suspected of nothing; it counts as the last one then."""
        interval_s, change_ppm = at_s - self._last_s, co2_ppm - self._last_ppm
        if not (0.0 < interval_s <= LONGEST_S and co2_ppm < TOP_PPM):
            return False
        if not -NOISE_PPM <= change_ppm <= NOISE_PPM:
            return False
        after_gap = interval_s > LEAST_GAP_S and is_gap(interval_s, self.usual_s)
        if after_gap and is_fixed(co2_ppm):
            return False
        if change_ppm:
            self._since_s = at_s
        elif at_s - self._since_s >= STILL_S:
            return False
        if not after_gap:
            self.usual_s = usual_after(self.usual_s, interval_s)
        self._last_s, self._last_ppm = at_s, co2_ppm
        return True


def ordinary(memory: RoomFaults, device: DeviceSlug) -> Ordinary | None:
    """Where the sensor is the only one and nothing is held against it or a door; None elsewhere."""
    watch = memory.sensors.get(device)
    if watch is None or len(memory.sensors) > 1 or watch.is_ill:
        return None
    still, jumping, doors = watch.stuck, watch.jump, memory.doors
    if watch.warm_up.since_s or watch.saturation.since_s or watch.disagreement.is_on:
        return None
    if jumping.strays or jumping.outside_ppm or jumping.shift is not None:
        return None
    if not still.last_s == jumping.last_s == watch.last_s or still.co2_ppm != jumping.last_ppm:
        return None
    if doors.fault_s or doors.below_s or (watch.drift is not None and watch.drift.since_s):
        return None
    return Ordinary(watch)


def until_s(memory: RoomFaults) -> float:
    """Till when no door can come to be suspected by the air alone."""
    nobody_s = memory.doors.nobody_s
    return nobody_s + NOBODY_S if nobody_s else float("inf")


def after_ordinary(
    memory: RoomFaults,
    device: DeviceSlug,
    readings: Iterable[tuple[float, float]],
    context: SensorContext,
) -> RoomFaults:
    """After a run of readings (time and ppm) that were each taken for ordinary, one ``context`` round
    all of them.
    """
    watch, doors = memory.sensors[device], memory.doors
    still, jumping, usual_s = watch.stuck, watch.jump, watch.warm_up.usual_s
    last_s, last_ppm = watch.last_s, still.co2_ppm
    since_s, count, breathed_ppm = still.since_s, still.readings, still.breathed_ppm
    step_ppm, longest_s, lowest_ppm = still.step_ppm, still.longest_s, still.lowest_ppm
    low_ppm, high_ppm = still.other_low_ppm, still.other_high_ppm
    highest_ppm = watch.saturation.highest_ppm
    breath_ppm_s = stuck.breath_ppm_s(context)
    for at_s, co2_ppm in readings:
        interval_s = at_s - last_s
        if interval_s <= LEAST_GAP_S or not is_gap(interval_s, usual_s):
            usual_s = usual_after(usual_s, interval_s)
        if co2_ppm == last_ppm:
            count += 1
            breathed_ppm += breath_ppm_s * interval_s
        else:
            step_ppm = min(step_ppm, abs(co2_ppm - last_ppm))
            longest_s, lowest_ppm = max(longest_s, last_s - since_s), min(lowest_ppm, co2_ppm)
            since_s, count, breathed_ppm, low_ppm, high_ppm = at_s, 1, 0.0, 0.0, 0.0
            highest_ppm = max(highest_ppm, co2_ppm)
        if doors.device:
            doors = door_drift.aired(doors, at_s, co2_ppm, context)
        last_s, last_ppm = at_s, co2_ppm
    plateau = watch.saturation
    if highest_ppm != plateau.highest_ppm:
        plateau = Plateau(highest_ppm=highest_ppm)
    after = SensorWatch(
        last_s,
        StuckState(
            last_ppm, since_s, last_s, count, breathed_ppm, low_ppm, high_ppm,
            step_ppm, longest_s, lowest_ppm, 0.0, still.changes if since_s == still.since_s else 0,
        ),
        JumpState(
            last_s, last_ppm, 0, 0.0, 0, 0.0, 0.0, jumping.often, jumping.often_s,
            0.0, jumping.odd_s, jumping.from_ppm, jumping.to_ppm,
        ),
        WarmUp(last_s, last_ppm, usual_s),
        plateau,
        DisagreementState(last_s, last_ppm, last_ppm - context.outdoor_ppm),
        watch.drift,
    )  # fmt: skip
    return RoomFaults({device: after}, doors)
