"""A room's flow of fresh air, followed reading by reading.

A few Kalman filters run beside each other, each a story of what happened: nothing; somebody opened a
window two minutes ago; the counter is wrong. Every two minutes the likeliest gets children whose flow
has jumped or is as usual again, and one that says nobody is in; stories that explain the readings badly
die, stories that came to the same end are merged. What is believed is the mixture. (Duarte et al. 2018,
Building and Environment 143:691, follow CO2 and ventilation with one extended filter; the children are
what finds a window within minutes.)

Readings that come fast are put together, and one reading costs the same whatever came before. Times are
seconds since 1970; an earlier one than the last counts as that.
"""

from math import exp, log

import msgspec

from gateway.domain.air import people_update
from gateway.domain.air.hypotheses import Story, Usual, branched, merged_and_pruned, usual_after
from gateway.domain.air.kalman_filter import FilterState, Noise, predict, update
from gateway.domain.air.outdoor import SensorBaseline, followed
from gateway.domain.air.people_update import Counter, Sort, Wobble
from gateway.domain.air.pseudo_measurements import plausible, told_outdoor, with_people
from gateway.domain.air.room_estimate import AirRoom, Prior
from gateway.domain.air.sensor_noise import AT_FIRST_PPM2, Before, noise_after, offsets_after

SPAWN_EVERY_S = 120.0
LONGEST_STEP_S = 600.0
TOGETHER_S = 25.0
"""Readings that come faster are put together."""
GAP_S = 6 * 3600.0
"""After so long without a reading the room begins anew, but for what is known of its outdoor value."""
MOST_PPM = 40_000.0
GENERATION = Prior(0.0051, 0.15)
WANDER_PER_ROOT_H = 0.17
"""Of ln flow, beside its jumps."""
BACK_PER_H, BACK_MORE = 0.04, 0.02
"""The share of its distance to the usual that ln flow loses in an hour, and more of it for each hour in
which the usual was learned."""
UNMIXED = 3.0
"""How far air that is not mixed well strays, for the ppm/s that come in and go out, as a variance."""
MODEL_PPM, MODEL_SHARE = 1.2, 0.002
"""What even a sensor without noise is off from one that only lags."""
BASELINE_VAR = 200.0
"""Of the baseline of the last nights as what would be shown outdoors now, ppm2."""


class Track(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered. ``count`` and ``sort`` are what was counted last (``air``: nobody counts,
    and the error of the count is the number of people); ``noise`` is the sensor's own variance, ppm2,
    from how readings jump about; ``offsets`` what each other sensor shows more than the first.
    ``waiting`` are the readings since ``taken_s`` that are to be put together: how many, the sum of
    their seconds after it, and of their ppm. ``usual`` is the flow that the room comes back to,
    ``baseline`` what its nights showed.
    """

    at_s: float
    stories: tuple[Story, ...]
    count: float = 0.0
    sort: Sort = "air"
    spawned_s: float = 0.0
    noise: float = AT_FIRST_PPM2
    before: Before = (0.0, 0.0, 0.0, 0.0)
    offsets: dict[str, float] = {}
    generation: Prior = GENERATION
    taken_s: float = 0.0
    waiting: tuple[int, float, float] = (0, 0.0, 0.0)
    wobble: Wobble = Wobble()
    usual: Usual = Usual()
    baseline: SensorBaseline = SensorBaseline()


def begin(at_s: float) -> Track:
    """A room of which nothing is known."""
    return Track(at_s, (), spawned_s=at_s, taken_s=at_s)


def heard_air(track: Track, room: AirRoom, at_s: float, device: str, co2_ppm: float) -> Track:
    """After one reading of one of the room's sensors. ``stories`` stay the same tuple where the reading
    waits for the next: nothing is believed otherwise then.
    """
    co2_ppm = min(max(co2_ppm, 0.0), MOST_PPM)
    if not track.stories or at_s - track.at_s > GAP_S:
        return _begun(track, room, at_s, device, co2_ppm)
    at_s = max(at_s, track.taken_s, track.at_s)
    lead = track.stories[0]
    offsets = track.offsets
    offset_ppm = offsets.get(device)
    if offset_ppm is None:
        offset_ppm = co2_ppm - lead.s
        offsets = {**offsets, device: offset_ppm}
    shown_ppm = co2_ppm - offset_ppm
    noise, before = noise_after(track.noise, track.before, at_s, shown_ppm)
    if offset_ppm != 0.0:
        offsets = offsets_after(offsets, device, offset_ppm, shown_ppm - lead.s)
    n, sum_s, sum_ppm = track.waiting
    waiting = (n + 1, sum_s + at_s - track.taken_s, sum_ppm + shown_ppm)
    track = msgspec.structs.replace(
        track, noise=noise, before=before, offsets=offsets, waiting=waiting
    )
    return track if at_s - track.taken_s < TOGETHER_S else _taken(track, room)


def heard_people(
    track: Track, room: AirRoom, at_s: float, count: int | None, sort: Counter
) -> Track:
    """After somebody counted: ``seen`` by a counter that sees the room, ``doors`` the sum of doors,
    ``set`` a person. None: nobody counts any more.
    """
    now_sort: Sort = "air" if count is None else sort
    now = float(count or 0)
    if not track.stories:
        return msgspec.structs.replace(track, count=now, sort=now_sort)
    track = _taken(track, room)
    at_s = max(at_s, track.at_s)
    stories, before, wobble = _predicted(track, room, at_s), track.count, track.wobble
    if count is None:
        stories = people_update.uncounted(stories, before)
    elif sort == "set" or track.sort == "air":
        stories = people_update.first_counted(stories, now, sort)
    elif sort == "seen":
        stories, wobble = people_update.seen(stories, wobble, before, now)
    else:
        stories = people_update.passed(stories, before, now)
    return msgspec.structs.replace(
        track, at_s=at_s, stories=stories, count=now, sort=now_sort, wobble=wobble
    )


def group(
    track: Track, room: AirRoom, at_s: float, generation: Prior, expected: int | None = None
) -> Track:
    """Another group is in: what each of them gives off begins anew."""
    del expected
    if not track.stories:
        return msgspec.structs.replace(track, generation=generation)
    track = _taken(track, room)
    at_s = max(at_s, track.at_s)
    stories = people_update.another_group(
        _predicted(track, room, at_s), room, track.sort, generation
    )
    return msgspec.structs.replace(track, at_s=at_s, stories=stories, generation=generation)


def ahead(track: Track, room: AirRoom, at_s: float) -> tuple[Story, ...]:
    """The stories as of ``at_s``; the track stays."""
    return _predicted(track, room, at_s)


def _begun(track: Track, room: AirRoom, at_s: float, device: str, co2_ppm: float) -> Track:
    flow, each = room.flow_lps, track.generation
    b, bb = room.outdoor_ppm, room.outdoor_sd_ppm**2
    if track.stories:
        b, bb = track.stories[0].b, min(track.stories[0].bb + 50.0, bb)
    first = FilterState(
        co2_ppm, co2_ppm, log(flow.median), log(each.median), 0.0, b,
        900.0, 600.0, 0.0, 0.0, 0.0, 0.0,
        900.0, 0.0, 0.0, 0.0, 0.0,
        flow.log_sd**2, 0.0, 0.0, 0.0,
        each.log_sd**2, 0.0, 0.0,
        people_update.begun(track.sort, track.count, room), 0.0,
        bb,
    )  # fmt: skip
    stories = branched((first,), room, track.count, track.usual)
    return Track(
        at_s, stories, track.count, track.sort, at_s, AT_FIRST_PPM2,
        (at_s, co2_ppm, at_s, co2_ppm), {device: 0.0}, each, at_s,
        usual=track.usual, baseline=followed(track.baseline, at_s, co2_ppm),
    )  # fmt: skip


def _taken(track: Track, room: AirRoom) -> Track:
    """After the readings that wait were put together and taken in."""
    n, sum_s, sum_ppm = track.waiting
    if not n:
        return track
    at_s, ppm = max(track.taken_s + sum_s / n, track.at_s), sum_ppm / n
    variance = track.noise / n + MODEL_PPM**2 + (MODEL_SHARE * ppm) ** 2
    least = -track.count
    stories = tuple(
        f if f.e >= least else with_people(f, least, f.ee)
        for f in (update(f, ppm, variance) for f in _predicted(track, room, at_s))
    )
    usual, spawned_s = track.usual, track.spawned_s
    if at_s - spawned_s >= SPAWN_EVERY_S:
        kept = tuple(plausible(f, track.count, room.volume_m3) for f in merged_and_pruned(stories))
        usual = usual_after(usual, kept, (at_s - spawned_s) / 3600.0)
        stories, spawned_s = branched(kept, room, track.count, usual), at_s
    baseline = followed(track.baseline, at_s, stories[0].s)
    if baseline.nights is not track.baseline.nights and baseline.ppm is not None:
        stories = tuple(told_outdoor(f, baseline.ppm, BASELINE_VAR) for f in stories)
    return msgspec.structs.replace(
        track, at_s=at_s, stories=stories, spawned_s=spawned_s, usual=usual, baseline=baseline,
        taken_s=at_s, waiting=(0, 0.0, 0.0),
    )  # fmt: skip


def _predicted(track: Track, room: AirRoom, at_s: float) -> tuple[Story, ...]:
    left_s = at_s - track.at_s
    stories = track.stories
    if left_s <= 0.0 or not stories:
        return stories
    volume_l = 1e3 * room.volume_m3
    noise = _strays(track, room, volume_l)
    while left_s > 0.0:
        step_s = min(left_s, LONGEST_STEP_S)
        stories = tuple(predict(f, step_s, track.count, volume_l, noise) for f in stories)
        left_s -= step_s
    return stories


def _strays(track: Track, room: AirRoom, volume_l: float) -> Noise:
    lead = track.stories[0]
    people = max(track.count + lead.e, 0.0)
    # Air that is not mixed well: a share of what comes in and goes out, ppm/s.
    moving = (people * 1e6 * exp(lead.g) + exp(lead.q) * abs(lead.c - lead.b)) / volume_l
    e, fades = people_update.strays(track.sort, track.count, room)
    usual = track.usual.log_flow if track.usual.is_known else log(room.flow_lps.median)
    return Noise(
        0.05 + UNMIXED * moving * moving, WANDER_PER_ROOT_H**2 / 3600.0, 1e-7, e, 0.004,
        fades, usual, (BACK_PER_H + BACK_MORE * track.usual.hours) / 3600.0,
    )  # fmt: skip
