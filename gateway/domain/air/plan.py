"""What to expect of a group in a room: the peak of CO2, fresh air for each, whether it keeps a
policy.

The room's flow and what the group gives off are log-normal and apart; the plan runs the closed form
for a grid of equally likely pairs and counts. CO2 goes up with the number of people in a straight
line, so that each pair says by itself how many people it could carry: from the same grid come the
probability that a policy is kept and the largest group that fits at ``SURE``.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Literal, NamedTuple

from gateway.domain.air.flow_history import FlowHistory, priors
from gateway.domain.air.forecast import Point
from gateway.domain.air.generation import Activity, generation_of
from gateway.domain.air.mass_balance import ppm_after, seconds_to
from gateway.domain.air.room_estimate import Prior, Range
from gateway.domain.air.tested import UNTESTED, TestedAir
from gateway.domain.policy import TYPICAL_OUTDOOR_PPM, Policy

SURE = 0.8
"""A policy that is kept with more probability than this is kept, as a flag is raised when sure to
it."""
UNLIKELY = 0.4
"""A policy that is kept with less probability than this is likely not kept."""
LONGEST_MIN = 720.0
"""What may be planned at once: half a day."""
STAY_WITHIN_MIN = 480.0
"""How long a group could stay is told up to a working day."""
POINTS = 25
"""Of the path: one each five minutes of two hours."""
_FLOWS, _GROUPS = 31, 9
"""So many equally likely flows and groups: ours, a quantile of 279 pairs lies within a percent or
two."""

Expected = Literal["kept", "doubtful", "not_kept"]
Windows = Literal["closed", "opened"]
Knowledge = Literal["history", "test", "design", "given", "typical"]


class PlanRoom(NamedTuple):
    """A room to plan in; ``outdoor_ppm`` is what its CO2 is counted from."""

    volume_m3: float
    floor_area_m2: float | None = None
    seats: int | None = None
    design_flow_lps: float | None = None
    outdoor_ppm: float = TYPICAL_OUTDOOR_PPM


class Group(NamedTuple):
    """At least one person, for more than 0 minutes; ``start_ppm`` None: the room is aired
    before.
    """

    people: int
    minutes: float
    activity: Activity | None = None
    start_ppm: float | None = None


class Basis(NamedTuple):
    """What the flow is known from; ``hours`` of the room's own history, 0 otherwise."""

    knowledge: Knowledge
    hours: float = 0.0


class Outlook(NamedTuple):
    """With the windows closed, or open. Intervals and the band of ``path`` are 90 %.

    ``probability`` is that the policy is kept to the end. ``largest`` is the largest group that
    keeps it at ``SURE`` (0: none does), None where nothing limits it. ``stay_min`` is how long this
    group stays below the limit of CO2 at ``SURE``: None beyond ``STAY_WITHIN_MIN`` and without such
    a limit.
    """

    windows: Windows
    flow_lps: Range
    per_person_lps: Range
    peak_ppm: Range
    probability: float
    expected: Expected
    largest: int | None
    stay_min: float | None
    path: tuple[Point, ...]


class Plan(NamedTuple):
    """``policy`` has absolute levels of CO2; ``places`` is for how many the room is by its seats
    and its floor, None without a limit. ``opened`` is None where windows were never seen open.
    """

    group: Group
    start_ppm: float
    policy: Policy
    places: int | None
    basis: Basis
    closed: Outlook
    opened: Outlook | None


def plan(
    room: PlanRoom,
    group: Group,
    policy: Policy,
    history: FlowHistory | None = None,
    given: Prior | None = None,
    tested: TestedAir = UNTESTED,
) -> Plan:
    """What to expect; ``given`` is a flow that somebody states, which then counts alone."""
    held_to = policy.at(room.outdoor_ppm)
    start_ppm = room.outdoor_ppm if group.start_ppm is None else group.start_ppm
    closed, opened = priors(history, room.volume_m3, room.design_flow_lps, tested)
    basis = _basis(room, history, tested)
    if given is not None:
        closed, opened, basis = given, None, Basis("given")
    ask = _Ask(room, group, start_ppm, held_to, held_to.places(room.seats, room.floor_area_m2))
    return Plan(
        group,
        start_ppm,
        held_to,
        ask.places,
        basis,
        _outlook(ask, "closed", closed),
        None if opened is None else _outlook(ask, "opened", opened),
    )


class _Ask(NamedTuple):
    room: PlanRoom
    group: Group
    start_ppm: float
    policy: Policy
    places: int | None


class _Pair(NamedTuple):
    """One equally likely way it may be: the flow, and the CO2 of one person."""

    flow_lps: float
    each_lps: float


def _basis(room: PlanRoom, history: FlowHistory | None, tested: TestedAir) -> Basis:
    if history is not None and history.closed is not None:
        return Basis("history", history.minutes / 60.0)
    if tested.shut is not None:
        return Basis("test")
    return Basis("typical" if room.design_flow_lps is None else "design")


def _outlook(ask: _Ask, windows: Windows, flow: Prior) -> Outlook:
    people = ask.group.people
    pairs = [
        _Pair(flow_lps, each_lps)
        for flow_lps in _spread(flow, _FLOWS)
        for each_lps in _spread(generation_of(ask.group.activity), _GROUPS)
    ]
    ends = [_ppm(ask, pair, ask.group.minutes) for pair in pairs]
    carried = [_most(ask, pair) for pair in pairs]
    probability = sum(most >= people for most in carried) / len(carried)
    flow_lps = _quantiles([pair.flow_lps for pair in pairs])
    return Outlook(
        windows,
        flow_lps,
        Range(*(lps / people for lps in flow_lps)),
        _quantiles([max(ppm, ask.start_ppm) for ppm in ends]),
        0.0 if _is_too_many(ask) else probability,
        _expected(ask, probability),
        _largest(ask, carried),
        _stay(ask, pairs),
        _path(ask, pairs),
    )


def _spread(prior: Prior, count: int) -> list[float]:
    """So many equally likely values."""
    normal = NormalDist(math.log(prior.median), max(prior.log_sd, 1e-9))
    return [math.exp(normal.inv_cdf((i + 0.5) / count)) for i in range(count)]


def _ppm(ask: _Ask, pair: _Pair, minutes: float, people: float | None = None) -> float:
    source_lps = (ask.group.people if people is None else people) * pair.each_lps
    room = ask.room
    return ppm_after(
        room.volume_m3, pair.flow_lps, room.outdoor_ppm, source_lps, ask.start_ppm, 60.0 * minutes
    )


def _most(ask: _Ask, pair: _Pair) -> float:
    """How many people keep the policy to the end, in parts of a person; infinite without a
    limit.
    """
    co2, air = _most_by_co2(ask, pair), _most_by_flow(ask, pair)
    return max(co2, air) if ask.policy.one_suffices else min(co2, air)


def _most_by_co2(ask: _Ask, pair: _Pair) -> float:
    limit_ppm = ask.policy.co2_limit_ppm
    if limit_ppm is None:
        return math.inf
    if ask.start_ppm > limit_ppm:
        return 0.0
    empty_ppm = _ppm(ask, pair, ask.group.minutes, 0)
    each_ppm = _ppm(ask, pair, ask.group.minutes, 1) - empty_ppm
    return (limit_ppm - empty_ppm) / each_ppm if each_ppm > 0 else math.inf


def _most_by_flow(ask: _Ask, pair: _Pair) -> float:
    """With N people each needs ``min_flow_lps`` and its part of what the floor needs."""
    policy = ask.policy
    if policy.min_flow_lps is None:
        return math.inf
    floor_lps = policy.min_flow_area_lps_m2 * (ask.room.floor_area_m2 or 0.0)
    return max(pair.flow_lps - floor_lps, 0.0) / policy.min_flow_lps


def _is_too_many(ask: _Ask) -> bool:
    return ask.places is not None and ask.group.people > ask.places


def _expected(ask: _Ask, probability: float) -> Expected:
    if _is_too_many(ask):
        return "not_kept"
    if probability >= SURE:
        return "kept"
    # Cleaned air may make up for what is missing, and that cannot be foreseen here.
    return (
        "not_kept" if probability < UNLIKELY and not ask.policy.counts_cleaned_air else "doubtful"
    )


def _largest(ask: _Ask, carried: Sequence[float]) -> int | None:
    most = _at(sorted(carried), 1.0 - SURE)
    if math.isinf(most):
        return ask.places
    fits = math.floor(most + 1e-9)
    return fits if ask.places is None else min(fits, ask.places)


def _stay(ask: _Ask, pairs: Sequence[_Pair]) -> float | None:
    policy, room, people = ask.policy, ask.room, ask.group.people
    if policy.co2_limit_ppm is None:
        return None
    limit_ppm = policy.co2_limit_ppm
    if ask.start_ppm > limit_ppm:
        return 0.0
    stays = [
        math.inf
        if policy.one_suffices and _most_by_flow(ask, pair) >= people
        else seconds_to(
            limit_ppm, room.volume_m3, pair.flow_lps, room.outdoor_ppm,
            people * pair.each_lps, ask.start_ppm,
        )
        for pair in pairs
    ]  # fmt: skip
    minutes = _at(sorted(stays), 1.0 - SURE) / 60.0
    return None if minutes > STAY_WITHIN_MIN else minutes


def _path(ask: _Ask, pairs: Sequence[_Pair]) -> tuple[Point, ...]:
    found = []
    for i in range(POINTS):
        minutes = ask.group.minutes * i / (POINTS - 1)
        found.append(Point(minutes, *_quantiles([_ppm(ask, pair, minutes) for pair in pairs])))
    return tuple(found)


def _quantiles(values: Sequence[float]) -> Range:
    """The middle and the 90 % interval of equally likely values."""
    ordered = sorted(values)
    return Range(_at(ordered, 0.5), _at(ordered, 0.05), _at(ordered, 0.95))


def _at(ordered: Sequence[float], share: float) -> float:
    """The value that this share of them is below."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
