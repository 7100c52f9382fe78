"""A breach as a meeting kept it."""

from datetime import datetime

import msgspec

from dashboard.api.fields import Instant
from gateway.domain.room_state import FlagState, Rule
from gateway.registry.agenda.meetings import MeetingFlag
from sensors.wire.instant import to_wire


class MeetingFlagAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A flag clipped to the meeting's own time; ``until`` is null while it goes on, ``minutes`` is
    how long it has lasted, ``peak`` the worst value.
    """

    id: str
    rule: Rule
    state: FlagState
    since: Instant
    until: Instant | None
    peak: float | None
    limit: float | None
    minutes: float


def flag_answer(kept: MeetingFlag, running_until: datetime) -> MeetingFlagAnswer:
    lasted = (kept.until or max(running_until, kept.since)) - kept.since
    return MeetingFlagAnswer(
        id=kept.flag,
        rule=kept.rule,
        state=kept.state,
        since=to_wire(kept.since),
        until=None if kept.until is None else to_wire(kept.until),
        peak=kept.peak,
        limit=kept.limit,
        minutes=round(lasted.total_seconds() / 60, 1),
    )
