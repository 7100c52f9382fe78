"""Targets 1 and 2: the flow of fresh air, and of it for each person, on simulated days; of
target 3 how often it is said to be twice what it is.
"""

from collections.abc import Callable
from typing import NamedTuple

from bench.air.attendance import GROUP_LPS
from bench.air.estimator import OfGateway, SteadyState, Transient, usual_room
from bench.air.spread import Days, between, mean, quantile
from bench.air.table import Row
from bench.air.truth import Day, day
from bench.air.watch import Watched, watched
from gateway.domain.air.room_estimate import Range

ERRORS = ("estimator", "steady state", "transient", "floor")


class FlowDay(NamedTuple):
    """What one day gives: relative errors of flow per person by who estimates, the share of the
    time for which nothing was said, coverage far from steps and near, half-widths, and when more
    than twice the flow was said.
    """

    volume_m3: float
    changes_per_h: float
    errors: dict[str, list[float]]
    silent: dict[str, list[float]]
    covers_flow: list[float]
    covers_each: list[float]
    near_flow: list[float]
    near_each: list[float]
    half_widths: list[float]
    doubled: list[float]
    doubled_occupied: list[float]


def flow_day(seed: int, module: str) -> FlowDay:
    today = day(seed)
    room = usual_room(today.place.told_m3)
    return judged(today, watched(today, OfGateway(module, room, today.begin_s)))


def judged(today: Day, followed: list[Watched], *, formulas: bool = True) -> FlowDay:
    """``followed`` by the estimator; the formulas follow the day here, unless they are not
    wanted.
    """
    room = usual_room(today.place.told_m3)
    errors: dict[str, list[float]] = {}
    silent: dict[str, list[float]] = {}
    for name, follower in (("steady state", SteadyState(room)), ("transient", Transient(room))):
        if formulas:
            errors[name], silent[name] = _errors(watched(today, follower))
    errors["estimator"], silent["estimator"] = _errors(followed)
    errors["floor"] = [
        abs(GROUP_LPS * one.minute.people / one.minute.source_lps - 1.0)
        for one in followed
        if one.counts and not one.near
    ]
    calm = [one for one in followed if one.counts and not one.near]
    near = [one for one in followed if one.counts and one.near]
    told = [(one, one.estimate.flow_lps) for one in followed if not one.near]
    doubled = [(one, float(flow.value > 2.0 * one.minute.flow_lps)) for one, flow in told if flow]
    flows = sorted(one.minute.flow_lps for one in calm)
    return FlowDay(
        today.place.zones.volume_m3,
        3.6 * flows[len(flows) // 2] / today.place.zones.volume_m3 if flows else 0.0,
        errors,
        silent,
        _covered(calm, _flow),
        _covered(calm, _each),
        _covered(near, _flow),
        _covered(near, _each),
        [(r.high / r.low) ** 0.5 for one in calm if (r := one.estimate.each_lps)],
        [over for _, over in doubled],
        [over for one, over in doubled if one.minute.people],
    )


def _flow(one: Watched) -> tuple[Range | None, float]:
    return one.estimate.flow_lps, one.minute.flow_lps


def _each(one: Watched) -> tuple[Range | None, float]:
    return one.estimate.each_lps, one.minute.flow_lps / one.minute.people


def _errors(followed: list[Watched]) -> tuple[list[float], list[float]]:
    errors, silent = [], []
    for one in followed:
        if one.counts and not one.near:
            said, true = _each(one)
            silent.append(float(said is None))
            if said is not None:
                errors.append(abs(said.value / true - 1.0))
    return errors, silent


def _covered(
    followed: list[Watched], what: Callable[[Watched], tuple[Range | None, float]]
) -> list[float]:
    pairs = [what(one) for one in followed]
    return [float(said.low <= true <= said.high) for said, true in pairs if said is not None]


def flow_rows(days: list[FlowDay]) -> list[Row]:
    return [*error_rows(days), *_cover_rows(days), *_doubled_rows(days)]


def error_rows(days: list[FlowDay]) -> list[Row]:
    rows = []
    for name in ERRORS:
        every: Days = [one.errors.get(name, []) for one in days]
        silent = mean([one.silent.get(name, []) for one in days]) if name != "floor" else 0.0
        judged = name == "estimator"
        for q, limit, word in ((0.5, 0.12, "median"), (0.9, 0.40, "90th percentile")):
            rows.append(
                Row(
                    "1",
                    f"flow per person, {name}: {word}",
                    quantile(every, q),
                    "%",
                    (None, limit) if judged else None,
                    f"nothing said {silent:.1%}" if q == 0.5 and name != "floor" else "",
                    _interval(every, q) if judged else None,
                )
            )
    return rows


def _interval(days: Days, q: float) -> tuple[float, float]:
    return between(days, lambda drawn: quantile(drawn, q))


def error_quantile(days: list[FlowDay], q: float) -> float:
    """Of the estimator's relative errors of flow per person."""
    return quantile([one.errors["estimator"] for one in days], q)


def _cover_rows(days: list[FlowDay]) -> list[Row]:
    rows = []
    by_size = sorted(days, key=lambda one: one.volume_m3)
    by_changes = sorted(days, key=lambda one: one.changes_per_h)
    for name, ordered in (("room size", by_size), ("air changes", by_changes)):
        for third, word in enumerate(("low", "middle", "high")):
            part = ordered[third * len(days) // 3 : (third + 1) * len(days) // 3]
            for what, values in (
                ("flow per person", [one.covers_each for one in part]),
                ("flow", [one.covers_flow for one in part]),
            ):
                label = f"90 % interval of {what}, {name} {word}"
                rows.append(Row("2", label, mean(values), "%", (0.85, 0.95)))
    near_each = [one.near_each for one in days]
    near_flow = [one.near_flow for one in days]
    wide = [one.half_widths for one in days]
    return [
        *rows,
        Row(
            "2", "90 % interval of flow per person, near a step", mean(near_each), "%", (0.75, None)
        ),
        Row("2", "90 % interval of flow, near a step", mean(near_flow), "%", (0.75, None)),
        Row("2", "half-width of flow per person, median", quantile(wide, 0.5), "×", (None, 1.45)),
    ]


def _doubled_rows(days: list[FlowDay]) -> list[Row]:
    return [
        Row("3", "more than twice the flow, away from steps", mean([d.doubled for d in days]),
            "%", (None, 0.015)),
        Row("3", "the same, while people are in", mean([d.doubled_occupied for d in days]), "%"),
    ]  # fmt: skip
