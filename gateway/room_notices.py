"""Whom a live room's flags concern, and what is said of them."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from gateway.domain.alerting import Circle, Ended, Listener, Stands, is_owed
from gateway.domain.contact import Contact
from gateway.domain.flag import Flag, silence
from gateway.domain.meeting import Meeting
from gateway.domain.notice import MANAGER, SEVERITY, Notice, NoticeMeeting
from gateway.domain.quiet_hours import Quiet, quiet_at
from gateway.domain.silence import Silence
from gateway.domain.verdict import Finding
from gateway.room_live import RoomLive
from gateway.telling import FAR, Telling


def tell_resolved(room: RoomLive, telling: Telling, now: datetime) -> None:
    """Tell what was resolved to those who know that it fired."""
    for flag in room.ended:
        telling.ended(Ended(flag), now)
    room.ended.clear()


def tell_firing(room: RoomLive, telling: Telling, now: datetime) -> None:
    """Tell what fires now to those who should know, and do not yet."""
    for flag in tuple(room.flags.values()):
        if flag.fired_at is not None and not telling.rests(flag.id, now):
            _tell(room, telling, flag, now)


def _tell(room: RoomLive, telling: Telling, flag: Flag, now: datetime) -> None:
    silences = tuple(_silences(room, flag))
    silent_until = max((one.over_at for one in silences if one.is_on(now)), default=None)
    marked = silence(flag, silent_until, now)
    if marked is not flag:
        room.mark(marked)
    quiet = _quiet(room, now)
    on = room.calendar.on_at(now)
    owed, in_doubt = _owed(room, flag, on, now)
    hushed = quiet.is_quiet or silent_until is not None
    circle = _circle(room, flag, on, owed, hushed=hushed)
    moments = [at for one in silences for at in (one.since, one.over_at) if at > now]
    next_meeting = room.calendar.next_moment(now) or FAR
    until = now if in_doubt else min(quiet.until, next_meeting, *moments)
    telling.stands(Stands(marked, circle, _draft(room, marked, now)), now, until)


def _circle(
    room: RoomLive,
    flag: Flag,
    on: tuple[Meeting, ...],
    owed: Iterable[Meeting],
    *,
    hushed: bool,
) -> Circle:
    here = _view(on[0]) if on else None
    its = room.setup.contacts.get(room.key[0], ())
    line: dict[str, list[Listener]] = {"manager": [], "escalation": []}
    for contact in its:
        if contact.hears(flag.rule):
            line[contact.role].append(_of_contact(contact, here))
    wait_min = room.venue.escalate_after_min
    return Circle(
        (
            *_of_meetings(owed, room.venue.language),
            *line["manager"],
            Listener(MANAGER, "manager", room.venue.language, here),
        ),
        tuple(line["escalation"]),
        None if wait_min is None else timedelta(minutes=wait_min),
        hushed,
    )


def _owed(
    room: RoomLive, flag: Flag, on: tuple[Meeting, ...], now: datetime
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


def _of_meetings(meetings: Iterable[Meeting], language: str) -> Iterator[Listener]:
    """The people of meetings; who has two parts in one is told as its organiser."""
    for meeting in meetings:
        reads = meeting.language or language
        if meeting.organiser:
            yield Listener(meeting.organiser, "organiser", reads, _view(meeting))
        if meeting.host:
            yield Listener(meeting.host, "host", reads, _view(meeting))


def _of_contact(contact: Contact, here: NoticeMeeting | None) -> Listener:
    return Listener(contact.address, contact.role, contact.language, here)


def _view(meeting: Meeting) -> NoticeMeeting:
    return NoticeMeeting(meeting.id, meeting.title, meeting.start, meeting.end)


def _silences(room: RoomLive, flag: Flag) -> Iterator[Silence]:
    for one in room.setup.silences:
        if one.venue == room.key[0] and one.covers(room.key[1], flag.rule):
            yield one


def _quiet(room: RoomLive, now: datetime) -> Quiet:
    venue = room.venue
    if venue.quiet_from is None or venue.quiet_until is None:
        return Quiet(False, FAR)
    return quiet_at(room.setup.zones[venue.slug], venue.quiet_from, venue.quiet_until, now)


def _draft(room: RoomLive, flag: Flag, now: datetime) -> Notice:
    """What is said of a flag that fires, to nobody yet."""
    return Notice(
        kind="firing",
        rule=flag.rule,
        venue=room.key[0],
        venue_name=room.venue.name,
        language=room.venue.language,
        timezone=room.venue.timezone,
        room=room.key[1],
        room_name=room.room.name,
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
