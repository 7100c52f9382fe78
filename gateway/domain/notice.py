"""Who is told what: the organiser of a meeting whose room has a firing rule, and the venue's manager."""

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from gateway.domain.flag import Flag
from gateway.domain.meeting import Meeting
from gateway.domain.room_state import Rule

NoticeKind = Literal["firing", "resolved", "report"]

GRACE = timedelta(minutes=5)
"""What was firing already when a meeting starts is told when it still fires this much later."""

MANAGER = "manager"
"""The recipient that stands for the addresses of ``notify.urls``."""

UNSCHEDULED = ""
"""The meeting of what happens in a room where none is going on."""


class NoticeMeeting(msgspec.Struct, frozen=True):
    id: str
    title: str
    start: datetime
    end: datetime


class Notice(msgspec.Struct, frozen=True):
    """What a message says, in codes and numbers; the words are made when it is sent.

    ``at`` is when the flag fired or was resolved. ``value`` and ``peak`` are the rule's own unit;
    ``evidence`` says of a sensor's fault which sensor (``device``) shows what (``code``). Of a
    ``report``, ``since`` and ``at`` are from when to when people were there, ``rule`` is what went most
    wrong (``co2`` where nothing did), and ``evidence`` gives the verdicts: ``code``
    (``occupancy`` or ``ventilation``), ``verdict`` (null: no limit), ``minutes_over``, ``worst``, ``limit``.
    """

    kind: NoticeKind
    rule: Rule
    venue: str
    venue_name: str
    language: str
    timezone: str
    room: str
    room_name: str
    meeting: NoticeMeeting | None
    since: datetime
    at: datetime
    value: float | None
    peak: float | None
    limit: float | None
    advice: tuple[dict[str, Any], ...] = ()
    evidence: tuple[dict[str, Any], ...] = ()


encode_notice = msgspec.json.Encoder().encode
decode_notice = msgspec.json.Decoder(Notice).decode


def owed_to_organiser(flag: Flag, meeting: Meeting, now: datetime) -> bool:
    """Whether the organiser should know by now that ``flag`` fires in the meeting's room."""
    if flag.fired_at is None or flag.resolved_at is not None:
        return False
    if not meeting.organiser or not meeting.is_on(now):
        return False
    return flag.fired_at >= meeting.start or now >= meeting.start + GRACE
