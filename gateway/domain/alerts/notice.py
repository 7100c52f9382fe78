"""What is told of a flag, in codes and numbers."""

from datetime import datetime, timedelta
from typing import Any, Final, Literal

import msgspec

from gateway.domain.room_state import Rule
from sensors.wire.topic import RoomSlug, VenueSlug

NoticeKind = Literal[
    "firing", "resolved", "escalated", "report", "protocol", "protocol_left", "season"
]
"""``escalated`` goes to the next in line where nobody acknowledged; ``report`` is of no flag, and so is
``protocol``, before a meeting, and ``protocol_left``, of what nobody said anything of when it is over;
``season`` is of a venue and a month.
"""

OF_NO_FLAG: Final[frozenset[NoticeKind]] = frozenset(
    {"report", "protocol", "protocol_left", "season"}
)
"""These travel by themselves, and hold up no alert."""

RecipientRole = Literal["organiser", "host", "manager", "escalation", "device"]
"""Why somebody is told; ``device`` is a browser whose user asked for it."""

Severity = Literal["act", "info"]
"""``act`` is about the room, ``info`` about what watches it."""

GRACE = timedelta(minutes=5)
"""What was firing already when a meeting starts is told when it still fires this much later."""

MANAGER = "manager"
"""The recipient that stands for the addresses of ``notify.urls``."""

UNSCHEDULED = ""
"""The meeting of what happens in a room where none is going on."""


class NoticeMeeting(msgspec.Struct, frozen=True):
    """``title`` is None of a ``private`` one, for anybody but its organiser."""

    id: str
    title: str | None
    start: datetime
    end: datetime
    private: bool = False


class Notice(msgspec.Struct, frozen=True):
    """What a message says, in codes and numbers; the words are made when it is sent.

    ``at`` is when the flag fired or was resolved; ``flag`` is its id, '' where it is of none.
    ``language`` is the recipient's. ``value`` and ``peak`` are the rule's own unit;
    ``evidence`` says of a sensor's fault which sensor (``device``) shows what (``code``). Of a
    ``report``, ``since`` and ``at`` are from when to when people were there, ``rule`` is what went
    most wrong (``co2`` where nothing did), and ``evidence`` gives the verdicts: ``code``
    (``occupancy`` or ``ventilation``), ``verdict`` (null: no limit), ``minutes_over``, ``worst``,
    ``limit``. Of a ``protocol`` it gives the items: ``code``, ``text`` (empty: a template's), ``when``. Of a
    ``season`` it gives the figures, ``since`` is its first day and ``at`` the day after its last.
    """

    kind: NoticeKind
    rule: Rule
    venue: VenueSlug
    venue_name: str
    language: str
    timezone: str
    room: RoomSlug
    room_name: str
    meeting: NoticeMeeting | None
    since: datetime
    at: datetime
    value: float | None
    peak: float | None
    limit: float | None
    advice: tuple[dict[str, Any], ...] = ()
    evidence: tuple[dict[str, Any], ...] = ()
    flag: str = ""
    recipient_role: RecipientRole = "organiser"
    severity: Severity = "act"


SEVERITY: dict[Rule, Severity] = {
    "co2": "act",
    "ventilation": "act",
    "occupancy": "act",
    "no_data": "info",
    "sensor_fault": "info",
}

encode_notice = msgspec.json.Encoder().encode
decode_notice = msgspec.json.Decoder(Notice).decode
