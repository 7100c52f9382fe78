"""Whom a live room's flags concern, and what is said of them."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from gateway.domain.alerts.alerting import Audience, FlagResolved, FlagStands, Recipient, is_owed
from gateway.domain.alerts.contact import Contact
from gateway.domain.alerts.flag import Flag, silence
from gateway.domain.alerts.notice import MANAGER, SEVERITY, Notice, NoticeMeeting
from gateway.domain.alerts.quiet_hours import QuietHours, quiet_at
from gateway.domain.alerts.silence import Silence
from gateway.domain.meeting import Meeting
from gateway.domain.verdict import Finding
from gateway.live.notified import FAR, Notified
from gateway.live.room.room import LiveRoom


def tell_resolved(ended: Iterable[Flag], notified: Notified, now: datetime) -> None:
    """Tell what was resolved to those who know that it fired."""
    for flag in ended:
        notified.ended(FlagResolved(flag), now)


def tell_firing(room: LiveRoom, notified: Notified, now: datetime) -> None:
    """Tell what fires now to those who should know, and do not yet."""
    for flag in tuple(room.flags.values()):
        if flag.fired_at is not None and not notified.rests(flag.id, now):
            _tell(room, notified, flag, now)


def _tell(room: LiveRoom, notified: Notified, flag: Flag, now: datetime) -> None:
    silences = tuple(_silences(room, flag))
    silent_until = max((one.over_at for one in silences if one.is_on(now)), default=None)
    marked = silence(flag, silent_until, now)
    if marked is not flag:
        room.mark(marked)
    quiet = _quiet(room, now)
    on = room.context.calendar.on_at(now)
    owed, in_doubt = _owed(room, flag, on, now)
    hushed = quiet.is_quiet or silent_until is not None
    audience = _audience(room, flag, on, owed, hushed=hushed)
    moments = [at for one in silences for at in (one.since, one.over_at) if at > now]
    next_meeting = room.context.calendar.next_moment(now) or FAR
    until = now if in_doubt else min(quiet.until, next_meeting, *moments)
    notified.stands(FlagStands(marked, audience, _draft(room, marked, now)), now, until)


def _audience(
    room: LiveRoom,
    flag: Flag,
    on: tuple[Meeting, ...],
    owed: Iterable[Meeting],
    *,
    hushed: bool,
) -> Audience:
    here = _view(on[0], on[0].public_title) if on else None
    its = room.context.configuration.contacts.get(room.key[0], ())
    line: dict[str, list[Recipient]] = {"manager": [], "escalation": []}
    for contact in its:
        if contact.hears(flag.rule):
            line[contact.role].append(_of_contact(contact, here))
    wait_min = room.context.venue.escalate_after_min
    return Audience(
        (
            *_of_meetings(owed, room.context.venue.language),
            *line["manager"],
            Recipient(MANAGER, "manager", room.context.venue.language, here),
            *(
                Recipient(one.recipient, "device", one.language, here)
                for one in room.context.configuration.hearers.get(room.key[0], ())
            ),
        ),
        tuple(line["escalation"]),
        None if wait_min is None else timedelta(minutes=wait_min),
        hushed,
    )


def _owed(
    room: LiveRoom, flag: Flag, on: tuple[Meeting, ...], now: datetime
) -> tuple[list[Meeting], bool]:
    """The meetings whose people should know, and whether some may have to as soon as more is known.

    What fired before the meeting is told only while it is known to go on: a sensor that fell silent
    yesterday says nothing of today's meeting.
    """
    owed = [meeting for meeting in on if is_owed(flag, meeting, now)]
    within = [m for m in owed if flag.fired_at is not None and flag.fired_at >= m.start]
    if len(within) == len(owed) or room.verdict(flag.rule, now).finding is not Finding.CANNOT_SAY:
        return owed, False
    return within, True


def _of_meetings(meetings: Iterable[Meeting], language: str) -> Iterator[Recipient]:
    """The people of meetings; who has two parts in one is told as its organiser."""
    for meeting in meetings:
        reads = meeting.language or language
        if meeting.organiser:
            whole = _view(meeting, meeting.title)
            yield Recipient(meeting.organiser, "organiser", reads, whole)
        if meeting.host:
            yield Recipient(meeting.host, "host", reads, _view(meeting, meeting.public_title))


def _of_contact(contact: Contact, here: NoticeMeeting | None) -> Recipient:
    return Recipient(contact.address, contact.role, contact.language, here)


def _view(meeting: Meeting, title: str | None) -> NoticeMeeting:
    return NoticeMeeting(meeting.id, title, meeting.start, meeting.end, meeting.private)


def _silences(room: LiveRoom, flag: Flag) -> Iterator[Silence]:
    for one in room.context.configuration.silences:
        if one.venue == room.key[0] and one.covers(room.key[1], flag.rule):
            yield one


def _quiet(room: LiveRoom, now: datetime) -> QuietHours:
    venue = room.context.venue
    if venue.quiet_from is None or venue.quiet_until is None:
        return QuietHours(False, FAR)
    return quiet_at(room.context.zone, venue.quiet_from, venue.quiet_until, now)


def _draft(room: LiveRoom, flag: Flag, now: datetime) -> Notice:
    """What is said of a flag that fires, to nobody yet."""
    return Notice(
        kind="firing",
        rule=flag.rule,
        venue=room.key[0],
        venue_name=room.context.venue.name,
        language=room.context.venue.language,
        timezone=room.context.venue.timezone,
        room=room.key[1],
        room_name=room.context.room.name,
        meeting=None,
        since=flag.since,
        at=flag.fired_at or now,
        value=flag.value,
        peak=flag.peak,
        limit=flag.limit,
        advice=tuple(msgspec.to_builtins(one) for one in room.advice_at(now)),
        evidence=room.evidence_of(flag),
        flag=flag.id,
        severity=SEVERITY[flag.rule],
    )
