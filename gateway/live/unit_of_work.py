"""What the live side has made and not written yet: one transaction's worth.

It is emptied only when that transaction is committed, so that a database which is away costs nothing
but time: the same is written by the next attempt.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime

from sqlalchemy import Connection

from gateway.domain.alerts.alerting import AddressedNotice
from gateway.domain.alerts.flag import Flag
from gateway.domain.door import Decided
from gateway.domain.meeting_flag import MeetingFlag
from gateway.domain.people import RoomPeople
from gateway.domain.room_state import FlagState
from gateway.domain.webhook_event import Event, EventType, flag_event
from gateway.journal.entry import RefusedMessage
from gateway.registry import webhook_outbox
from gateway.registry.agenda.meetings import put_meeting_flags
from gateway.registry.alerts import outbox
from gateway.registry.alerts.flags import Change, drop_flags, put_changes, put_flags
from gateway.registry.devices import place
from gateway.registry.live import live_state, operator_requests, quarantine
from gateway.registry.live.door_decisions import put_decisions
from gateway.registry.live.live_state import Cursor
from gateway.registry.live.metric_totals import put_totals
from gateway.registry.rooms import find_room, find_venue
from sensors.wire.topic import DeviceKey, DeviceSlug, RoomKey, RoomSlug, VenueSlug

_TOLD: dict[FlagState, EventType] = {
    "firing": "luchtig.flag.fired",
    "resolved": "luchtig.flag.resolved",
}


@dataclass(slots=True)
class UnitOfWork:
    flags: dict[str, Flag] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    kept: dict[tuple[str, str], MeetingFlag] = field(default_factory=dict)
    acknowledged: list[Flag] = field(default_factory=list)
    posted: list[AddressedNotice] = field(default_factory=list)
    people: dict[RoomKey, RoomPeople] = field(default_factory=dict)
    decided: list[tuple[DeviceKey, Decided]] = field(default_factory=list)
    refused: deque[RefusedMessage] = field(default_factory=lambda: deque(maxlen=quarantine.KEPT))
    hints: dict[DeviceKey, RoomSlug] = field(default_factory=dict)
    done: dict[int, datetime] = field(default_factory=dict)
    counters: dict[tuple[str, str], float] = field(default_factory=dict)

    @property
    def is_urgent(self) -> bool:
        """Whether there is more than values that the next second will bring again."""
        return bool(
            self.passed or self.changes or self.posted or self.refused or self.hints or self.done
        )

    @property
    def has_any(self) -> bool:
        return bool(self.is_urgent or self.flags or self.kept or self.people)

    def clear(self) -> None:
        """It is committed."""
        for held in fields(self):
            getattr(self, held.name).clear()

    def put_flag(self, flag: Flag) -> None:
        self.flags[flag.id] = flag

    def drop_flag(self, flag: Flag) -> None:
        """A pending flag passed: it leaves no trace."""
        self.flags.pop(flag.id, None)
        self.changes = [change for change in self.changes if change.flag != flag.id]
        self.passed.add(flag.id)

    def write(self, conn: Connection, now: datetime) -> None:
        """Write all of it on a transaction's connection."""
        drop_flags(conn, self.passed)
        put_flags(conn, self.flags.values())
        put_changes(conn, self.changes)
        put_meeting_flags(conn, self.kept.values())
        webhook_outbox.tell(conn, self._events(now))
        for letter in self.posted:
            notice = letter.notice
            outbox.post(conn, letter.meeting_id, notice.flag, letter.recipient, notice, letter.at)
        live_state.put_people(conn, self.people.items())
        put_decisions(conn, self.decided)
        quarantine.add_all(conn, tuple(self.refused))
        for (venue, device), room in self.hints.items():
            _adopt(conn, venue, device, room, now)
        for request_id, at in self.done.items():
            operator_requests.mark_done(conn, request_id, at)

    def _events(self, now: datetime) -> Iterator[Event]:
        """What programs elsewhere may want to know of it."""
        for change in self.changes:
            kind = _TOLD.get(change.state)
            flag = self.flags.get(change.flag)
            if kind is not None and flag is not None:
                yield flag_event(kind, flag, change.meeting, change.at)
        for flag in self.acknowledged:
            at = flag.acknowledged_at or now
            yield flag_event("luchtig.flag.acknowledged", flag, None, at)

    def write_position(self, conn: Connection, gateway: str, cursor: Cursor) -> None:
        put_totals(conn, gateway, self.counters)
        live_state.put_cursor(conn, gateway, cursor)


def _adopt(
    conn: Connection, venue: VenueSlug, device: DeviceSlug, room: RoomSlug, now: datetime
) -> None:
    """Hang a device where it says it hangs, if the venue still trusts that and has such a room."""
    trusting = find_venue(conn, venue)
    if trusting is not None and trusting.trust_hints and find_room(conn, venue, room) is not None:
        place(conn, venue, device, room, now)
