"""Keeps the meetings in step with the calendar feeds: polls each, and puts what changed.

All waiting goes by wall time, what a calendar is read for by the clock. A feed that fails is asked
less and less often; its meetings stay as they were last known.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from gateway.calendars.protocol import Answer, Calendar, CalendarRequest
from gateway.calendars.subprocess_call import Stopped, ask
from gateway.calendars.sync import Synced, sync
from gateway.config import CalendarSettings
from gateway.domain.calendar.feed import Feed, FeedState
from gateway.domain.calendar.problem import Failure, failure_line
from gateway.domain.calendar.reconcile import Source
from gateway.domain.calendar.room_matching import RoomMatching
from gateway.outage import BackOff, Outage, repeat
from gateway.outward.address import BadAddress, parse
from gateway.registry.agenda.feeds import (
    all_feeds,
    all_states,
    feed_state,
    find_feed,
    put_state,
    put_troubles,
)
from gateway.registry.database import Database, DatabaseAway
from gateway.registry.rooms import all_rooms, find_venue
from sensors.clock import Clock
from sensors.time_zone import zone_or_utc

LOOK_EVERY_S: Final = 1.0
BEHIND: Final = timedelta(days=1)
AHEAD: Final = timedelta(days=60)
READ_AGAIN: Final = timedelta(hours=12)
"""A calendar that does not change is read again after so long: what it holds for later comes
near."""
LONGEST_WAIT_S: Final = 6 * 3600.0
HELD_S: Final = 30.0
"""How long a feed is left alone whose meetings the database did not take."""

Asking = Callable[[CalendarRequest, threading.Event], Answer]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Setup:
    """A feed as it is to be read: its state, how its meetings find their rooms, and the venue's
    zone.
    """

    feed: Feed
    state: FeedState
    matching: RoomMatching
    zone: str

    @property
    def print(self) -> str:
        """Stands for all that decides where a meeting is put."""
        rooms = [(room.slug, room.name) for room in self.matching.rooms]
        said = (
            self.feed.url,
            self.feed.room,
            self.feed.rules,
            self.zone,
            rooms,
            self.matching.venue.name,
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()


class CalendarWorker:
    """``run`` in a thread of its own; the only one that puts the meetings of feeds."""

    def __init__(
        self,
        database: Database,
        settings: CalendarSettings,
        clock: Clock,
        venues: frozenset[str] | None = None,
        asking: Asking = ask,
    ) -> None:
        """``venues`` are those whose feeds it follows, None for all."""
        self._database = database
        self._venues = venues
        self._allow_private = settings.allow_private
        self._clock = clock
        self._asking = asking
        self._due_s: dict[str, float] = {}
        self._held_s: dict[str, float] = {}
        self._refusals: dict[str, int] = {}
        self._outage = Outage(log, "calendars")

    def run(self, stop: threading.Event) -> None:
        """Look every second until ``stop``. A database that is away is waited for."""

        def look() -> bool:
            return self.look(stop)

        repeat(look, LOOK_EVERY_S, (DatabaseAway,), stop, outage=self._outage)

    def look(self, stop: threading.Event) -> bool:
        """Read every feed that is due, or that somebody wants read at once; False where one is
        still left alone because the database was away when it was read.

        Raises:
            DatabaseAway: the database is away.

        """
        with self._database.read() as conn:
            feeds, states = all_feeds(conn), all_states(conn)
        problem: DatabaseAway | None = None
        for feed in feeds:
            if stop.is_set():
                return True
            if not self._is_due(feed, states.get(feed.slug, FeedState())):
                continue
            try:
                self._due_s[feed.slug] = time.monotonic() + self._read(feed.slug, stop)
                self._held_s.pop(feed.slug, None)
                self._refusals.pop(feed.slug, None)
            except Stopped:
                return True
            except DatabaseAway as error:
                # The others get their turn, and its server is not asked every second.
                problem = error
                self._held_s[feed.slug] = time.monotonic() + HELD_S
            except SQLAlchemyError as error:
                self._set_aside(feed, error)
        if problem is not None:
            raise problem
        return not (self._held_s.keys() - self._refusals.keys()) & {feed.slug for feed in feeds}

    def _set_aside(self, feed: Feed, error: SQLAlchemyError) -> None:
        """The database refuses what a feed brings: that is said once, and the others go on."""
        refusals = self._refusals[feed.slug] = self._refusals.get(feed.slug, 0) + 1
        if refusals == 1:
            log.error("calendar %s: the database refuses its meetings", feed.slug, exc_info=error)
        now = time.monotonic()
        self._held_s[feed.slug] = now + HELD_S
        self._due_s[feed.slug] = now + BackOff(feed.every_s, LONGEST_WAIT_S).even_s(refusals)

    def _is_due(self, feed: Feed, state: FeedState) -> bool:
        if self._venues is not None and feed.venue not in self._venues:
            return False
        at = time.monotonic()
        wanted = feed.asked != state.answered or at >= self._due_s.get(feed.slug, 0.0)
        return wanted and at >= self._held_s.get(feed.slug, 0.0)

    def _read(self, slug: str, stop: threading.Event) -> float:
        """Read one feed; how long to wait before the next time."""
        setup = self._setup(slug)
        if setup is None:
            return 0.0
        now = self._clock.now()
        answer = self._asking(self._request(setup, now), stop)
        state = self._taken(setup, answer, now)
        if state is None:
            return 0.0
        return _wait_s(setup.feed, state)

    def _setup(self, slug: str) -> _Setup | None:
        with self._database.read() as conn:
            feed = find_feed(conn, slug)
            venue = None if feed is None else find_venue(conn, feed.venue)
            if feed is None or venue is None:
                return None
            rooms = all_rooms(conn, venue.slug)
            matching = RoomMatching(venue, tuple(rooms), feed.room, feed.rules)
            return _Setup(feed, feed_state(conn, slug), matching, zone_or_utc(venue.timezone).key)

    def _request(self, setup: _Setup, now: datetime) -> CalendarRequest:
        state = setup.state
        read_at = state.read_at
        fresh = read_at is not None and timedelta(0) <= now - read_at < READ_AGAIN
        same = fresh and state.setup == setup.print
        return CalendarRequest(
            url=setup.feed.url,
            start=now - BEHIND,
            end=now + AHEAD,
            zone=setup.zone,
            allow_private=self._allow_private,
            etag=state.etag if same else None,
            last_modified=state.last_modified if same else None,
            digest=state.digest if same else None,
        )

    def _taken(self, setup: _Setup, answer: Answer, now: datetime) -> FeedState | None:
        """Put what was answered; None where the feed was changed or removed meanwhile."""
        feed = setup.feed
        state = replace(setup.state, answered=feed.asked, tried_at=now)
        synced: Synced | None = None
        with self._database.write() as conn:
            if find_feed(conn, feed.slug) != feed:
                return None
            if answer.failure is not None:
                state = _failed(state, answer.failure, now)
            else:
                state = replace(state, ok_at=now, failure=None, failing_since=None, failures=0)
                state = replace(
                    state,
                    etag=answer.etag,
                    last_modified=answer.last_modified,
                    digest=answer.digest,
                )
            if answer.calendar is not None:
                source = Source(feed.venue, feed.slug, feed.slug)
                synced = sync(conn, source, setup.matching, answer.calendar, now)
                state = replace(state, setup=setup.print, read_at=now, meetings=synced.meetings)
                put_troubles(conn, feed.slug, answer.calendar.problems, synced.unplaced)
            put_state(conn, feed.slug, state)
        _tell(setup, state, answer.calendar, synced)
        return state


def _failed(state: FeedState, failure: Failure, now: datetime) -> FeedState:
    since = state.failing_since or now
    return replace(state, failure=failure, failing_since=since, failures=state.failures + 1)


def _wait_s(feed: Feed, state: FeedState) -> float:
    """Twice as long after each failure, up to a limit; never sooner than the server asks for."""
    if state.failure is None:
        return feed.every_s
    wait_s = BackOff(feed.every_s, LONGEST_WAIT_S).even_s(state.failures)
    return max(wait_s, feed.every_s, state.failure.retry_after_s or 0.0)


def _tell(
    setup: _Setup, state: FeedState, calendar: Calendar | None, synced: Synced | None
) -> None:
    """Log what is new of a feed: a failure once, its end, and what needs a person."""
    name, before = setup.feed.slug, setup.state
    if state.failure is not None:
        new = before.failure is None or before.failure.code != state.failure.code
        level = logging.WARNING if new else logging.DEBUG
        where = _shown(setup.feed.url)
        log.log(level, "calendar %s (%s): %s", name, where, failure_line(state.failure))
        return
    if before.failure is not None:
        log.warning("calendar %s is read again", name)
    if calendar is not None and synced is not None and (synced.put or synced.deleted):
        log.info("calendar %s: %s meetings put, %s taken out", name, synced.put, synced.deleted)
    if calendar is not None and synced is not None and (calendar.problems or synced.unplaced):
        told = (name, len(calendar.problems), len(synced.unplaced))
        log.info("calendar %s: %s mistakes and %s events without a room; see its page", *told)


def _shown(url: str) -> str:
    try:
        return parse(url).shown
    except BadAddress:
        return "no address"
