"""All rooms as the live side knows them, and what it does with each kind of journal entry."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from msgspec import structs
from sqlalchemy import Connection

from gateway.domain.alerts.alerting import FlagResolved
from gateway.domain.alerts.flag import Flag, close
from gateway.domain.meeting_flag import MeetingFlag
from gateway.domain.people import RoomPeople
from gateway.domain.room import NOWHERE
from gateway.journal.entry import Entry, Note, RefusedMessage
from gateway.live.changes import Changes
from gateway.live.checkpoint import Checkpointed, MemoryKey
from gateway.live.configuration import Configuration
from gateway.live.last_seen import LastSeen
from gateway.live.notified import Notified
from gateway.live.outdoor import VenueOutdoor
from gateway.live.room.context import RoomContext
from gateway.live.room.flags import RoomFlags
from gateway.live.room.latest import Stored
from gateway.live.room.room import NOBODY_COUNTED, LiveRoom
from gateway.live.unit_of_work import UnitOfWork
from gateway.registry.agenda.meetings import kept_of_flags
from gateway.registry.alerts.flags import Change, open_flags
from gateway.registry.alerts.told_records import told_of
from gateway.registry.live.live_state import all_people
from gateway.registry.live.operator_requests import PeopleRequest
from gateway.store.interface import Placed
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import DeviceKey, DeviceSlug, RoomKey, VenueSlug

log = logging.getLogger(__name__)

NOTHING_KEPT: Mapping[str, Iterable[MeetingFlag]] = {}


class LiveRooms:
    """``widen`` is called with the time of a reading from before the meetings that are in memory."""

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
        self.venues: dict[VenueSlug, VenueOutdoor] = {}
        self.changes = Changes()
        self._stored: dict[RoomKey, Stored] = {}
        self._widen = widen
        self._doors: dict[DeviceKey, RoomKey] = {}
        self._from_ns = to_ns(configuration.span.start)
        self._hung_ever = configuration.hung_ever()

    def load(self, conn: Connection, now: datetime) -> None:
        """What the database holds of the rooms but their newest values."""
        self.last_seen.load(conn)
        self.venues = {slug: VenueOutdoor() for slug in self.configuration.venues}
        people = all_people(conn)
        flags, kept = self._load_flags(conn, now)
        for key in self.configuration.rooms:
            its = people.get(key, NOBODY_COUNTED)
            self._doors |= {(key[0], device): key for device in its.doors}
            self._add(key, self.configuration, its, flags.get(key, ()), kept)

    def listen(
        self, now: datetime, latest_at: datetime, away_until: datetime | None
    ) -> list[LiveRoom]:
        """Watch the rooms, of which it is known since when they were watched before. Where the gateway
        was away the silence of that time was its own: it counts from ``away_until``, but where it had
        been called a breach before. The rooms that are watched otherwise than before are for
        ``resume``. Of after ``latest_at`` nothing is kept: it is of a clock that ran ahead.
        """
        for key, room in self.rooms.items():
            newest = self._stored[key].told.known_by(latest_at)
            if away_until and newest.watched_since is not None and "no_data" not in room.flags:
                newest = structs.replace(newest, watched_since=away_until)
            room.go_on_from(newest)
        return self._watch(away_until or now)

    def resume(self, heard_at: datetime, latest_at: datetime, changed: Iterable[LiveRoom]) -> None:
        """Go on from there, once the readings up to there were heard again."""
        for key, room in self.rooms.items():
            newest = self._stored[key].told.known_by(latest_at)
            room.go_on_from(structs.replace(newest, watched_since=room.newest.watched_since))
            room.resume(heard_at)
        for room in changed:
            room.judge_anew(heard_at)
        for room in self.rooms.values():
            self.changes.touch(room)

    def configure(self, configuration: Configuration, now: datetime, until: datetime) -> None:
        """Take over a configuration that changed, and judge by it what is known ``until`` then."""
        self.meetings(configuration)
        self._hung_ever = configuration.hung_ever()
        for key in self.rooms.keys() - configuration.rooms.keys():
            room = self.rooms.pop(key)
            for flag in room.flags.values():
                self._close(flag, room.kept_of(flag), now)
            self.unit_of_work.people.pop(key, None)
            self.changes.forget(key)
            del self._stored[key]
            self._doors = {device: room for device, room in self._doors.items() if room != key}
        for key in configuration.rooms.keys() - self.rooms.keys():
            self._add(key, configuration).begin()
        self._watch(now)
        for room in self.rooms.values():
            room.judge_anew(until)
            self.changes.touch(room)

    def meetings(self, configuration: Configuration) -> None:
        """Take over meetings of a longer time."""
        self.configuration = configuration
        self.notified.look_again()
        self._from_ns = to_ns(configuration.span.start)
        for key, room in self.rooms.items():
            if key in configuration.rooms:
                room.configure(configuration)

    def take(self, entry: Entry) -> None:
        """Judge one entry of the journal, in the room that it belongs to."""
        if isinstance(entry, Note):
            self._noted(entry)
        elif isinstance(entry, RefusedMessage):
            self.unit_of_work.refused.append(entry)
        if not isinstance(entry, Placed):
            return
        reading = entry.reading
        self.last_seen.saw(reading, air=isinstance(reading, AirReading))
        room = None if entry.room == NOWHERE else self.rooms.get((reading.venue, entry.room))
        if room is None:
            return
        arrived = from_ns(reading.arrived_ns)
        # A clock that runs ahead must not shut out what comes when it was put right.
        at = arrived if reading.at_ns >= reading.arrived_ns else from_ns(reading.at_ns)
        if reading.at_ns < self._from_ns:
            self._widen(at)
        self._stored[room.key].hear(reading)
        if isinstance(reading, AirReading):
            self.venues[reading.venue].update(reading)
            self.changes.heard(reading.venue)
            if not room.read_air(at, arrived, reading.device, reading.co2_ppm):
                return
        else:
            self._count(room, at, reading)
            room.move(reading.device, at, reading.motion)
        self.changes.touch(room)

    def after_entries(self, now: datetime) -> None:
        """What a batch of entries may have changed beside the rooms themselves."""
        if self.last_seen.devices_changed:
            self.last_seen.devices_changed = False
            for room in self._watch(now):
                room.judge_anew(now)
                self.changes.touch(room)

    def pass_time(self, now: datetime) -> None:
        """Judge the rooms of which time alone changes something at the moments up to ``now``."""
        for key in self.changes.due(now):
            room = self.rooms.get(key)
            if room is not None and room.pass_time(now):
                self.changes.touch(room)
            elif room is not None:
                self.changes.put_back(room)

    def set_people(self, request: PeopleRequest) -> None:
        key = (request.venue, request.room)
        room = self.rooms.get(key)
        if room is None:
            log.warning("request %s: there is no room %s/%s", request.id, *key)
            return
        room.set_people(request.at, request.people)
        self.changes.touch(room)

    def acknowledge(self, flag: Flag) -> None:
        """A flag, open or not, was marked as seen."""
        room = self.rooms.get((flag.venue, flag.room))
        if room is None or flag.rule not in room.flags or room.flags[flag.rule].id != flag.id:
            self.unit_of_work.put_flag(flag)
            return
        room.mark(flag)
        self.changes.touch(room)

    def open_flag(self, flag_id: str) -> Flag | None:
        flags = (flag for key in self.changes.flagged for flag in self.rooms[key].flags.values())
        return next((flag for flag in flags if flag.id == flag_id), None)

    def checkpointed(self) -> dict[MemoryKey, Checkpointed]:
        """All that is remembered beside counts and flags."""
        found: dict[MemoryKey, Checkpointed] = {
            (slug, "venue", ""): venue for slug, venue in self.venues.items()
        }
        for (venue, slug), room in self.rooms.items():
            found[venue, "room", slug] = room
            found[venue, "advice", slug] = room.advice
            found[venue, "newest", slug] = self._stored[venue, slug]
        return found

    def _load_flags(
        self, conn: Connection, now: datetime
    ) -> tuple[dict[RoomKey, list[Flag]], dict[str, list[MeetingFlag]]]:
        """The open flags of each room, and what meetings keep of each; those of a room that is gone are
        closed.
        """
        found = [flag for flag in open_flags(conn) if self.configuration.is_ours(flag.venue)]
        ids = [flag.id for flag in found]
        self.notified.load(told_of(conn, ids))
        flags: dict[RoomKey, list[Flag]] = {}
        kept: dict[str, list[MeetingFlag]] = {}
        for one in kept_of_flags(conn, ids):
            kept.setdefault(one.flag, []).append(one)
        for flag in found:
            key = (flag.venue, flag.room)
            if key in self.configuration.rooms:
                flags.setdefault(key, []).append(flag)
            else:
                self._close(flag, kept.get(flag.id, ()), now)
        return flags, kept

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
        watched: dict[RoomKey, dict[DeviceSlug, float | None]] = {}
        for device, room in self.configuration.hanging():
            if self.last_seen.measures_air(device):
                told_s = self.last_seen.interval_s(device)
                watched.setdefault(room, {})[device[1]] = told_s
        rooms = self.rooms.items()
        return [room for key, room in rooms if room.watch(now, watched.get(key, {}))]

    def _add(
        self,
        key: RoomKey,
        configuration: Configuration,
        people: RoomPeople = NOBODY_COUNTED,
        flags: Iterable[Flag] = (),
        kept: Mapping[str, Iterable[MeetingFlag]] = NOTHING_KEPT,
    ) -> Stored:
        outdoors = self.venues.setdefault(key[0], VenueOutdoor())
        context = RoomContext(key, configuration, self.last_seen)
        its = [one for flag in flags for one in kept.get(flag.id, ())]
        open_flags = RoomFlags(context, self.unit_of_work, flags, its)
        room = self.rooms[key] = LiveRoom(context, open_flags, self.unit_of_work, outdoors, people)
        self._stored[key] = stored = Stored(room)
        return stored

    def _count(self, room: LiveRoom, at: datetime, reading: PeopleReading) -> bool:
        if reading.count is not None:
            return room.count(at, reading.count)
        if reading.in_total is not None and reading.out_total is not None:
            return self._passed(room, reading.device, at, reading.in_total, reading.out_total)
        return False

    def _passed(
        self, room: LiveRoom, device: DeviceSlug, at: datetime, in_total: int, out_total: int
    ) -> bool:
        door = (room.key[0], device)
        hung = self.rooms.get(self._doors.get(door, room.key))
        if hung is not None and hung is not room:
            if not hung.lose_door(device, at):
                return False
            self.changes.touch(hung)
        self._doors[door] = room.key
        return room.pass_door(device, at, in_total, out_total)

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
