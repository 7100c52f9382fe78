"""What the states of a stay are worth beside the truth.

*Occupied* is from twenty minutes after the first person came in, outside the eight minutes after a step of
the flow, as in the other parts; *empty* is from twenty minutes after the last one left.

The truth of a flow is that of outdoor air: of a room that draws its air from inside, what would leave as
much CO2. Where a state says that it counts by the room's base (``basis: room_base``), the truth is the flow
of that air itself, and enough is what the standing says.
"""

from math import inf
from typing import Any, NamedTuple

from bench.air.live_path import POLICY
from bench.air.situation import Figure
from bench.air.stay import Instant, Stay
from bench.air.watch import AFTER_S, NEAR_S
from gateway.domain.room_state import RoomState, VentilationView
from gateway.domain.verdict import ANYBODY

LIMIT_LPS = POLICY.min_flow_lps or 0.0
TOO_LITTLE = 0.9
"""Told to be enough is wrong where the truth is below this share of the limit."""
SOON_S, LATER_S = (240.0, 480.0), (420.0, 720.0)
WINDOW_S, WINDOW_WITHIN = 480.0, 0.30
AT_REST_PPM, AT_REST_S = 30.0, 3600.0
FIRST = 10

Scores = dict[Figure, list[float]]


class Told(NamedTuple):
    """What a state says: flows with their 90 % intervals, None where it says nothing."""

    flow_lps: tuple[float, float, float] | None
    each_lps: tuple[float, float, float] | None
    people: float
    is_changing: bool
    by_base: bool
    is_kept: bool
    outdoor_ppm: float | None


class Now(NamedTuple):
    """A minute of a stay. ``since_s`` is how long people have been in, or nobody; ``step_s`` how long
    ago the flow jumped last, and whether a window ``opened`` then.
    """

    minute: Instant
    told: Told
    since_s: float
    step_s: float
    opened: bool

    @property
    def true_lps(self) -> float:
        return self.minute.flow_lps if self.told.by_base else self.minute.fresh_lps

    @property
    def true_each_lps(self) -> float:
        return self.true_lps / self.minute.people


def told_of(state: RoomState) -> Told:
    view = state.ventilation
    standing = None if state.compliance is None else state.compliance.healthy
    people = state.people_estimate.people if state.people_estimate else float(state.people or 0)
    flow, each = (None, None) if view is None else _figures(view)
    return Told(
        flow,
        each,
        people,
        view is not None and view.changing,
        view is not None and view.basis == "room_base",
        standing is not None and standing.verdict == "kept" and standing.value is not None,
        state.outdoor_ppm,
    )


def _figures(
    view: VentilationView,
) -> tuple[tuple[float, float, float] | None, tuple[float, float, float] | None]:
    flow: Any = (view.flow_lps, view.low_lps, view.high_lps)
    each: Any = (view.per_person_lps, view.per_person_low_lps, view.per_person_high_lps)
    return None if None in flow else flow, None if None in each else each


def says_enough(told: Told) -> bool:
    """Whether people are told of fresh air enough for each of them."""
    if told.by_base:
        return told.is_kept
    return told.each_lps is not None and told.each_lps[0] >= LIMIT_LPS


def scored(stay: Stay, states: list[RoomState]) -> Scores:
    """``states`` are of the last so many minutes of the stay; those of its scored days count."""
    from_s = stay.begin_s + 86_400.0 * stay.situation.scored_from
    scores: Scores = {}
    first = 0
    for one in _nows(stay, states):
        if one.minute.at_s <= from_s:
            continue
        offset_ppm = stay.place.offset_ppm
        if one.minute.people:
            _occupied(scores, one)
            if one.since_s >= AFTER_S and first < FIRST:
                first += 1
                _error(scores, "first", one)
        elif one.since_s >= AFTER_S:
            _empty(scores, one, offset_ppm)
        if one.told.outdoor_ppm is not None and not stay.situation.is_inside:
            off_ppm = one.told.outdoor_ppm - offset_ppm - one.minute.outdoor_ppm
            _put(scores, "base", off_ppm)
    return scores


def _nows(stay: Stay, states: list[RoomState]) -> list[Now]:
    jumps = stay.steps
    found, since_s, somebody, passed = [], 0.0, False, 0
    for minute, state in zip(stay.minutes[-len(states) :], states, strict=True):
        since_s = since_s + 60.0 if somebody == bool(minute.people) else 60.0
        somebody = bool(minute.people)
        while passed < len(jumps) and jumps[passed].at_s < minute.at_s:
            passed += 1
        step_s = minute.at_s - jumps[passed - 1].at_s if passed else inf
        opened = passed > 0 and jumps[passed - 1].kind == "opened"
        found.append(Now(minute, told_of(state), since_s, step_s, opened))
    return found


def _occupied(scores: Scores, one: Now) -> None:
    if one.since_s < AFTER_S:
        return
    told = one.told
    if one.step_s >= NEAR_S:
        _put(scores, "told", told.each_lps is not None)
        _put(scores, "changing", told.is_changing)
        _error(scores, "median", one)
        _covered(scores, "covered", one)
        if told.flow_lps is not None:
            low, high = told.flow_lps[1:]
            _put(scores, "covered_flow", low <= one.true_lps <= high)
        if told.each_lps is not None and told.each_lps[1] > 0.0:
            _put(scores, "half", (told.each_lps[2] / told.each_lps[1]) ** 0.5)
        is_little = one.minute.fresh_lps / one.minute.people < TOO_LITTLE * LIMIT_LPS
        if is_little and told.each_lps is not None:
            _put(scores, "false_enough", says_enough(told))
    _after_step(scores, one)


def _after_step(scores: Scores, one: Now) -> None:
    if one.step_s < SOON_S[0]:
        _put(scores, "begin_changing", one.told.is_changing)
    if SOON_S[0] <= one.step_s <= SOON_S[1]:
        _covered(scores, "soon", one)
    if LATER_S[0] <= one.step_s <= LATER_S[1]:
        _covered(scores, "later", one)
    if one.opened and one.step_s == WINDOW_S:
        each = one.told.each_lps
        is_near = each is not None and abs(each[0] / one.true_each_lps - 1.0) <= WINDOW_WITHIN
        _put(scores, "window", is_near)


def _empty(scores: Scores, one: Now, offset_ppm: float) -> None:
    _put(scores, "ghosts", one.told.people >= ANYBODY)
    flow = one.told.flow_lps
    over_ppm = one.minute.shown_ppm - offset_ppm - one.minute.supply_ppm
    if one.since_s >= AT_REST_S and over_ppm < AT_REST_PPM:
        _put(scores, "empty_told", flow is not None)
    if flow is not None:
        _put(scores, "empty_covered", flow[1] <= one.true_lps <= flow[2])


def _error(scores: Scores, figure: Figure, one: Now) -> None:
    each = one.told.each_lps
    if each is not None and one.true_each_lps > 0.0:
        _put(scores, figure, abs(each[0] / one.true_each_lps - 1.0))


def _covered(scores: Scores, figure: Figure, one: Now) -> None:
    each = one.told.each_lps
    if each is not None:
        _put(scores, figure, each[1] <= one.true_each_lps <= each[2])


def _put(scores: Scores, figure: Figure, value: float) -> None:
    scores.setdefault(figure, []).append(float(value))
