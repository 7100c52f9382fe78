"""The meetings that went over furthest, and what was done about them."""

from collections.abc import Sequence
from datetime import datetime
from math import fsum
from typing import Final

import msgspec

from gateway.domain.report.flag_history import ActionKind
from gateway.domain.report.outcome import Outcome
from gateway.domain.room_state import Rule
from gateway.domain.season.line import DIGITS, MEASURED, Line, MeasuredRule
from sensors.wire.topic import RoomSlug, VenueSlug

TELLS: Final = 10


class Action(msgspec.Struct, frozen=True):
    """``who`` is ``organiser``, ``host``, ``manager`` or empty: a name stands in no season."""

    at: datetime
    rule: Rule
    kind: ActionKind
    who: str = ""


class Worst(msgspec.Struct, frozen=True):
    """``rule`` is what was longest over its ``limit``, in the rule's own unit, and ``worst`` how far;
    ``minutes_over`` are those of every rule that was not kept.
    """

    venue: VenueSlug
    room: RoomSlug
    start: datetime
    rule: MeasuredRule
    worst: float | None
    limit: float | None
    minutes_over: float
    done: tuple[Action, ...]


def worst_of(lines: Sequence[Line]) -> tuple[Worst, ...]:
    """The ten that were over longest, the longest first; of those that are alike the earlier."""
    found = [_worst(line) for line in lines if _broken(line)]
    found.sort(key=lambda one: (-one.minutes_over, one.start, one.venue, one.room))
    return tuple(found[:TELLS])


def _broken(line: Line) -> list[tuple[MeasuredRule, Outcome]]:
    return [
        (rule, line.measured[rule])
        for rule in MEASURED
        if line.measured[rule].verdict == "not_kept"
    ]


def _worst(line: Line) -> Worst:
    broken = _broken(line)
    rule, outcome = max(broken, key=lambda one: one[1].minutes_over or 0.0)
    return Worst(
        venue=line.venue,
        room=line.room,
        start=line.start,
        rule=rule,
        worst=_rounded(outcome.worst),
        limit=_rounded(outcome.limit),
        minutes_over=round(fsum(one.minutes_over or 0.0 for _, one in broken), DIGITS),
        done=tuple(Action(one.at, one.rule, one.kind, one.who) for one in line.done),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
