"""A season: what the meetings of a span of days came to, month by month and policy by policy."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from gateway.domain.policy import Policy
from gateway.domain.season.figures import Figures, figures
from gateway.domain.season.line import Line
from gateway.domain.season.worst import Worst, worst_of
from sensors.wire.topic import RoomSlug, VenueSlug

K = TypeVar("K", bound=str | tuple[object, ...])


class Month(msgspec.Struct, frozen=True):
    """``month`` is ``2026-11``."""

    month: str
    figures: Figures


class Held(msgspec.Struct, frozen=True):
    """A policy with the limits that it had, the first and the last day that a meeting was held to it,
    and what those meetings came to. Where its CO2 is counted from outdoors, ``co2_limit_ppm`` is the
    highest that it stood at.
    """

    policy: str
    name: str
    kind: str
    source: str
    dated: str
    co2_limit_ppm: float | None
    min_flow_lps: float | None
    first: date
    last: date
    figures: Figures


class RoomFigures(msgspec.Struct, frozen=True):
    venue: VenueSlug
    room: RoomSlug
    figures: Figures


class Season(msgspec.Struct, frozen=True):
    """``to`` is not included; ``revised`` meetings had their report made again."""

    from_: date = msgspec.field(name="from")
    to: date
    total: Figures
    months: tuple[Month, ...]
    policies: tuple[Held, ...]
    rooms: tuple[RoomFigures, ...]
    worst: tuple[Worst, ...]
    revised: int


def make_season(
    lines: Iterable[Line], from_: date, to: date, above_outdoor: Collection[str] = ()
) -> Season:
    """The season of meetings in any order; those of other days are left out. ``above_outdoor`` are the
    policies whose CO2 is counted from outdoors: their limit moves with the weather, and that is no
    change of the law.
    """
    ours = sorted(
        (line for line in lines if from_ <= line.day < to),
        key=lambda line: (line.start, line.venue, line.room, line.meeting),
    )
    return Season(
        from_=from_,
        to=to,
        total=figures(ours),
        months=tuple(
            Month(month, figures(its))
            for month, its in _grouped(ours, lambda line: f"{line.day:%Y-%m}")
        ),
        policies=tuple(
            _held(its)
            for _, its in _grouped(ours, lambda line: _limits(line.policy, above_outdoor))
        ),
        rooms=tuple(
            RoomFigures(its[0].venue, its[0].room, figures(its)) for its in _of_rooms(ours)
        ),
        worst=worst_of(ours),
        revised=sum(line.revision > 1 for line in ours),
    )


def _held(lines: Sequence[Line]) -> Held:
    policy = lines[-1].policy
    limits = [line.policy.co2_limit_ppm for line in lines]
    return Held(
        policy=policy.slug,
        name=policy.name,
        kind=policy.kind,
        source=policy.source,
        dated=policy.dated,
        co2_limit_ppm=max((limit for limit in limits if limit is not None), default=None),
        min_flow_lps=policy.min_flow_lps,
        first=min(line.day for line in lines),
        last=max(line.day for line in lines),
        figures=figures(lines),
    )


def _limits(policy: Policy, above_outdoor: Collection[str]) -> tuple[object, ...]:
    moves = policy.slug in above_outdoor
    return (
        policy.slug,
        policy.kind,
        policy.dated,
        None if moves else policy.co2_limit_ppm,
        policy.min_flow_lps,
        policy.min_flow_area_lps_m2,
        policy.area_m2_per_person,
        policy.one_suffices,
        policy.counts_cleaned_air,
    )


def _of_rooms(lines: Iterable[Line]) -> list[list[Line]]:
    found = _grouped(lines, lambda line: (line.venue, line.room))
    return sorted((its for _, its in found), key=lambda its: (its[0].venue, its[0].room))


def _grouped(lines: Iterable[Line], key: Callable[[Line], K]) -> list[tuple[K, list[Line]]]:
    """In the order in which each key is first met."""
    found: dict[K, list[Line]] = defaultdict(list)
    for line in lines:
        found[key(line)].append(line)
    return list(found.items())
