"""What a room's history holds, between two moments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
class History:
    """Everything that a room's chart shows, between two moments; its policy's levels are absolute."""

    start: datetime
    end: datetime
    series: Series
    policy: Policy
    meetings: Sequence[Meeting] = ()
    flags: Sequence[FlagMark] = ()
