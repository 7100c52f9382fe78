"""A room's flow of fresh air, followed reading by reading.

A few Kalman filters run beside each other, each a hypothesis of what happened: nothing; somebody
opened a window two minutes ago; the counter is wrong. Every two minutes the likeliest branches into
some whose flow has jumped or is as usual again, and one that says nobody is in; hypotheses that
explain the readings badly are pruned, those that came to the same end are merged. What is told is
the mixture. (Duarte et al. 2018, Building and Environment 143:691, follow CO2 and ventilation with
one extended filter; the branches are what finds a window within minutes.)

Readings that come fast are put together, and one reading costs the same whatever came before. Times
are seconds since 1970; an earlier one than the last counts as that.
"""

from collections.abc import Sequence
from math import log

import msgspec

from gateway.domain.air import people_update
from gateway.domain.air.demand import followed, log_share
from gateway.domain.air.generation import GROUP_LOG_SD, generation_of
from gateway.domain.air.hypotheses import (
    SOMEBODY,
    UsualFlow,
    Witness,
    branched,
    merged_and_pruned,
    stiller,
    usual_after,
)
from gateway.domain.air.kalman_filter import FilterState, predict, update
from gateway.domain.air.mass_balance import LITRES
from gateway.domain.air.outdoor import SensorBaseline, baseline_after
from gateway.domain.air.people_update import Counter, CounterNoise, CountSource
from gateway.domain.air.process_noise import process_noise
from gateway.domain.air.pseudo_measurements import after_night, plausible
from gateway.domain.air.rest import RESTS_AFTER_S, is_at_rest, rested
from gateway.domain.air.room_estimate import AirRoom, Prior
from gateway.domain.air.sensor_noise import AT_FIRST_PPM2, Before, noise_after, offsets_after
from sensors.wire.topic import DeviceSlug

# Where nothing else is said: tuned on the simulated days of bench/air.

BRANCH_EVERY_S = 120.0
"""Every 50 or 80 s found windows no sooner (docs/air-score.md)."""
LONGEST_STEP_S = 600.0
"""A longer time is predicted in steps: the filter's derivatives hold near where they are taken."""
TOGETHER_S = 25.0
"""Readings that come faster are put together: they say the same of a room that changes in
minutes."""
MOVED_S = 600.0
"""So long after somebody was seen to move somebody is in: who sits in a meeting moves oftener."""
UNSEEN_S = 180.0
"""Who passed a door was seen by a motion sensor too that is still for no longer than this."""
GAP_S = 6 * 3600.0
"""After so long without a reading the room begins anew, but for what is known of its outdoor
value."""
MOST_PPM = 40_000.0
"""No sensor shows more: the top of the SCD30's and the SCD41's range."""
GENERATION = Prior(round(generation_of(None).median, 4), GROUP_LOG_SD)
"""What people give off before anybody says what they do, to the tenth of a ml/s."""
MODEL_PPM, MODEL_SHARE = 1.2, 0.002
"""What even a sensor without noise is off from one that only lags."""
FIRST_VAR_PPM2, FIRST_COVARIANCE_PPM2 = 900.0, 600.0
"""Of the room's CO2 and of what its sensor shows when a room begins, 30 ppm each as sensors'
accuracies are, and what both have in common."""
OUTDOOR_FORGOTTEN_PPM2 = 50.0
"""By so much variance the outdoor value is less sure after a gap."""


class Track(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered. ``count`` and ``source`` are what was counted last and by what
    (``air``: nobody counts, and the error of the count is the number of people); ``noise`` is the
    sensor's own variance, ppm2, from how readings jump about; ``offsets`` what each other sensor
    shows more than the first. ``waiting`` are the readings since ``taken_s`` that are to be put
    together: how many, the sum of their seconds after it, and of their ppm. ``usual`` is the flow
    that the room comes back to, ``baseline`` what its nights showed. ``moved_s`` is when somebody was
    seen to move last, ``still_s`` since when nobody was (0: never; somebody was, or nobody watches);
    ``rests_s`` since when the room has been at rest (0: it is not).
    """

    at_s: float
    hypotheses: tuple[FilterState, ...]
    count: float = 0.0
    source: CountSource = "air"
    branched_s: float = 0.0
    noise: float = AT_FIRST_PPM2
    before: Before = (0.0, 0.0, 0.0, 0.0)
    offsets: dict[str, float] = {}
    generation: Prior = GENERATION
    taken_s: float = 0.0
    waiting: tuple[int, float, float] = (0, 0.0, 0.0)
    counter_noise: CounterNoise = CounterNoise()
    usual: UsualFlow = UsualFlow()
    baseline: SensorBaseline = SensorBaseline()
    moved_s: float = 0.0
    still_s: float = 0.0
    rests_s: float = 0.0


def begin(at_s: float) -> Track:
    """A room of which nothing is known."""
    return Track(at_s, (), branched_s=at_s, taken_s=at_s)


def after_reading(
    track: Track, room: AirRoom, at_s: float, device: DeviceSlug, co2_ppm: float
) -> Track:
    """After one reading of one of the room's sensors. ``hypotheses`` stay the same tuple where the
    reading waits for the next: nothing is estimated otherwise then.
    """
    return after_readings(track, room, device, ((at_s, co2_ppm),))


def after_readings(
    track: Track, room: AirRoom, device: DeviceSlug, readings: Sequence[tuple[float, float]]
) -> Track:
    """The same after several of one sensor (time and ppm), one after the other."""
    if not readings:
        return track
    at_s, co2_ppm = readings[0]
    co2_ppm = min(max(co2_ppm, 0.0), MOST_PPM)
    if not track.hypotheses or at_s - track.taken_s > GAP_S:
        begun = _begun(track, room, at_s, device, co2_ppm)
        return after_readings(begun, room, device, readings[1:])
    lead, taken_s, offsets = track.hypotheses[0], track.taken_s, track.offsets
    if device not in offsets:
        offsets = {**offsets, device: co2_ppm - lead.s}
    noise, before, (n, sum_s, sum_ppm) = track.noise, track.before, track.waiting
    least_s, taken = max(taken_s, track.at_s), 0
    at_s = least_s
    for came_s, ppm in readings:
        if came_s - taken_s > GAP_S:
            break
        at_s = max(came_s, least_s)
        offset_ppm = offsets[device]
        shown_ppm = min(max(ppm, 0.0), MOST_PPM) - offset_ppm
        noise, before = noise_after(noise, before, at_s, shown_ppm)
        if offset_ppm != 0.0:
            offsets = offsets_after(offsets, device, offset_ppm, shown_ppm - lead.s)
        n, sum_s, sum_ppm = n + 1, sum_s + at_s - taken_s, sum_ppm + shown_ppm
        taken += 1
        if at_s - taken_s >= TOGETHER_S:
            break
    track = msgspec.structs.replace(
        track, noise=noise, before=before, offsets=offsets, waiting=(n, sum_s, sum_ppm)
    )
    if at_s - taken_s >= TOGETHER_S:
        track = _updated(track, room)
    return after_readings(track, room, device, readings[taken:])


def after_count(
    track: Track, room: AirRoom, at_s: float, count: int | None, source: Counter
) -> Track:
    """After somebody counted: ``seen`` by a counter that sees the room, ``doors`` the sum of doors,
    ``set`` a person. None: nobody counts any more.
    """
    now_source: CountSource = "air" if count is None else source
    now = float(count or 0)
    if not track.hypotheses:
        return msgspec.structs.replace(track, count=now, source=now_source)
    track = _updated(track, room)
    at_s = max(at_s, track.at_s)
    before, counter_noise = track.count, track.counter_noise
    hypotheses = predicted(track, room, at_s)
    if count is None:
        hypotheses = people_update.uncounted(hypotheses, before)
    elif source == "set" or track.source == "air":
        hypotheses = people_update.first_counted(hypotheses, now, source)
    elif source == "seen":
        hypotheses, counter_noise = people_update.seen(hypotheses, counter_noise, before, now)
    else:
        unseen = 0.0 < track.still_s < at_s - UNSEEN_S
        hypotheses = people_update.passed(hypotheses, before, now, unseen=unseen)
    return msgspec.structs.replace(
        track,
        at_s=at_s,
        hypotheses=hypotheses,
        count=now,
        source=now_source,
        counter_noise=counter_noise,
        moved_s=track.moved_s if now >= before else 0.0,  # who moved may have left
    )


def after_new_group(track: Track, room: AirRoom, at_s: float, generation: Prior) -> Track:
    """Another group is in: what each of them gives off begins anew."""
    if not track.hypotheses:
        return msgspec.structs.replace(track, generation=generation)
    track = _updated(track, room)
    at_s = max(at_s, track.at_s)
    hypotheses = people_update.another_group(
        predicted(track, room, at_s), room, track.source, generation
    )
    return msgspec.structs.replace(track, at_s=at_s, hypotheses=hypotheses, generation=generation)


def after_movement(track: Track, room: AirRoom, at_s: float) -> Track:
    """After somebody was seen to move: somebody is in, also where none were counted."""
    if not track.hypotheses:
        return msgspec.structs.replace(track, moved_s=at_s, still_s=0.0)
    moved_s = max(at_s, track.moved_s)
    if all(track.count + f.e >= SOMEBODY for f in track.hypotheses):
        return msgspec.structs.replace(track, moved_s=moved_s, still_s=0.0)
    track = _updated(track, room)
    at_s = max(at_s, track.at_s)
    hypotheses = people_update.somebody(
        predicted(track, room, at_s), room, track.source, track.count
    )
    return msgspec.structs.replace(
        track, at_s=at_s, hypotheses=hypotheses, moved_s=moved_s, still_s=0.0
    )


def stilled(track: Track, since_s: float) -> Track:
    """Nobody was seen to move since then; 0 where nobody watches."""
    return track if since_s == track.still_s else msgspec.structs.replace(track, still_s=since_s)


def predicted(track: Track, room: AirRoom, at_s: float) -> tuple[FilterState, ...]:
    """The hypotheses as of ``at_s``, or as they are where that is past; the track stays."""
    left_s = at_s - track.at_s
    hypotheses = track.hypotheses
    if left_s <= 0.0 or not hypotheses:
        return hypotheses
    volume_l = LITRES * room.volume_m3
    noise = process_noise(
        hypotheses[0], track.count, track.source, track.usual, room, is_still=bool(track.still_s)
    )
    while left_s > 0.0:
        step_s = min(left_s, LONGEST_STEP_S)
        before = hypotheses
        hypotheses = tuple(predict(f, step_s, track.count, volume_l, noise) for f in hypotheses)
        if room.follows_co2:
            hypotheses = followed(hypotheses, before, room)
        left_s -= step_s
    return hypotheses


def _begun(track: Track, room: AirRoom, at_s: float, device: DeviceSlug, co2_ppm: float) -> Track:
    flow, each = room.flow_lps, track.generation
    b, bb = room.outdoor_ppm, room.outdoor_sd_ppm**2
    if track.hypotheses:
        b, bb = track.hypotheses[0].b, min(track.hypotheses[0].bb + OUTDOOR_FORGOTTEN_PPM2, bb)
    first = FilterState(
        co2_ppm, co2_ppm, log(flow.median), log(each.median), 0.0, b,
        FIRST_VAR_PPM2, FIRST_COVARIANCE_PPM2, 0.0, 0.0, 0.0, 0.0,
        FIRST_VAR_PPM2, 0.0, 0.0, 0.0, 0.0,
        flow.log_sd**2, 0.0, 0.0, 0.0,
        each.log_sd**2, 0.0, 0.0,
        people_update.initial_variance(track.source, track.count, room), 0.0,
        bb,
    )  # fmt: skip
    hypotheses = branched((first,), room, track.count, track.usual)
    return Track(
        at_s, hypotheses, track.count, track.source, at_s, AT_FIRST_PPM2,
        (at_s, co2_ppm, at_s, co2_ppm), {device: 0.0}, each, at_s,
        usual=track.usual, baseline=baseline_after(track.baseline, at_s, co2_ppm),
        moved_s=track.moved_s, still_s=track.still_s,
    )  # fmt: skip


def _updated(track: Track, room: AirRoom) -> Track:
    """After the readings that wait were put together and the hypotheses updated with them."""
    n, sum_s, sum_ppm = track.waiting
    if not n:
        return track
    at_s, ppm = max(track.taken_s + sum_s / n, track.at_s), sum_ppm / n
    variance = track.noise / n + MODEL_PPM**2 + (MODEL_SHARE * ppm) ** 2
    least, before = -track.count, predicted(track, room, at_s)
    hypotheses = tuple(
        f if f.e >= least else msgspec.structs.replace(f, e=least)
        for f in (update(f, ppm, variance) for f in before)
    )
    if room.follows_co2:
        hypotheses = followed(hypotheses, before, room)
    usual, branched_s, rests_s = track.usual, track.branched_s, track.rests_s
    if at_s - branched_s >= BRANCH_EVERY_S:
        kept = tuple(plausible(f, track.count, room) for f in merged_and_pruned(hypotheses))
        hours, at_share = (at_s - branched_s) / 3600.0, log_share(room, kept[0].c)
        usual = usual_after(usual, kept, hours, at_share)
        witness = Witness(at_s - track.moved_s < MOVED_S, at_s - (track.still_s or at_s))
        if track.still_s:
            kept = stiller(kept, track.count, at_s - max(branched_s, track.still_s))
        rests_s = (rests_s or at_s) if is_at_rest(kept[0], track.count) else 0.0
        if rests_s and at_s - rests_s >= RESTS_AFTER_S:
            hypotheses = rested(kept, room)
        else:
            hypotheses = branched(kept, room, track.count, usual, at_s, witness)
        branched_s = at_s
    baseline = baseline_after(track.baseline, at_s, hypotheses[0].s)
    is_over = baseline.nights is not track.baseline.nights and room.basis == "outdoors"
    if is_over and baseline.ppm is not None:
        hypotheses = tuple(after_night(f, baseline.ppm, room) for f in hypotheses)
    return msgspec.structs.replace(
        track, at_s=at_s, hypotheses=hypotheses, branched_s=branched_s, usual=usual,
        baseline=baseline, taken_s=at_s, waiting=(0, 0.0, 0.0), rests_s=rests_s,
    )  # fmt: skip
