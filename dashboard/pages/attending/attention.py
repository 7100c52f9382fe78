"""Which rooms have an alert that goes on, and whether somebody is on it: read once for all who look."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from gateway.domain.alerts.flag import Flag
from gateway.domain.alerts.silence import Silence
from gateway.domain.room_state import RoomState
from gateway.outage import Outage
from gateway.registry.alerts.flags import open_flags_in
from gateway.registry.alerts.silences import silences_since
from gateway.registry.database import Database, DatabaseAway
from gateway.registry.live.operator_requests import AcknowledgeRequest, pending_requests
from sensors.clock import Clock
from sensors.wire.topic import RoomKey, VenueSlug

logger = logging.getLogger(__name__)

FRESH_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Attention:
    """What goes on in a room, as far as somebody is asked for: ``waiting`` are the flags that fire and
    that nobody is on. ``by`` is who came last, None while nobody did; ``silent_until`` is how long
    nobody is told of any of it; ``is_own_silence`` where that was asked of this room alone.
    """

    waiting: tuple[str, ...] = ()
    by: str | None = None
    since: datetime | None = None
    note: str = ""
    silent_until: datetime | None = None
    is_own_silence: bool = False

    @property
    def asks(self) -> bool:
        """Whether somebody has still to come."""
        return bool(self.waiting) and self.silent_until is None


CALM: Final = Attention()


@dataclass(frozen=True, slots=True)
class AttentionView:
    """``edition`` rises with every change of an alert, of a silence, or of who is on it."""

    rooms: Mapping[RoomKey, Attention] = field(default_factory=dict)
    told: tuple[object, ...] = ()
    edition: int = 0

    def of(self, key: RoomKey) -> Attention:
        return self.rooms.get(key, CALM)

    def asking(self, venues: frozenset[VenueSlug] | None) -> list[RoomKey]:
        """The rooms of some venues (None: of all) where somebody has still to come."""
        return [
            key
            for key, one in self.rooms.items()
            if one.asks and (venues is None or key[0] in venues)
        ]


class AttentionCache:
    """Keeps it for a second of wall time: fifty boards ask for it every second."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._view = AttentionView()
        self._stale_at = 0.0
        self._outage = Outage(
            logger, "database", meanwhile="boards show who was last on it", back="read again"
        )

    def view(self, states: Iterable[RoomState]) -> AttentionView:
        """As of now; ``states`` say in which rooms to look. While the database is away the last one."""
        with self._lock:
            if time.monotonic() >= self._stale_at:
                self._stale_at = time.monotonic() + FRESH_S
                self._view = self._renewed(states)
            return self._view

    def forget(self) -> None:
        """Look again when somebody asks: something was done about it just now."""
        with self._lock:
            self._stale_at = 0.0

    def _renewed(self, states: Iterable[RoomState]) -> AttentionView:
        last = self._view
        flagged = {(state.venue, state.room) for state in states if state.flags}
        try:
            with self._database.read() as conn:
                found = read_attention(conn, flagged, self._clock.now())
        except DatabaseAway as error:
            self._outage.begins(str(error))
            return last
        self._outage.ends()
        same = (found.rooms, found.told) == (last.rooms, last.told)
        return last if same else replace(found, edition=last.edition + 1)


def read_attention(conn: Connection, rooms: Iterable[RoomKey], at: datetime) -> AttentionView:
    flags = open_flags_in(conn, rooms)
    asked = {r.flag: r for r in pending_requests(conn) if isinstance(r, AcknowledgeRequest)}
    silences = silences_since(conn, at)
    by_room: dict[RoomKey, list[Flag]] = defaultdict(list)
    for flag in flags:
        if flag.state == "firing":
            by_room[flag.venue, flag.room].append(_seen(flag, asked.get(flag.id)))
    on = [silence for _, silence in silences]
    return AttentionView(
        {key: _attention(found, on) for key, found in by_room.items()},
        (
            tuple(_told(flag) for flag in flags),
            tuple(asked),
            tuple(number for number, _ in silences),
        ),
    )


def _told(flag: Flag) -> tuple[object, ...]:
    """What a page of alerts says of it, but for its numbers."""
    return flag.id, flag.state, flag.acknowledged_by, flag.silenced_until


def _seen(flag: Flag, asked: AcknowledgeRequest | None) -> Flag:
    """The gateway acknowledges within a second of being asked: until then it is as good as done."""
    if asked is None or flag.acknowledged_at is not None:
        return flag
    return replace(
        flag, acknowledged_at=asked.at, acknowledged_by=asked.by, acknowledged_note=asked.note
    )


def _attention(flags: list[Flag], silences: list[Silence]) -> Attention:
    seen = [flag for flag in flags if flag.acknowledged_at is not None]
    last = max(seen, key=lambda flag: flag.acknowledged_at or flag.since, default=None)
    until = [_silent_until(flag, silences) for flag in flags]
    known = [one for one in until if one is not None]
    return Attention(
        waiting=tuple(flag.id for flag in flags if flag.acknowledged_at is None),
        by=None if last is None else last.acknowledged_by or "",
        since=None if last is None else last.acknowledged_at,
        note="" if last is None else last.acknowledged_note,
        silent_until=min(known) if len(known) == len(until) else None,
        is_own_silence=any((s.venue, s.room) == (flags[0].venue, flags[0].room) for s in silences),
    )


def _silent_until(flag: Flag, silences: list[Silence]) -> datetime | None:
    its = (s for s in silences if s.venue == flag.venue and s.covers(flag.room, flag.rule))
    return max((one.over_at for one in its), default=None)
