"""What a room's history holds, between two moments, and what is expected beyond."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.domain.meeting import Meeting
from gateway.domain.policy import Policy
from gateway.domain.room_state import Rule
from gateway.store.interface import Series


@dataclass(frozen=True, slots=True)
class FlagMark:
    """A breach on the time axis; ``until`` is now where it goes on."""

    rule: Rule
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Expected:
    """The CO2 to come at a moment, within its 90 % band."""

    at: datetime
    ppm: float
    low_ppm: float
    high_ppm: float


@dataclass(frozen=True, slots=True)
class Standard:
    """A level that the room is shown against, beside the limits it is held to: CO2 in ppm, or fresh
    air in litres a second for each person. ``name`` is said at the end of its line.
    """

    quantity: Literal["co2", "ventilation"]
    level: float
    name: str


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody noted, in words: from a moment on, or up to another."""

    text: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class History:
    """Everything that a room's chart shows: from ``start`` to ``end``, which is now, and what is
    expected from there; its policy's levels are absolute.
    """

    start: datetime
    end: datetime
    series: Series
    policy: Policy
    meetings: Sequence[Meeting] = ()
    flags: Sequence[FlagMark] = ()
    expected: Sequence[Expected] = ()
    standards: Sequence[Standard] = ()
    notes: Sequence[Note] = ()

    @property
    def reach(self) -> datetime:
        """How far the chart goes."""
        return max([self.end, *(point.at for point in self.expected)])

    @property
    def knows_flow(self) -> bool:
        """Whether the fresh air for each person was known at any time."""
        return any(lps is not None for lps in self.series.mean.get("per_person_lps", ()))
