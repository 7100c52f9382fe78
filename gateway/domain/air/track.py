"""A room's flow of fresh air, followed reading by reading.

A few Kalman filters run beside each other, each a story of what happened: nothing; somebody opened a
window two minutes ago; the counter is wrong. Every two minutes the likeliest gets a child whose flow
may have become anything, and one that says the people who are counted are not there; stories that
explain the readings badly die, stories that came to the same end are merged. What is believed is the
mixture. (Duarte et al. 2018, Building and Environment 143:691, follow CO2 and ventilation with one
extended filter; the children are what finds a window within minutes.)

One reading costs the same whatever came before. Times are seconds since 1970 and never go back.
"""

from math import exp, log
from typing import Literal

import msgspec

from gateway.domain.air.belief import AirRoom, Prior
from gateway.domain.air.kalman_filter import Filter, Noise, predicted, read
from gateway.domain.air.stories import Story, pruned, spawned

Sort = Literal["seen", "doors", "set", "air"]

SPAWN_EVERY_S = 120.0
LONGEST_STEP_S = 600.0
GAP_S = 6 * 3600.0
"""After so long without a reading the room begins anew, but for what is known of its outdoor value."""
OFFSETS_KEPT = 8
GENERATION = Prior(0.0051, 0.15)
NOISE_AT_FIRST = 400.0


class Track(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered. ``count`` and ``sort`` are what was counted last (``air``: nobody counts,
    and the error of the count is the number of people); ``noise`` is the sensor's own variance, ppm2,
    from how readings jump about; ``offsets`` what each other sensor shows more than the first.
    """

    at_s: float
    stories: tuple[Story, ...]
    count: float = 0.0
    sort: Sort = "air"
    spawned_s: float = 0.0
    noise: float = NOISE_AT_FIRST
    before: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    offsets: dict[str, float] = {}
    generation: Prior = GENERATION


def begin(at_s: float) -> Track:
    """A room of which nothing is known."""
    return Track(at_s, (), spawned_s=at_s)


def heard_air(track: Track, room: AirRoom, at_s: float, device: str, co2_ppm: float) -> Track:
    """After one reading of one of the room's sensors."""
    volume_l = 1e3 * room.volume_m3
    if not track.stories or at_s - track.at_s > GAP_S:
        return _begun(track, room, at_s, device, co2_ppm)
    offset_ppm = track.offsets.get(device)
    lead = track.stories[0]
    if offset_ppm is None:
        offset_ppm = co2_ppm - lead.s
    shown_ppm = co2_ppm - offset_ppm
    noise, before = _noise(track, at_s, shown_ppm)
    variance = noise + 9.0 + (0.004 * shown_ppm) ** 2
    stories = tuple(read(f, shown_ppm, variance) for f in _predicted(track, volume_l, at_s))
    stories = tuple(_sound(f, track.count) for f in stories)
    spawned_s = track.spawned_s
    if at_s - spawned_s >= SPAWN_EVERY_S:
        spawned_s = at_s
        stories = spawned(pruned(stories), room, track.count)
    offsets = track.offsets
    if device not in offsets or offset_ppm != 0.0:
        offsets = _offsets(offsets, device, offset_ppm + 0.02 * (shown_ppm - lead.s))
    return Track(
        at_s, stories, track.count, track.sort, spawned_s, noise, before, offsets, track.generation
    )


def heard_people(
    track: Track,
    room: AirRoom,
    at_s: float,
    count: int | None,
    sort: Literal["seen", "doors", "set"],
) -> Track:
    """After somebody counted: ``seen`` by a counter that sees the room, ``doors`` the sum of doors,
    ``set`` a person. None: nobody counts any more.
    """
    if not track.stories:
        return msgspec.structs.replace(
            track, count=float(count or 0), sort="air" if count is None else sort
        )
    at_s = max(at_s, track.at_s)
    stories = _predicted(track, 1e3 * room.volume_m3, at_s)
    before = track.count
    if count is None:
        stories = tuple(_with_error(f, f.e + before, f.ee) for f in stories)
        return msgspec.structs.replace(track, at_s=at_s, stories=stories, count=0.0, sort="air")
    now = float(count)
    if sort == "set":
        stories = tuple(_forgot_error(f, 0.0, 0.1) for f in stories)
    elif track.sort == "air":
        stories = tuple(_forgot_error(f, 0.0, 1.0 + (0.1 * now) ** 2) for f in stories)
    else:
        passed = abs(now - before)
        more = 0.03 * passed if sort == "doors" else 0.05 * passed
        stories = tuple(_with_error(f, max(f.e, -now), f.ee + more) for f in stories)
    return msgspec.structs.replace(track, at_s=at_s, stories=stories, count=now, sort=sort)


def group(
    track: Track, room: AirRoom, at_s: float, generation: Prior, expected: int | None = None
) -> Track:
    """Another group is in: what each of them gives off begins anew."""
    del expected
    if not track.stories:
        return msgspec.structs.replace(track, generation=generation)
    at_s = max(at_s, track.at_s)
    g, gg = log(generation.median), generation.log_sd**2
    stories = tuple(
        msgspec.structs.replace(
            f, g=g, cg=0.0, sg=0.0, qg=0.0, gg=gg, ge=0.0, gb=0.0,
            ee=f.ee + (4.0 if track.sort == "air" else 0.3),
        )
        for f in _predicted(track, 1e3 * room.volume_m3, at_s)
    )  # fmt: skip
    return msgspec.structs.replace(track, at_s=at_s, stories=stories, generation=generation)


def ahead(track: Track, room: AirRoom, at_s: float) -> tuple[Story, ...]:
    """The stories as of ``at_s``; the track stays."""
    return _predicted(track, 1e3 * room.volume_m3, at_s)


def _begun(track: Track, room: AirRoom, at_s: float, device: str, co2_ppm: float) -> Track:
    flow, each = room.flow_lps, track.generation
    b, bb = room.outdoor_ppm, room.outdoor_sd_ppm**2
    if track.stories:
        b, bb = track.stories[0].b, min(track.stories[0].bb + 50.0, bb)
    counted = track.sort != "air"
    room_sd = 0.04 * room.volume_m3
    first = Filter(
        co2_ppm, co2_ppm, log(flow.median), log(each.median), 0.0, b,
        900.0, 600.0, 0.0, 0.0, 0.0, 0.0,
        900.0, 0.0, 0.0, 0.0, 0.0,
        flow.log_sd**2, 0.0, 0.0, 0.0,
        each.log_sd**2, 0.0, 0.0,
        1.0 + (0.1 * track.count) ** 2 if counted else room_sd**2, 0.0,
        bb,
    )  # fmt: skip
    stories = spawned((first,), room, track.count) if counted else (first,)
    return Track(
        at_s, stories, track.count, track.sort, at_s, NOISE_AT_FIRST,
        (at_s, co2_ppm, at_s, co2_ppm), {device: 0.0}, each,
    )  # fmt: skip


def _predicted(track: Track, volume_l: float, at_s: float) -> tuple[Story, ...]:
    left_s = at_s - track.at_s
    stories = track.stories
    if left_s <= 0.0:
        return stories
    noise = _strays(track, volume_l)
    while left_s > 0.0:
        step_s = min(left_s, LONGEST_STEP_S)
        stories = tuple(predicted(f, step_s, track.count, volume_l, noise) for f in stories)
        left_s -= step_s
    return stories


def _strays(track: Track, volume_l: float) -> Noise:
    lead = track.stories[0]
    people = max(track.count + lead.e, 0.0)
    # Air that is not mixed well: a share of what comes in and goes out, ppm/s.
    moving = (people * 1e6 * exp(lead.g) + exp(lead.q) * abs(lead.c - lead.b)) / volume_l
    c = 0.05 + 2.0 * moving * moving
    if track.sort == "air":
        # Groups come and go unseen: as many as fit the room, over an hour.
        e = (0.04 * volume_l / 1e3) ** 2 / 3600.0
        fades = 0.0
    elif track.sort == "seen":
        e, fades = (0.5 + (0.08 * track.count) ** 2) / 1800.0, 1.0 / 3600.0
    else:
        e, fades = (0.3 + 0.05 * track.count) / 3600.0, 0.0
    return Noise(c, 0.09 / 3600.0, 1e-7, e, 0.004, fades)


def _sound(f: Story, count: float) -> Story:
    """Nobody counts less than none."""
    return _with_error(f, -count, f.ee) if f.e < -count else f


def _with_error(f: Story, e: float, ee: float) -> Story:
    return msgspec.structs.replace(f, e=e, ee=ee)


def _forgot_error(f: Story, e: float, ee: float) -> Story:
    return msgspec.structs.replace(f, e=e, ee=ee, ce=0.0, se=0.0, qe=0.0, ge=0.0, eb=0.0)


def _noise(
    track: Track, at_s: float, ppm: float
) -> tuple[float, tuple[float, float, float, float]]:
    """The sensor's own variance, from how far a reading lies off the line through the two before it."""
    a_s, a_ppm, b_s, b_ppm = track.before
    noise = track.noise
    if b_s > a_s and 0.0 < at_s - b_s <= 400.0:
        x = (at_s - b_s) / (b_s - a_s)
        if x < 3.0:
            off = ppm - b_ppm - x * (b_ppm - a_ppm)
            found = off * off / (1.0 + (1.0 + x) ** 2 + x * x)
            noise += 0.03 * (min(found, 9.0 * noise + 4.0) - noise)
    return min(max(noise, 1.0), 3600.0), (b_s, b_ppm, at_s, ppm)


def _offsets(offsets: dict[str, float], device: str, ppm: float) -> dict[str, float]:
    kept = {**offsets, device: ppm}
    while len(kept) > OFFSETS_KEPT:
        kept.pop(next(iter(kept)))
    return kept
