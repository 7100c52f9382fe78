"""Who is to be told of a live room's flags, and what."""

from datetime import datetime

import msgspec

from gateway.domain.flag import Flag
from gateway.domain.meeting import Meeting
from gateway.domain.notice import (
    MANAGER,
    UNSCHEDULED,
    Notice,
    NoticeKind,
    NoticeMeeting,
    owed_to_organiser,
)
from gateway.domain.verdict import Finding
from gateway.room_live import RoomLive
from gateway.telling import Telling


def tell_resolved(room: RoomLive, telling: Telling) -> None:
    """Tell what was resolved to those who know that it fired."""
    for flag in room.ended:
        for meeting_id, recipient in telling.of(flag.id):
            at = flag.resolved_at or flag.since
            telling.tell(
                flag.id, meeting_id, recipient, _notice(room, "resolved", flag, meeting_id, at)
            )
    room.ended.clear()


def tell_firing(room: RoomLive, telling: Telling, now: datetime) -> None:
    """Tell what fires now to those who should know, and do not yet."""
    on = room.calendar.on_at(now)
    for flag in room.flags.values():
        if flag.fired_at is None:
            continue
        for meeting in on:
            if _is_owed(room, flag, meeting, now):
                _tell(room, telling, flag, meeting.id, meeting.organiser or "")
        _tell(room, telling, flag, on[0].id if on else UNSCHEDULED, MANAGER)


def _is_owed(room: RoomLive, flag: Flag, meeting: Meeting, now: datetime) -> bool:
    """What fired before the meeting is told only while it is known to go on: a sensor that fell
    silent yesterday says nothing of today's meeting.
    """
    if not owed_to_organiser(flag, meeting, now):
        return False
    within = flag.fired_at is not None and flag.fired_at >= meeting.start
    return within or room.verdict(flag.rule, now).finding is not Finding.CANNOT_SAY


def _tell(room: RoomLive, telling: Telling, flag: Flag, meeting_id: str, recipient: str) -> None:
    if flag.fired_at is not None and not telling.knows(flag.id, recipient):
        notice = _notice(room, "firing", flag, meeting_id, flag.fired_at)
        telling.tell(flag.id, meeting_id, recipient, notice)


def _notice(room: RoomLive, kind: NoticeKind, flag: Flag, meeting_id: str, at: datetime) -> Notice:
    meeting = next((m for m in room.calendar.meetings if m.id == meeting_id), None)
    said = room.advice_at(at) if kind == "firing" else ()
    return Notice(
        kind=kind,
        rule=flag.rule,
        venue=room.key[0],
        venue_name=room.venue.name,
        language=room.venue.language,
        timezone=room.venue.timezone,
        room=room.key[1],
        room_name=room.room.name,
        meeting=None
        if meeting is None
        else NoticeMeeting(meeting.id, meeting.title, meeting.start, meeting.end),
        since=flag.since,
        at=at,
        value=flag.value,
        peak=flag.peak,
        limit=flag.limit,
        advice=tuple(msgspec.to_builtins(one) for one in said),
        evidence=room.evidence_of(flag),
    )
