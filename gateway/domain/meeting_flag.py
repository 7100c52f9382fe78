"""What a meeting keeps of a flag: clipped to the meeting's own time."""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.alerts.flag import Flag
from gateway.domain.meeting import Meeting
from gateway.domain.room_state import FlagState, Rule
from gateway.domain.verdict import worse


@dataclass(frozen=True, slots=True)
class MeetingFlag:
    """A flag as its meeting keeps it: clipped to the meeting's own time. ``until`` is None while
    the breach goes on within the meeting; ``peak`` is the worst value within it.
    """

    meeting: str
    flag: str
    rule: Rule
    state: FlagState
    since: datetime
    until: datetime | None
    peak: float | None
    limit: float | None


def keep(kept: MeetingFlag | None, meeting: Meeting, flag: Flag, at: datetime) -> MeetingFlag:
    """What ``meeting`` keeps, at ``at``, of a flag that fires or fired within it.

    A breach belongs to the meeting from where it began, also the part before it fired, but no
    earlier than the meeting itself.
    """
    since = max(flag.since, meeting.start)
    until = flag.resolved_at
    if at >= meeting.end:
        until = meeting.end if until is None else min(until, meeting.end)
    if kept is None:
        peak = flag.peak if flag.since >= meeting.start else flag.value
        return MeetingFlag(
            meeting.id, flag.id, flag.rule, flag.state, since, until, peak, flag.limit
        )
    peak = kept.peak
    if at < meeting.end and flag.value is not None:
        peak = flag.value if peak is None else worse(flag.rule, peak, flag.value)
    return replace(kept, state=flag.state, since=since, until=until, peak=peak, limit=flag.limit)
