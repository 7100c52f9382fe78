"""The flags of one live room, what its meetings keep of them, and what of that is to be written."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from gateway.domain.alerts.flag import Flag, FlagKey, step
from gateway.domain.meeting import Meeting
from gateway.domain.meeting_flag import MeetingFlag, keep
from gateway.domain.policy import Policy
from gateway.domain.room_state import FlagState, Rule
from gateway.domain.verdict import Finding, Verdict, pending_for
from gateway.live.room.context import RoomContext
from gateway.live.unit_of_work import UnitOfWork
from gateway.registry.alerts.flags import Change


class RoomFlags:
    """``open`` by their rule; ``kept`` by flag and meeting, of those that are open; ``ended`` are
    the flags resolved since they were last taken.
    """

    __slots__ = ("_context", "_unit_of_work", "ended", "kept", "open")

    def __init__(
        self,
        context: RoomContext,
        unit_of_work: UnitOfWork,
        found: Iterable[Flag] = (),
        kept: Iterable[MeetingFlag] = (),
    ) -> None:
        """``found`` are the open ones, and ``kept`` what meetings keep of them."""
        self.open: dict[Rule, Flag] = {flag.rule: flag for flag in found}
        self.kept: dict[str, dict[str, MeetingFlag]] = {}
        for one in kept:
            self.kept.setdefault(one.flag, {})[one.meeting] = one
        self.ended: list[Flag] = []
        self._context = context
        self._unit_of_work = unit_of_work

    def put(self, flag: Flag) -> None:
        """One of the open ones changed without a verdict."""
        self.open[flag.rule] = flag
        self._unit_of_work.put_flag(flag)

    def step(self, rule: Rule, verdict: Verdict, policy: Policy, at: datetime) -> None:
        """One verdict on."""
        before = self.open.get(rule)
        key = FlagKey(*self._context.key, rule)
        clear = timedelta(seconds=policy.clear_s)
        after = step(before, key, verdict, at, pending_for(rule, policy), clear)
        flag = after.flag
        if flag is None:
            if before is not None:
                del self.open[rule]
                self._unit_of_work.drop_flag(before)
            return
        if flag is not before:
            self.put(flag)
        if after.change is not None:
            self._note(flag, after.change, at)
        if flag.fired_at is not None:
            known = verdict.finding is not Finding.CANNOT_SAY
            meetings = self._context.calendar.overlapping(flag.fired_at, at)
            self._keep(flag, meetings, at, known=known)
        if flag.state == "resolved":
            del self.open[rule]
            self.kept.pop(flag.id, None)
            self.ended.append(flag)

    def _note(self, flag: Flag, state: FlagState, at: datetime) -> None:
        meeting = self._context.meeting(at)
        held = None if meeting is None else meeting.id
        self._unit_of_work.changes.append(Change(None, flag.id, at, state, flag.value, held))

    def _keep(
        self, flag: Flag, meetings: tuple[Meeting, ...], at: datetime, *, known: bool
    ) -> None:
        """Bring what the meetings keep of the flag up to ``at``. While nothing is known a breach
        that began before is not held against a meeting that begins.
        """
        kept = self.kept.setdefault(flag.id, {})
        for meeting in meetings:
            before = kept.get(meeting.id)
            if before is None and not known:
                continue
            after = keep(before, meeting, flag, at)
            if after != before:
                kept[meeting.id] = after
                self._unit_of_work.kept[meeting.id, flag.id] = after
