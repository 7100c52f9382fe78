"""The live side: journal entries in, room states and flags out, everything else in one transaction.

What is judged is held in memory and written behind, with the place in the journal it belongs to: at
once when a flag changes or somebody is told, otherwise every second of wall time. A gateway that is
killed goes on from what the database holds, and judges the entries after it again to the same end. A
database that is away stops it; the same call, made again, goes on.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from gateway.domain.room import Placement
from gateway.domain.room_state import Rendered, RoomState
from gateway.journal.entry import Entry
from gateway.live.asked import do, is_ours
from gateway.live.audience import tell_firing, tell_resolved
from gateway.live.checkpoint import Replay, nothing_to_replay
from gateway.live.configuration import (
    AROUND,
    FURTHEST_BACK,
    Configuration,
    KnownSpan,
    calendars,
    read_configuration,
)
from gateway.live.judged import Judged
from gateway.live.pace import NORMAL, Pace
from gateway.live.publication import publication_of
from gateway.live.room.room import NOTHING, Drained, LiveRoom
from gateway.live.room.state import RoomView
from gateway.live.rooms import LiveRooms
from gateway.live.unit_of_work import UnitOfWork
from gateway.live.write_behind import WriteBehind
from gateway.registry import revision
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.alerts import flags
from gateway.registry.alerts.flags import CHANGES_AT_ONCE, Publication
from gateway.registry.database import Database
from gateway.registry.live.air_memory import all_memories
from gateway.registry.live.live_state import Cursor, find_cursor
from gateway.registry.live.operator_requests import AcknowledgeRequest, pending_requests
from gateway.registry.policies import put_presets
from sensors.adapters.source import Source
from sensors.clock import Clock
from sensors.wire.topic import RoomKey, VenueSlug


class Engine:
    """Used by one thread. What reads or writes the database may raise DatabaseAway: nothing is lost
    by it, the same call made again goes on.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        gateway: str,
        pace: Pace = NORMAL,
        monotonic: Callable[[], float] = time.monotonic,
        secure: Callable[[int], None] = lambda _position: None,
        venues: frozenset[str] | None = None,
        speaks_as: Callable[[VenueSlug], str] | None = None,
    ) -> None:
        """``gateway`` is by which name its place is kept; ``secure`` as of ``EntryLog``; ``venues`` are the
        ones whose rooms are judged, None for all; ``speaks_as`` is by which client id it tells of one.
        """
        self._database = database
        self._clock = clock
        self._gateway = gateway
        self._pace = pace
        self._monotonic = monotonic
        self._secure = secure
        self._venues = venues
        self._speaks_as = speaks_as or (lambda _venue: gateway)
        now = clock.now()
        self._take_over(Configuration(0, KnownSpan(now, now)), 0)

    def _take_over(self, configuration: Configuration, position: int) -> None:
        """Begin with rooms of which nothing is known yet, at a place in the journal."""
        self._rooms = LiveRooms(configuration, UnitOfWork(), self._widen)
        self._unit_of_work = self._rooms.unit_of_work
        self._write_behind = WriteBehind(
            self._database, self._gateway, self._rooms, self._pace, self._monotonic, position,
            self._secure,
        )  # fmt: skip
        self._drained: list[tuple[RoomKey, Drained]] = []
        self._views: dict[RoomKey, RoomView] = {}
        self._applied = position

    @property
    def cursor(self) -> int:
        """The journal position up to which everything is applied and in the database."""
        return self._write_behind.saved

    @property
    def needed_after(self) -> int:
        """The journal position beyond which a restart would read again, for the estimates."""
        return self._write_behind.needed_after

    def hurry(self, *, is_full: bool) -> None:
        """Whether the journal is: what its entries are needed for is written sooner."""
        self._write_behind.hurry(is_full=is_full)

    @property
    def changes_written(self) -> int:
        """Another one with each change of a flag that is written."""
        return self._write_behind.changes

    def load(self, replay: Replay = nothing_to_replay) -> None:
        """Configuration and state from the database; puts the presets of policies in. ``replay`` reads
        the journal, for what the estimates heard since they were written.
        """
        with self._database.write() as conn:
            put_presets(conn)
        now = self._clock.now()
        with self._database.read() as conn:
            found = find_cursor(conn, self._gateway)
            cursor = found or Cursor(0, now)
            away_s = self._clock.wall_s((now - cursor.alive).total_seconds())
            was_away = found is None or not 0 <= away_s <= self._pace.away_after_s
            heard_at = now if was_away else cursor.alive
            span = KnownSpan(now - AROUND, now + AROUND)
            configuration = read_configuration(conn, span, self._venues)
            self._take_over(configuration, cursor.position)
            backlog = timedelta(seconds=self._pace.backlog_s * self._clock.speed)
            self._rooms.load(conn, now)
            # Of a clock that ran ahead nothing is remembered: it would shut out what comes now.
            backlog = timedelta(seconds=self._pace.backlog_s * self._clock.speed)
            latest_at = max(now, heard_at) + backlog
            memories = [m for m in all_memories(conn) if m.at <= latest_at]
        away_until = now + backlog if was_away else None
        changed: list[LiveRoom] = []
        self._write_behind.restore(
            memories, replay,
            lambda: changed.extend(self._rooms.listen(now, latest_at, away_until)),
        )  # fmt: skip
        self._rooms.resume(heard_at, latest_at, changed)

    def refresh(self, caught_up_to: datetime | None = None) -> Judged | None:
        """Take over a configuration that changed and do what people asked; None where there is
        nothing of either. ``placements`` may be others afterwards. ``caught_up_to`` as of ``tick``.
        """
        now = self._clock.now()
        until = now if caught_up_to is None else min(caught_up_to, now)
        with self._database.read() as conn:
            known = self._rooms.configuration
            changed = revision.current(conn) != known.revision
            asked = [r for r in pending_requests(conn) if r.id not in self._unit_of_work.done]
            acknowledged = {
                request.flag: flags.find_flag(conn, request.flag)
                for request in asked
                if isinstance(request, AcknowledgeRequest)
            }
            asked = [one for one in asked if is_ours(one, acknowledged, known)]
            if not changed and not asked:
                return None
            configuration = read_configuration(conn, known.span, self._venues) if changed else None
            if changed:
                self._rooms.last_seen.load(conn)
        if configuration is not None:
            self._rooms.configure(configuration, now, until)
            self._write_behind.look_anew()
            self._views.clear()
        for request in asked:
            do(request, self._rooms, acknowledged, now)
        return self._finish(now)

    def apply(
        self, entries: Sequence[tuple[int, Entry]], counters: Mapping[tuple[str, str], float]
    ) -> Judged:
        """Judge entries in the order of the journal; those that were judged already are left out."""
        if self._write_behind.is_stuck:
            self._write_behind.write(self._applied, self._clock.now())
        take = self._rooms.take
        for position, entry in entries:
            if position > self._applied:
                take(entry)
                self._applied = position
        self._unit_of_work.counters.update(counters)
        now = self._clock.now()
        self._rooms.after_entries(now)
        return self._finish(now)

    def tick(self, caught_up_to: datetime | None = None) -> Judged:
        """Judge the rooms at the clock: silence, what has lasted long enough, meetings that begin and
        end. All that had arrived by ``caught_up_to`` was applied; None: all there is. Nothing is judged
        later than that, nor told while that is long ago.
        """
        now = self._clock.now()
        until = now if caught_up_to is None else min(caught_up_to, now)
        if now + AROUND / 2 > self._rooms.configuration.span.end:
            self._widen(now)
        self._rooms.pass_time(until)
        return self._finish(now, caught_up_to=until)

    @property
    def rooms(self) -> Collection[RoomKey]:
        """The rooms there are."""
        return self._rooms.rooms.keys()

    def state(self, key: RoomKey) -> RoomState:
        """One of the ``rooms`` as it is now."""
        return self._view(key).at(self._clock.now())

    def rendered(self, key: RoomKey) -> Rendered:
        """The same as it is published."""
        return self._view(key).rendered(self._clock.now())

    def states(self) -> tuple[RoomState, ...]:
        """Every room as it is now."""
        return tuple(self.state(key) for key in self.rooms)

    def unpublished(self, limit: int = CHANGES_AT_ONCE) -> tuple[Publication, ...]:
        """The oldest changes of flags that are still to be published."""
        with self._database.read() as conn:
            found = flags.unpublished_changes(conn, limit, self._venues)
        return tuple(publication_of(flag, change, self._evidence(flag)) for flag, change in found)

    def mark_published(self, history_ids: Sequence[int]) -> None:
        """The broker has these changes."""
        with self._database.write() as conn:
            flags.mark_published(conn, history_ids)

    def placements(self) -> tuple[Placement, ...]:
        """Where every device hung from when to when."""
        return self._rooms.configuration.placements

    def zones(self) -> Mapping[str, ZoneInfo]:
        """The time zone of every venue."""
        return self._rooms.configuration.zones

    def sources(self) -> tuple[Source, ...]:
        """Devices of other makers that are heard, as somebody said on a page."""
        return self._rooms.configuration.sources

    def _finish(self, now: datetime, *, caught_up_to: datetime | None = None) -> Judged:
        """Hand out what changed, once what must not be lost is written."""
        self._tell(now, caught_up_to)
        self._write_behind.write_if_due(self._applied, now)
        made = self._collect()
        return Judged(self._changed(), made.samples, made.misses, made.decided)

    def _tell(self, now: datetime, caught_up_to: datetime | None) -> None:
        """Tell who is to be told: of any room where all is applied that had arrived just now, of those
        that stand at the present otherwise.
        """
        rooms = self._rooms
        everywhere = caught_up_to is not None and self._is_fresh(caught_up_to, now)
        at = caught_up_to if caught_up_to is not None and everywhere else now
        changes = rooms.changes
        touched = changes.touched | changes.flagged if everywhere else changes.touched
        for key in sorted(touched & rooms.rooms.keys()):
            room = rooms.rooms[key]
            drained = room.drain()
            if drained is not NOTHING:
                self._drained.append((room.key, drained))
                tell_resolved(drained.ended, rooms.notified, now)
            if room.flags and (everywhere or self._is_of_now(room, now)):
                tell_firing(room, rooms.notified, at)

    def _collect(self) -> Drained:
        """What the rooms made since it was collected last, room by room."""
        made = [drained for _, drained in sorted(self._drained, key=itemgetter(0))]
        self._drained.clear()
        return Drained(
            tuple(sample for drained in made for sample in drained.samples),
            tuple(miss for drained in made for miss in drained.misses),
            tuple(flag for drained in made for flag in drained.ended),
            tuple(one for drained in made for one in drained.decided),
        )

    def _changed(self) -> tuple[RoomKey, ...]:
        """The rooms of which something changed since this was asked last."""
        touched = self._rooms.changes.touched
        changed = tuple(touched & self._rooms.rooms.keys())
        touched.clear()
        return changed

    def _is_of_now(self, room: LiveRoom, now: datetime) -> bool:
        """Whether judging stands at the present: a breach that is over is told to nobody, nor one that
        will be by what is due already.
        """
        at, due_at = room.limits_at, room.due_at
        is_due = due_at is not None and due_at <= now
        return at is not None and not is_due and self._is_fresh(at, now)

    def _is_fresh(self, at: datetime, now: datetime) -> bool:
        return self._clock.wall_s((now - at).total_seconds()) < self._pace.fresh_s

    def _widen(self, at: datetime) -> None:
        """Read the meetings about ``at`` too."""
        configuration = self._rooms.configuration
        span = configuration.span.around(at, self._clock.now() - FURTHEST_BACK)
        if span != configuration.span:
            with self._database.read() as conn:
                found = meetings_between(conn, span.start, span.end)
            self._rooms.meetings(replace(configuration, span=span, calendars=calendars(found)))

    def _view(self, key: RoomKey) -> RoomView:
        room = self._rooms.rooms[key]
        view = self._views.get(key)
        if view is None or view.room is not room:
            view = self._views[key] = RoomView(room, self._speaks_as(key[0]))
        return view

    def _evidence(self, flag: flags.Flag) -> tuple[dict[str, Any], ...]:
        room = self._rooms.rooms.get((flag.venue, flag.room))
        return () if room is None else room.evidence_of(flag)
