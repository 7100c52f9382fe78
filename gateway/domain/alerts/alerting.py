"""Who hears what of a flag, and when: a pure step from who was told to who is to be told now.

- Nobody is told of what does not fire, nor, while it is hushed (silenced, or in the quiet hours),
that
  it does; what still fires afterwards is told then.
- One breach is told to one recipient once, whatever part they have in it.
- While nobody acknowledges, the next escalation contact in order is told, one after each wait.
- Whoever was told hears once that it is over: hushed or not, and whatever part they still have in
it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from gateway.domain.alerts.flag import Flag
from gateway.domain.alerts.notice import (
    GRACE,
    UNSCHEDULED,
    Notice,
    NoticeKind,
    NoticeMeeting,
    RecipientRole,
)
from gateway.domain.meeting import Meeting


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who should know of a flag now, and in which meeting it reaches them."""

    recipient: str
    role: RecipientRole
    language: str
    meeting: NoticeMeeting | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a flag concerns at a moment: at once, and in which order where nobody acknowledges
    within ``escalate_after`` (None: then nobody more is told).
    """

    recipients: tuple[Recipient, ...]
    escalation: tuple[Recipient, ...] = ()
    escalate_after: timedelta | None = None
    hushed: bool = False


@dataclass(frozen=True, slots=True)
class AddressedNotice:
    """A notice to one recipient, as the outbox keeps it; ``at`` is when they were told."""

    recipient: str
    notice: Notice
    at: datetime

    @property
    def meeting_id(self) -> str:
        meeting = self.notice.meeting
        return UNSCHEDULED if meeting is None else meeting.id


Told = tuple[AddressedNotice, ...]
"""The firing and escalated letters about one flag: all that has to be remembered of it."""


@dataclass(frozen=True, slots=True)
class FlagStands:
    """The flag is pending or firing; ``draft`` is what is said of it now, to anybody."""

    flag: Flag
    audience: Audience
    draft: Notice


@dataclass(frozen=True, slots=True)
class FlagResolved:
    """The flag is resolved."""

    flag: Flag


def step(
    told: Told, event: FlagStands | FlagResolved, now: datetime
) -> tuple[Told, tuple[AddressedNotice, ...]]:
    """Who was told after the event, and the letters to send."""
    if isinstance(event, FlagResolved):
        return (), tuple(_over(letter, event.flag, now) for letter in _one_each(told))
    if event.flag.fired_at is None or event.audience.hushed:
        return told, ()
    letters: Told = ()
    for recipient in event.audience.recipients:
        if not knows(told + letters, recipient.recipient):
            letters += (_letter("firing", recipient, event.draft, now),)
    next_in_line = _next_in_line(told + letters, event.audience)
    due_at = escalates_at(told, event.flag, event.audience)
    if next_in_line is not None and due_at is not None and due_at <= now:
        letters += (_letter("escalated", next_in_line, event.draft, now),)
    return told + letters, letters


def escalates_at(told: Told, flag: Flag, audience: Audience) -> datetime | None:
    """When the next in line is told, if nobody acknowledges; None where nobody is or will be. The
    wait is from when the first was told, and again from each who was told since.
    """
    wait = audience.escalate_after
    if wait is None or flag.acknowledged_at is not None or not told:
        return None
    if _next_in_line(told, audience) is None:
        return None
    passed_on = [letter.at for letter in told if letter.notice.kind == "escalated"]
    return max([min(letter.at for letter in told), *passed_on]) + wait


def knows(told: Told, recipient: str) -> bool:
    """Whether the recipient was told that the flag fires, in whatever capitals."""
    return any(letter.recipient.casefold() == recipient.casefold() for letter in told)


def is_owed(flag: Flag, meeting: Meeting, now: datetime) -> bool:
    """Whether the people of a meeting that is on should know that ``flag`` fires in its room."""
    if flag.fired_at is None or flag.resolved_at is not None or not meeting.is_on(now):
        return False
    return flag.fired_at >= meeting.start or now >= meeting.start + GRACE


def _next_in_line(told: Told, audience: Audience) -> Recipient | None:
    """The first of the line who does not know; who knows already is passed over."""
    return next((one for one in audience.escalation if not knows(told, one.recipient)), None)


def _letter(kind: NoticeKind, to: Recipient, draft: Notice, now: datetime) -> AddressedNotice:
    notice = replace(
        draft, kind=kind, language=to.language, recipient_role=to.role, meeting=to.meeting
    )
    return AddressedNotice(to.recipient, notice, now)


def _over(letter: AddressedNotice, flag: Flag, now: datetime) -> AddressedNotice:
    """The answer to what was told, so that it says the same meeting and reads in the same
    language.
    """
    notice = replace(
        letter.notice,
        kind="resolved",
        at=flag.resolved_at or now,
        value=flag.value,
        peak=flag.peak,
        limit=flag.limit,
        advice=(),
    )
    return AddressedNotice(letter.recipient, notice, now)


def _one_each(told: Told) -> Told:
    found: dict[str, AddressedNotice] = {}
    for letter in told:
        found.setdefault(letter.recipient.casefold(), letter)
    return tuple(found.values())
