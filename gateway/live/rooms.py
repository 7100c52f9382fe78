"""All rooms as the live side knows them, and what it does with each kind of journal entry."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.domain.alerting import FlagResolved
from gateway.domain.flag import Flag, close
from gateway.domain.meeting_flag import MeetingFlag
from gateway.domain.room import NOWHERE
from gateway.journal.entry import Entry, Note, RefusedMessage
from gateway.live.checkpoint import MemoryKey, Remembers
from gateway.live.configuration import Configuration
from gateway.live.last_seen import LastSeen
from gateway.live.latest import latest_of, recall
from gateway.live.notified import Notified
from gateway.live.outdoor import VenueOutdoor
from gateway.live.room import LiveRoom
from gateway.live.unit_of_work import UnitOfWork
from gateway.registry.alerts.flags import Change, open_flags
from gateway.registry.alerts.told_records import told_of
from gateway.registry.live_state import Latest, all_latest, all_people
from gateway.registry.meetings import kept_of_flags
from gateway.registry.operator_requests import PeopleRequest
from gateway.store.interface import Placed
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import DeviceKey, RoomKey

log = logging.getLogger(__name__)


class LiveRooms:
    """``touched`` are the rooms of which something changed since it was last emptied. ``widen`` is
    called with the time of a reading from before the meetings that are in memory.
    """

    def __init__(
        self,
        configuration: Configuration,
        unit_of_work: UnitOfWork,
        widen: Callable[[datetime], None],
    ) -> None:
        self.configuration = configuration
        self.unit_of_work = unit_of_work
        self.notified = Notified(unit_of_work)
        self.last_seen = LastSeen()
        self.rooms: dict[RoomKey, LiveRoom] = {}
        self.venues: dict[str, VenueOutdoor] = {}
        self.touched: set[RoomKey] = set()
        self._widen = widen
        self._doors: dict[DeviceKey, RoomKey] = {}
        self._from_ns = to_ns(configuration.span.start)
        self._hung_ever = configuration.hung_ever()

    def load(
        self,
        conn: Connection,
        heard_at: datetime,
        now: datetime,
        *,
        was_away: bool,
        backlog: timedelta,
    ) -> list[LiveRoom]:
        """What the database holds of the rooms, as they were at ``heard_at``: what is in the journal
        beyond that comes first. Where the gateway was away the silence of that time was its own: it
        counts from now, once a ``backlog`` had time to come in, but where it had been called a
        breach before. The rooms that are watched otherwise than before are for ``resume``.
        """
        self.last_seen.load(conn)
        self.venues = {slug: VenueOutdoor() for slug in self.configuration.venues}
        self.rooms = {
            key: self._room_of(key, self.configuration) for key in self.configuration.rooms
        }
        for key, people in all_people(conn).items():
            if key in self.rooms:
                self.rooms[key].people = people
                self._doors |= {(key[0], device): key for device in people.doors}
        for latest in all_latest(conn):
            room = self.rooms.get((latest.venue, latest.room))
            if room is not None and latest.at <= max(now, heard_at) + backlog:
                recall(room, latest)
        self._load_flags(conn, now)
        for room in self.rooms.values():
            if was_away and room.watched_since is not None and "no_data" not in room.flags:
                room.watched_since = now + backlog
        return self._watch(now + backlog if was_away else now)

    def resume(self, heard_at: datetime, changed: Iterable[LiveRoom]) -> None:
        """Go on from there, once the estimates are as they were too."""
        for room in self.rooms.values():
            room.resume(heard_at)
        for room in changed:
            room.judge_anew(heard_at)
        self.touched = set(self.rooms)

    def configure(self, configuration: Configuration, now: datetime, until: datetime) -> None:
        """Take over a configuration that changed, and judge by it what is known ``until`` then."""
        self.meetings(configuration)
        self._hung_ever = configuration.hung_ever()
        for key in self.rooms.keys() - configuration.rooms.keys():
            room = self.rooms.pop(key)
            for flag in room.flags.values():
                self._close(flag, room.kept.get(flag.id, {}).values(), now)
            self._forget(key)
        for key in configuration.rooms.keys() - self.rooms.keys():
            self.rooms[key] = self._room_of(key, configuration)
        self._watch(now)
        for room in self.rooms.values():
            room.judge_anew(until)
        self.touched |= set(self.rooms)

    def meetings(self, configuration: Configuration) -> None:
        """Take over meetings of a longer time."""
        self.configuration = configuration
        self.notified.look_again()
        self._from_ns = to_ns(configuration.span.start)
        for key, room in self.rooms.items():
            if key in configuration.rooms:
                room.configure(configuration)

    def take(self, entry: Entry) -> None:
        """Judge one entry of the journal."""
        if isinstance(entry, Placed):
            reading = entry.reading
            if isinstance(reading, AirReading):
                self.last_seen.saw(reading, air=True)
                self._air(entry.room, reading)
            else:
                self.last_seen.saw(reading, air=False)
                self._people(entry.room, reading)
        elif isinstance(entry, Note):
            self._noted(entry)
        elif isinstance(entry, RefusedMessage):
            self.unit_of_work.refused.append(entry)

    def after_entries(self, now: datetime) -> None:
        """What a batch of entries may have changed beside the rooms themselves."""
        if self.last_seen.kinds_changed:
            self.last_seen.kinds_changed = False
            for room in self._watch(now):
                room.judge_anew(now)
                self.touched.add(room.key)

    def pass_time(self, now: datetime) -> None:
        """Judge every room at the moments up to ``now``."""
        for key, room in self.rooms.items():
            advanced = room.due_at is not None and room.advance(now)
            heard = room.silent_at is not None and room.hear(now)
            if advanced or heard:
                self.touched.add(key)

    def set_people(self, request: PeopleRequest) -> None:
        room = self.rooms.get((request.venue, request.room))
        if room is None:
            log.warning(
                "request %s: there is no room %s/%s", request.id, request.venue, request.room
            )
            return
        room.set_people(request.at, request.people)
        self.touched.add(room.key)

    def acknowledge(self, flag: Flag) -> None:
        """A flag, open or not, was marked as seen."""
        room = self.rooms.get((flag.venue, flag.room))
        if room is None or flag.rule not in room.flags or room.flags[flag.rule].id != flag.id:
            self.unit_of_work.put_flag(flag)
            return
        room.mark(flag)
        self.touched.add(room.key)

    def open_flag(self, flag_id: str) -> Flag | None:
        for room in self.rooms.values():
            for flag in room.flags.values():
                if flag.id == flag_id:
                    return flag
        return None

    def remembering(self) -> dict[MemoryKey, Remembers]:
        """All that remembers more of the air than its newest values."""
        found: dict[MemoryKey, Remembers] = {
            (venue, "room", slug): room.room_air for (venue, slug), room in self.rooms.items()
        }
        found |= {
            (venue, "advice", slug): room.room_advice for (venue, slug), room in self.rooms.items()
        }
        found |= {(slug, "venue", ""): venue for slug, venue in self.venues.items()}
        return found

    def latest(self) -> Iterable[Latest]:
        """The newest of the rooms that are not written yet."""
        for key in sorted(self.unit_of_work.rooms & self.rooms.keys()):
            yield from latest_of(self.rooms[key])

    def _load_flags(self, conn: Connection, now: datetime) -> None:
        found = open_flags(conn)
        ids = [flag.id for flag in found]
        self.notified.load(told_of(conn, ids))
        kept: dict[str, dict[str, MeetingFlag]] = {}
        for one in kept_of_flags(conn, ids):
            kept.setdefault(one.flag, {})[one.meeting] = one
        for flag in found:
            room = self.rooms.get((flag.venue, flag.room))
            if room is None:
                self._close(flag, kept.get(flag.id, {}).values(), now)
                continue
            room.flags[flag.rule] = flag
            if flag.id in kept:
                room.kept[flag.id] = kept[flag.id]

    def _close(self, flag: Flag, kept: Iterable[MeetingFlag], now: datetime) -> None:
        """The flag's room is there no more: it is over, and who knows of it hears so."""
        after = close(flag, now).flag
        if after is None:
            self.unit_of_work.drop_flag(flag)
            return
        self.unit_of_work.put_flag(after)
        self.unit_of_work.changes.append(Change(None, flag.id, now, after.state, flag.value, None))
        for one in kept:
            ended = replace(one, state=after.state, until=one.until or now)
            self.unit_of_work.kept[one.meeting, one.flag] = ended
        self.notified.ended(FlagResolved(after), now)

    def _watch(self, now: datetime) -> list[LiveRoom]:
        """Watch the rooms where a device hangs that measures air; those of which that changed."""
        watched = {
            room
            for device, room in self.configuration.hanging()
            if self.last_seen.measures_air(device)
        }
        changed = []
        for key, room in self.rooms.items():
            if (key in watched) != (room.watched_since is not None):
                room.watch(now if key in watched else None)
                changed.append(room)
        return changed

    def _room_of(self, key: RoomKey, configuration: Configuration) -> LiveRoom:
        outdoors = self.venues.setdefault(key[0], VenueOutdoor())
        return LiveRoom(key, configuration, self.unit_of_work, outdoors)

    def _forget(self, key: RoomKey) -> None:
        self.unit_of_work.rooms.discard(key)
        self.unit_of_work.people.pop(key, None)
        self._doors = {device: room for device, room in self._doors.items() if room != key}

    def _air(self, slug: str, reading: AirReading) -> None:
        room = self._room(reading.venue, slug)
        if room is None:
            return
        arrived = from_ns(reading.arrived_ns)
        # A clock that runs ahead must not shut out what comes when it was put right.
        ahead = reading.at_ns >= reading.arrived_ns
        at = arrived if ahead else from_ns(reading.at_ns)
        if reading.at_ns < self._from_ns:
            self._widen(at)
        self.venues[reading.venue].heard(reading)
        if room.air(at, arrived, reading.device, reading.co2_ppm):
            self.touched.add(room.key)

    def _people(self, slug: str, reading: PeopleReading) -> None:
        room = self._room(reading.venue, slug)
        if room is None:
            return
        at = from_ns(min(reading.at_ns, reading.arrived_ns))
        if reading.at_ns < self._from_ns:
            self._widen(at)
        if reading.count is not None:
            changed = room.counted(at, reading.count)
        elif reading.in_total is not None and reading.out_total is not None:
            changed = self._passed(room, reading.device, at, reading.in_total, reading.out_total)
        else:
            return
        if changed:
            self.touched.add(room.key)

    def _passed(
        self, room: LiveRoom, device: str, at: datetime, in_total: int, out_total: int
    ) -> bool:
        door = (room.key[0], device)
        hung = self.rooms.get(self._doors.get(door, room.key))
        if hung is not None and hung is not room:
            if device in hung.people.doors and at <= hung.people.doors[device].at:
                return False
            hung.lose_door(device)
            self.touched.add(hung.key)
        self._doors[door] = room.key
        return room.passed(device, at, in_total, out_total)

    def _room(self, venue: str, slug: str) -> LiveRoom | None:
        return None if slug == NOWHERE else self.rooms.get((venue, slug))

    def _noted(self, note: Note) -> None:
        self.last_seen.noted(note)
        if note.about is None or note.about.room is None:
            return
        device = (note.venue, note.device)
        venue = self.configuration.venues.get(note.venue)
        if venue is None or not venue.trust_hints or device in self._hung_ever:
            return
        if (note.venue, note.about.room) in self.configuration.rooms:
            self.unit_of_work.hints[device] = note.about.room
            self._hung_ever.add(device)
