"""The protocols of meetings as they begin and end: which version each began under is written down, and
whoever hosts one is told what to see to, half an hour before, and once more of what nobody spoke of.
"""

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from gateway.domain.alerts.alerting import Recipient
from gateway.domain.alerts.notice import Notice, NoticeKind, NoticeMeeting, RecipientRole
from gateway.domain.alerts.quiet_hours import quiet_at
from gateway.domain.meeting import Meeting
from gateway.domain.protocol.protocol import Item
from gateway.domain.protocol.times import BEFORE, TIDYING
from gateway.domain.room import Room, Venue
from gateway.outage import Outage, repeat
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.alerts import outbox
from gateway.registry.alerts.push_subscriptions import Hearer, hearers
from gateway.registry.database import Database, DatabaseAway
from gateway.registry.protocols.of_meetings import declarations_of, keep_begun, protocols_of
from gateway.registry.rooms import find_room, find_venue
from sensors.clock import Clock
from sensors.time_zone import zone_or_utc

LOOK_EVERY_S: Final = 2.0
LOOKED_BACK: Final = timedelta(days=8)
"""After a start: what began longer ago is judged by what holds now."""

MOMENT: Final = timedelta(microseconds=1)

log = logging.getLogger(__name__)


class ProtocolWorker:
    """``run`` in a thread of its own."""

    def __init__(
        self, database: Database, clock: Clock, venues: frozenset[str] | None = None
    ) -> None:
        """``venues`` are the ones this gateway looks after, None for all."""
        self._database = database
        self._clock = clock
        self._venues = venues
        self._seen_to: datetime | None = None
        self._begun: set[tuple[str, datetime]] = set()
        self._told: set[tuple[str, NoticeKind | None]] = set()
        self._outage = Outage(log, "protocols")

    def run(self, stop: threading.Event) -> None:
        """Look every other second until ``stop``. A database that is away is waited for."""
        repeat(self.step, LOOK_EVERY_S, (DatabaseAway,), stop, outage=self._outage)

    def step(self) -> None:
        """One round: what began, who is told.

        Raises:
            DatabaseAway: the database is away.

        """
        now = self._clock.now()
        since = min(self._seen_to or now - LOOKED_BACK, now)
        with self._database.read() as conn:
            around = meetings_between(conn, since - BEFORE, now + BEFORE + MOMENT)
            ours = [meeting for meeting in around if self._is_ours(meeting)]
            begun = {(one.id, one.start) for one in ours if one.start <= now}
            due = [one for one in ours if (one.id, _kind(one, now)) not in self._told]
            letters = _letters(conn, due, now)
        if begun - self._begun or letters:
            with self._database.write() as conn:
                keep_begun(conn, since, now)
                for whom, notice in letters:
                    outbox.post(conn, _id(notice), "", whom, notice, now)
        self._begun = begun
        self._told = {one for one in self._told if one[0] in {m.id for m in ours}}
        self._told |= {(_id(notice), notice.kind) for _, notice in letters}
        self._seen_to = now - TIDYING

    def _is_ours(self, meeting: Meeting) -> bool:
        return self._venues is None or meeting.venue in self._venues


def _id(notice: Notice) -> str:
    return "" if notice.meeting is None else notice.meeting.id


def _letters(
    conn: Connection, meetings: Sequence[Meeting], now: datetime
) -> list[tuple[str, Notice]]:
    """Whom to tell what, unless it is quiet at the venue; what is told once is told no more."""
    devices = hearers(conn)
    asked = [
        one
        for one in meetings
        if _kind(one, now) is not None and (_addressee(one) is not None or one.venue in devices)
    ]
    protocols = protocols_of(conn, asked, now)
    said = declarations_of(conn, [one.id for one in asked])
    found = []
    for meeting in asked:
        spoken = {one.item for one in said.get(meeting.id, ())}
        left = [one for one in protocols[meeting.id].declared if one.id not in spoken]
        kind = _kind(meeting, now)
        if kind == "protocol_left":
            left = [one for one in left if one.required]
        venue = find_venue(conn, meeting.venue)
        room = find_room(conn, meeting.venue, meeting.room)
        if left and kind and venue and room and not _is_quiet(venue, now):
            found += [
                (to.recipient, _notice(kind, meeting, venue, room, left, to, now))
                for to in _told(meeting, venue, devices.get(venue.slug, ()))
            ]
    return found


def _told(meeting: Meeting, venue: Venue, devices: Iterable[Hearer]) -> Iterator[Recipient]:
    """Its host, or else its organiser, and the devices of those who may say yes or no for it."""
    reads, whom = meeting.language or venue.language, _addressee(meeting)
    whole, public = _view(meeting, meeting.title), _view(meeting, meeting.public_title)
    if whom is not None:
        yield Recipient(whom[0], whom[1], reads, whole)
    own = {one.casefold() for one in (meeting.host, meeting.organiser) if one is not None}
    for device in devices:
        is_own = device.email is not None and device.email.casefold() in own
        if is_own or device.is_host:
            shown = whole if is_own else public
            yield Recipient(device.recipient, "device", device.language, shown)


def _view(meeting: Meeting, title: str | None) -> NoticeMeeting:
    return NoticeMeeting(meeting.id, title, meeting.start, meeting.end, meeting.private)


def _addressee(meeting: Meeting) -> tuple[str, RecipientRole] | None:
    if meeting.host is not None:
        return meeting.host, "host"
    return None if meeting.organiser is None else (meeting.organiser, "organiser")


def _kind(meeting: Meeting, now: datetime) -> NoticeKind | None:
    """What there is to tell at a moment."""
    if meeting.start - BEFORE <= now < meeting.start:
        return "protocol"
    return "protocol_left" if meeting.end <= now < meeting.end + BEFORE else None


def _is_quiet(venue: Venue, now: datetime) -> bool:
    if venue.quiet_from is None or venue.quiet_until is None:
        return False
    zone = zone_or_utc(venue.timezone)
    return quiet_at(zone, venue.quiet_from, venue.quiet_until, now).is_quiet


def _notice(
    kind: NoticeKind,
    meeting: Meeting,
    venue: Venue,
    room: Room,
    items: Sequence[Item],
    to: Recipient,
    now: datetime,
) -> Notice:
    return Notice(
        kind=kind,
        rule="co2",
        venue=venue.slug,
        venue_name=venue.name,
        language=to.language,
        timezone=venue.timezone,
        room=room.slug,
        room_name=room.name,
        meeting=to.meeting,
        since=meeting.start,
        at=now,
        value=None,
        peak=None,
        limit=None,
        evidence=tuple(
            {"code": one.id, "text": one.texts.get(to.language, one.text), "when": one.when}
            for one in items
        ),
        recipient_role=to.role,
        severity="info",
    )
