"""Targets 4 and 5: recorded rooms. Nobody knows the truth there but for the readings that came
later and for motion, which is withheld from the estimator.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.air.ahead import Foreteller, Said
from bench.air.estimator import usual_room
from bench.air.recordings import Recorded, robod, windesheim, windesheim_air
from bench.air.spread import between, mean
from bench.air.table import Row

DAY_S = 86_400.0
QUARTER_S = 900.0
ROBOD_M3 = {1: 486.2, 3: 413.2}
ROBOD_LIMIT = {1: 0.95, 3: 0.80}
WINDESHEIM_M3 = 75.0
SINGAPORE_S, ZWOLLE_S = 8 * 3600.0, 2 * 3600.0
QUIET_QUARTERS = 4
SITS_PPM = 30.0
"""So much over outdoors somebody may well sit there, still."""


class Off(NamedTuple):
    """How far three forecasts of one moment were off, and whether what came was in the band."""

    told_ppm: float
    model_ppm: float
    persistence_ppm: float
    covered: float


Days = Sequence[list[Off]]


def robod_rows(estimator: str, folder: Path) -> list[Row]:
    rows = []
    for room, volume_m3 in ROBOD_M3.items():
        days = _robod(estimator, robod(folder, room), volume_m3)
        number = sum(len(day) for day in days)
        name = f"15 minutes ahead over persistence, ROBOD room {room}"
        rows += [
            Row("4", name, _told(days), "", (None, ROBOD_LIMIT[room]),
                f"{number} in {len(days)} days", between(days, _told)),
            Row("4", f"{name}, the model alone", _ratio(days, _off_model), ""),
            Row("4", f"{name}, persistence itself",
                mean([[off.persistence_ppm for off in day] for day in days]), "ppm"),
            Row("4", f"in the 90 % band, ROBOD room {room}",
                mean([[off.covered for off in day] for day in days]), "%"),
        ]  # fmt: skip
    return rows


def _robod(estimator: str, rows: list[Recorded], volume_m3: float) -> Days:
    room = usual_room(volume_m3)
    follower = Foreteller(estimator, room, rows[0].at_s)
    said: list[Said] = []
    people: int | None = None
    for row in rows:
        if row.people != people:
            people = row.people
            follower.add_count(row.at_s, people, "seen")
        if row.co2_ppm is not None:
            follower.add_reading(row.at_s, row.co2_ppm)
            now = follower.said(row.at_s)
            if now is not None and people:
                said.append(now)
    came = [(row.at_s, row.co2_ppm) for row in rows if row.co2_ppm is not None]
    return _by_day(said, came, SINGAPORE_S)


def windesheim_rows(estimator: str, folder: Path) -> list[Row]:
    counts, air = windesheim(folder), windesheim_air(folder)
    with_counter = _windesheim(estimator, counts, air, counted=True)
    without = _windesheim(estimator, counts, air, counted=False)
    raw, none = _by_day(with_counter, air, ZWOLLE_S), _by_day(without, air, ZWOLLE_S)
    model = _against(raw, none, _off_model)
    told = _against(raw, none, _off_told)
    witnessed = _windesheim(estimator, counts, air, counted=True, motion=True)
    return [
        *_empty_rows(counts, with_counter, "", None),
        *_empty_rows(counts, witnessed, ", motion heard", 0.95),
        Row("5", "15 minutes ahead, raw counter over none, as told", told, "", (None, 1.05),
            f"{sum(map(len, raw))} in {len(raw)} days"),
        # Without a verdict: where the run without a counter is far off, any counter looks good.
        Row("5", "15 minutes ahead, raw counter over none, the model alone", model, ""),
        *(
            Row("5", f"15 minutes ahead over persistence, {name}, {how}", _ratio(days, of), "")
            for name, days in (("raw counter", raw), ("no counter", none))
            for how, of in (("as told", _off_told), ("the model alone", _off_model))
        ),
    ]  # fmt: skip


def _empty_rows(
    counts: list[Recorded], said: list[Said], how: str, target: float | None
) -> list[Row]:
    """Of the quarter-hours that end an hour without motion, how many are told to be empty: all, those
    in which the counter has somebody, and of these those whose air is hardly over outdoors.
    """
    at = {one.at_s: one for one in said}
    empty = [
        (row.people or 0, float(now.people < 0.5), now.over_ppm)
        for row in _quiet(counts)
        if (now := at.get(row.at_s + QUARTER_S)) is not None
    ]
    wrong = [[hit] for people, hit, _ in empty if people]
    fresh = [[hit] for people, hit, over_ppm in empty if people and over_ppm < SITS_PPM]
    counter = sum(not people for people, _, _ in empty) / len(empty) if empty else 0.0
    bounds = None if target is None else (target, None)
    return [
        Row("5", f"nobody in where the counter has somebody after a quiet hour{how}", mean(wrong),
            "%", None, f"{len(wrong)} quarter-hours"),
        Row("5", f"the same where the air is not {SITS_PPM:.0f} ppm over outdoors{how}", mean(fresh),
            "%", None if target is None else (0.9, None), f"{len(fresh)} quarter-hours"),
        Row("5", f"nobody in after a quiet hour{how}", mean([[hit] for _, hit, _ in empty]), "%",
            bounds, f"{len(empty)} quarter-hours, the counter {counter:.1%}"),
    ]  # fmt: skip


def _windesheim(
    estimator: str,
    counts: list[Recorded],
    air: list[tuple[float, float]],
    *,
    counted: bool,
    motion: bool = False,
) -> list[Said]:
    """One forecast at the end of each quarter of an hour for which the counter says anything."""
    follower = Foreteller(estimator, usual_room(WINDESHEIM_M3), air[0][0])
    said, told, before = [], 0, -1
    for row in counts:
        at_s = row.at_s + QUARTER_S
        if motion and row.motion is False:
            follower.add_stillness(row.at_s)
        while told < len(air) and air[told][0] <= at_s:
            follower.add_reading(*air[told])
            told += 1
        # What was counted holds for the quarter that begins.
        if counted and row.people is not None and row.people != before:
            before = row.people
            follower.add_count(at_s, row.people, "doors")
        if motion and row.motion:
            follower.add_movement(at_s)
        now = follower.said(at_s)
        if now is not None and row.people is not None:
            said.append(now)
    return said


def _quiet(counts: list[Recorded]) -> list[Recorded]:
    """The quarter-hours with a count that end an hour in which nothing moved."""
    return [
        counts[i]
        for i in range(QUIET_QUARTERS - 1, len(counts))
        if counts[i].people is not None
        and all(row.motion is False for row in counts[i + 1 - QUIET_QUARTERS : i + 1])
    ]


def _by_day(said: list[Said], came: list[tuple[float, float]], zone_s: float) -> Days:
    """What was said beside the reading nearest to its time, at most 100 s from it."""
    times = [at_s for at_s, _ in came]
    days: dict[int, list[Off]] = {}
    for one in said:
        due_s = one.at_s + QUARTER_S
        i = bisect_left(times, due_s - 100.0)
        near = [came[j] for j in range(i, min(i + 10, len(came))) if times[j] <= due_s + 100.0]
        if near:
            _, ppm = min(near, key=lambda pair: abs(pair[0] - due_s))
            off = Off(
                abs(one.told_ppm - ppm),
                abs(one.model_ppm - ppm),
                abs(one.last_ppm - ppm),
                float(one.low_ppm <= ppm <= one.high_ppm),
            )
            days.setdefault(int((one.at_s + zone_s) // DAY_S), []).append(off)
    return list(days.values())


def _off_told(off: Off) -> float:
    return off.told_ppm


def _off_model(off: Off) -> float:
    return off.model_ppm


def _told(days: Days) -> float:
    return _ratio(days, _off_told)


def _ratio(days: Days, of: Callable[[Off], float]) -> float:
    return mean([[of(off) for off in day] for day in days]) / mean(
        [[off.persistence_ppm for off in day] for day in days]
    )


def _against(some: Days, others: Days, of: Callable[[Off], float]) -> float:
    return mean([[of(off) for off in day] for day in some]) / mean(
        [[of(off) for off in day] for day in others]
    )
