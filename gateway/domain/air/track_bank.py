"""A room's flow of fresh air, followed reading by reading by a bank of filters over the flow.

For each of some two dozen flows that a room may have, a Kalman filter follows all else that is unknown
(exactly: given the flow the mass balance is linear); how well each foretells the readings is the weight
of its flow. Flows wander and jump between the points. So it stays open, for as long as the readings
leave it open, whether a window was opened or people left. (Multiple models that interact: Blom and
Bar-Shalom 1988, IEEE Trans. Automatic Control 33:780.)

One reading costs the same whatever came before. Times are seconds since 1970 and never go back.
"""

from math import log
from typing import Literal

import msgspec
import numpy as np

from gateway.domain.air import bank_grid as grid
from gateway.domain.air.bank_belief import believed
from gateway.domain.air.bank_filter import (
    CO2,
    EACH,
    MEAN,
    MORE,
    OUTDOOR,
    SHOWN,
    Strays,
    measured,
    mixed,
    predicted,
    read,
)
from gateway.domain.air.bank_grid import Array, K
from gateway.domain.air.belief import AirRoom, Belief, Prior

Sort = Literal["seen", "doors", "set", "air"]

LONGEST_STEP_S = 600.0
GAP_S = 6 * 3600.0
"""After so long without a reading the room begins anew, but for what is known of its outdoor value."""
TOGETHER_S = 18.0
"""Readings that come faster are put together."""
OFFSETS_KEPT = 8
GENERATION = Prior(0.0051, 0.15)
NOISE_AT_FIRST = 400.0
PLACE_SD = 0.05
WRONG_PEOPLE = 0.2
WRONG_SHARE = 0.05
M3_PER_PERSON = 25.0
CO2_STRAYS, UNMIXED_SHARE = 0.05, 2.0
SEEN_OFF, SEEN_OFF_SHARE, SEEN_FADES_S, SEEN_SPREADS_S = 0.1, 0.02, 3600.0, 1800.0
DOORS_PASSED = 0.03
REAL_SHARE = 0.2
GROUP_OFF = 0.02


class Track(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered. ``count`` and ``sort`` are what was counted last (``air``: nobody counts);
    ``noise`` is the sensor's own variance, ppm2, from how readings jump about; ``offsets`` what each
    other sensor shows more than the first; ``waiting`` and ``waiting_ppm`` the readings that are to be
    put together, their number, sum of times after ``at_s`` and sum.
    """

    at_s: float
    bank: bytes = b""
    weights: bytes = b""
    count: float = 0.0
    sort: Sort = "air"
    mixed_s: float = 0.0
    noise: float = NOISE_AT_FIRST
    before: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    offsets: dict[str, float] = {}
    generation: Prior = GENERATION
    waiting: tuple[int, float, float] = (0, 0.0, 0.0)
    wobble: tuple[float, float] = (1.0, 0.0)


def begin(room: AirRoom, at_s: float) -> Track:
    """A room of which nothing is known."""
    del room
    return Track(at_s)


def heard_air(track: Track, room: AirRoom, at_s: float, device: str, co2_ppm: float) -> Track:
    """After one reading of one of the room's sensors."""
    if not track.bank or at_s - track.at_s > GAP_S:
        return _begun(track, room, at_s, device, co2_ppm)
    bank, weights = _unpacked(track)
    shown_ppm = float(weights @ bank[:, SHOWN, MEAN])
    offset_ppm = track.offsets.get(device)
    if offset_ppm is None:
        offset_ppm = co2_ppm - shown_ppm
    offsets = track.offsets
    if device not in offsets or len(offsets) > 1:
        nearer = 0.02 * (co2_ppm - offset_ppm - shown_ppm)
        offsets = _offsets(offsets, device, offset_ppm + nearer)
    ppm = co2_ppm - offset_ppm
    noise, before = _noise(track, at_s, ppm)
    n, sum_s, sum_ppm = track.waiting
    n, sum_s, sum_ppm = n + 1, sum_s + at_s - track.at_s, sum_ppm + ppm
    if at_s - track.at_s < TOGETHER_S:
        return msgspec.structs.replace(
            track, noise=noise, before=before, offsets=offsets, waiting=(n, sum_s, sum_ppm)
        )
    mean_s = track.at_s + sum_s / n
    bank, weights, mixed_s = _ahead(track, room, bank, weights, mean_s)
    variance = noise / n + 9.0 + (0.004 * sum_ppm / n) ** 2
    bank, weights = read(bank, weights, sum_ppm / n, variance)
    _sound(bank, track.count)
    return Track(
        mean_s, bank.tobytes(), weights.tobytes(), track.count, track.sort, mixed_s,
        noise, before, offsets, track.generation, wobble=track.wobble,
    )  # fmt: skip


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
    now_sort: Sort = "air" if count is None else sort
    now = float(count or 0)
    if not track.bank:
        return msgspec.structs.replace(track, count=now, sort=now_sort)
    track = _settled(track, room, at_s)
    bank, weights = _unpacked(track)
    before, wobble = track.count, track.wobble
    if count is None:
        bank[:, MORE, MEAN] += before * bank[:, EACH, MEAN]
    elif sort == "set":
        _forget_more(bank, 0.1 * _each2(bank))
        weights = _all_believed(weights)
    elif track.sort == "air":
        _forget_more(bank, (1.0 + (0.1 * now) ** 2) * _each2(bank))
        weights = _all_believed(weights)
    elif sort == "doors":
        bank[:, MORE, MORE] += DOORS_PASSED * abs(now - before) * _each2(bank)
    elif now != before:
        wobble, bank = _seen(track, bank, now)
    if now > before:
        weights = _more_believed(weights, 0.5 if before > 0 else 0.9)
    _sound(bank, now)
    return msgspec.structs.replace(
        track, bank=bank.tobytes(), weights=weights.tobytes(), count=now, sort=now_sort,
        wobble=wobble,
    )  # fmt: skip


def _seen(track: Track, bank: Array, now: float) -> tuple[tuple[float, float], Array]:
    """After a counter that sees the room changed its mind: its error is another now, drawn anew, as large
    as its going up and down again lets expect. That nobody is in is seen well.
    """
    variance, last = track.wobble
    change = now - track.count
    if now == 0 or track.count == 0:
        _forget_more(bank, (0.05 + (variance if now else 0.0)) * _each2(bank))
        return track.wobble, bank
    back = 1.25 * min(change * change, last * last) if change * last < 0 else 0.0
    variance += 0.1 * (min(back, 16.0) - variance)
    each = bank[:, EACH, MEAN]
    bank[:, MORE, MEAN] -= change * each
    off = float(np.median(bank[:, MORE, MEAN] / each))
    real = REAL_SHARE * change * change + max(off * off - 4.0 * variance, 0.0)
    bank[:, MORE, MORE] += real * each * each
    return (variance, change), measured(bank, MORE, 0.0, (0.02 + variance) * each * each)


def group(
    track: Track, room: AirRoom, at_s: float, generation: Prior, expected: int | None = None
) -> Track:
    """Another group is in: what each of them gives off begins anew."""
    del expected
    if not track.bank:
        return msgspec.structs.replace(track, generation=generation)
    track = _settled(track, room, at_s)
    bank, _ = _unpacked(track)
    each = 1e3 * generation.median
    bank[:, EACH, :] = 0.0
    bank[:, :6, EACH] = 0.0
    bank[:, EACH, MEAN] = each
    bank[:, EACH, EACH] = (each * generation.log_sd) ** 2
    bank[:, MORE, MORE] += (4.0 if track.sort == "air" else GROUP_OFF) * each * each
    return msgspec.structs.replace(track, bank=bank.tobytes(), generation=generation)


def belief(track: Track, room: AirRoom, at_s: float) -> Belief | None:
    """As of ``at_s``; None before the first reading. The track stays."""
    if not track.bank:
        return None
    at_s = max(at_s, track.at_s)
    bank, weights = _unpacked(track)
    bank, weights, _ = _ahead(track, room, bank, weights, at_s)
    return believed(at_s, room, track.count, bank, weights)


def _begun(track: Track, room: AirRoom, at_s: float, device: str, co2_ppm: float) -> Track:
    outdoor, outdoor_var = room.outdoor_ppm, room.outdoor_sd_ppm**2
    if track.bank:
        bank, weights = _unpacked(track)
        outdoor = float(weights @ bank[:, OUTDOOR, MEAN])
        outdoor_var = min(float(weights @ bank[:, OUTDOOR, OUTDOOR]) + 50.0, outdoor_var)
    each = 1e3 * track.generation.median
    counted = track.sort != "air"
    people_var = (
        WRONG_PEOPLE + (WRONG_SHARE * track.count) ** 2
        if counted
        else (room.volume_m3 / M3_PER_PERSON) ** 2
    )
    bank = np.zeros((K, 6, 7))
    bank[:, :, MEAN] = (co2_ppm, co2_ppm, outdoor, each, 0.0, 0.0)
    spread = (900.0, 900.0, outdoor_var, (each * track.generation.log_sd) ** 2,
              people_var * each * each, PLACE_SD**2)  # fmt: skip
    bank[:, range(6), range(6)] = spread
    bank[:, CO2, SHOWN] = bank[:, SHOWN, CO2] = 600.0
    changes = log(3.6 * room.flow_lps.median / room.volume_m3)
    weights = grid.usual(changes, room.flow_lps.log_sd)
    return Track(
        at_s, bank.tobytes(), weights.tobytes(), track.count, track.sort, at_s, NOISE_AT_FIRST,
        (at_s, co2_ppm, at_s, co2_ppm), {device: 0.0}, track.generation, wobble=track.wobble,
    )  # fmt: skip


def _ahead(
    track: Track, room: AirRoom, bank: Array, weights: Array, at_s: float
) -> tuple[Array, Array, float]:
    """Bank and weights as of ``at_s``, and since when flows may have changed."""
    left_s = at_s - track.at_s
    if left_s > 0.0:
        strays = _strays(track, room, bank, weights)
        each = 1e3 * track.generation.median
        while left_s > 0.0:
            step_s = min(left_s, LONGEST_STEP_S)
            bank = predicted(bank, step_s, track.count, each, room.volume_m3, strays)
            left_s -= step_s
    quanta = int((at_s - track.mixed_s) / grid.QUANTUM_S)
    if quanta <= 0:
        return bank, weights, track.mixed_s
    bank, weights = mixed(bank, weights, grid.moved(min(quanta, 60)))
    return bank, weights, track.mixed_s + quanta * grid.QUANTUM_S


def _strays(track: Track, room: AirRoom, bank: Array, weights: Array) -> Strays:
    mean = weights @ bank[:, :, MEAN]
    each = float(mean[EACH])
    given = max(track.count * each + float(mean[MORE]), 0.0) / room.volume_m3
    leaving = float(weights @ grid.PER_S) * abs(float(mean[CO2] - mean[OUTDOOR]))
    # Air that is not mixed well: a share of what comes in and goes out, ppm/s.
    moving = given + min(leaving, given + 0.2)
    co2 = CO2_STRAYS + UNMIXED_SHARE * moving * moving
    people, fades = _people_strays(track, room)
    return Strays(co2, people * each * each, fades, 0.004, 1e-7 * each * each)


def _people_strays(track: Track, room: AirRoom) -> tuple[float, float]:
    """Variance a second of people who are not counted, and the share of them that fades."""
    if track.sort == "air":
        return (room.volume_m3 / M3_PER_PERSON) ** 2 / 3600.0, 0.0
    if track.sort == "seen":
        return (SEEN_OFF + (SEEN_OFF_SHARE * track.count) ** 2) / SEEN_SPREADS_S, 1.0 / SEEN_FADES_S
    return (0.3 + 0.05 * track.count) / 3600.0, 0.0


def _settled(track: Track, room: AirRoom, at_s: float) -> Track:
    """The track as of ``at_s``, nothing waiting any more."""
    bank, weights = _unpacked(track)
    mixed_s = track.mixed_s
    n, sum_s, sum_ppm = track.waiting
    if n:
        mean_s = track.at_s + sum_s / n
        bank, weights, mixed_s = _ahead(track, room, bank, weights, mean_s)
        variance = track.noise / n + 9.0 + (0.004 * sum_ppm / n) ** 2
        bank, weights = read(bank, weights, sum_ppm / n, variance)
        track = msgspec.structs.replace(
            track, at_s=mean_s, mixed_s=mixed_s, waiting=(0, 0.0, 0.0)
        )
    bank, weights, mixed_s = _ahead(track, room, bank, weights, at_s)
    return msgspec.structs.replace(
        track, at_s=max(at_s, track.at_s), mixed_s=mixed_s,
        bank=bank.tobytes(), weights=weights.tobytes(),
    )  # fmt: skip


def _unpacked(track: Track) -> tuple[Array, Array]:
    bank = np.frombuffer(track.bank).reshape(K, 6, 7).copy()
    return bank, np.frombuffer(track.weights)


def _each2(bank: Array) -> Array:
    found: Array = bank[:, EACH, MEAN] ** 2
    return found


def _forget_more(bank: Array, variance: Array) -> None:
    bank[:, MORE, :] = 0.0
    bank[:, :6, MORE] = 0.0
    bank[:, MORE, MORE] = variance


def _sound(bank: Array, count: float) -> None:
    """Nobody counts less than none; nobody gives off less than nothing."""
    each = np.maximum(bank[:, EACH, MEAN], 1.0)
    bank[:, EACH, MEAN] = each
    bank[:, MORE, MEAN] = np.maximum(bank[:, MORE, MEAN], -count * grid.OCCUPIED * each)


def _all_believed(weights: Array) -> Array:
    return _more_believed(weights, 1.0)


def _more_believed(weights: Array, share: float) -> Array:
    """That share of what the empty layer weighs goes to the points nearest to it."""
    found = weights.copy()
    went = share * found[grid.POINTS :]
    found[grid.POINTS :] -= went
    found[1 : grid.POINTS : grid.EVERY_NTH_EMPTY] += went
    return found


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
