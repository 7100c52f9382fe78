"""Fan-out: each change, encoded once, to every open board.

A follower that reads slowly is never waited for. Of a room it gets the newest state only; of the
changes of flags the newest ``MAX_ALERTS``.
"""

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable

from dashboard.board.port import Guest, StreamEvent, TooManyViewers
from sensors.wire.topic import RoomKey, VenueSlug

MAX_ALERTS = 100


class Viewers:
    """The open boards of this process. Every method may be called from any thread."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._open: set[Viewer] = set()
        self._guests: set[Guest] = set()
        self._closed = False
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._open) + len(self._guests)

    def add(self, venues: Collection[VenueSlug] | None = None) -> "Viewer":
        """A place on the stream, of all venues or of some; its ``close`` gives it back.

        Raises:
            TooManyViewers: none is free, or the stream has ended.

        """
        with self._lock:
            self._check_room()
            viewer = Viewer(self, venues)
            self._open.add(viewer)
            return viewer

    def enter(self, guest: Guest) -> Callable[[], None]:
        """A place for somebody who is served from elsewhere; the answer gives it back.

        Raises:
            TooManyViewers: none is free, or the stream has ended.

        """
        with self._lock:
            self._check_room()
            self._guests.add(guest)
        return lambda: self._leave(guest)

    def _check_room(self) -> None:
        if self._closed or len(self) >= self._limit:
            raise TooManyViewers

    def _leave(self, guest: Guest) -> None:
        with self._lock:
            self._guests.discard(guest)

    def tell_room(self, key: RoomKey, event: StreamEvent) -> None:
        for viewer in self._all():
            viewer.put_room(key, event)

    def tell_alert(self, venue: VenueSlug, event: StreamEvent) -> None:
        for viewer in self._all():
            self.dropped += viewer.put_alert(venue, event)

    def remove(self, viewer: "Viewer") -> None:
        with self._lock:
            self._open.discard(viewer)

    def close(self) -> None:
        """End every follower's stream and take no more; again is harmless."""
        with self._lock:
            self._closed = True
            guests = tuple(self._guests)
        for one in (*self._all(), *guests):
            one.end()

    def _all(self) -> tuple["Viewer", ...]:
        with self._lock:
            return tuple(self._open)


class Viewer:
    """What one open board has not read yet; of other venues than its own it is told nothing."""

    def __init__(self, viewers: Viewers, venues: Collection[VenueSlug] | None) -> None:
        self._viewers = viewers
        self._venues = None if venues is None else frozenset(venues)
        self._lock = threading.Lock()
        self._rooms: dict[RoomKey, StreamEvent] = {}
        self._alerts: deque[StreamEvent] = deque(maxlen=MAX_ALERTS)
        self._ended = False
        self._told = False
        self._notify: Callable[[], None] | None = None

    def notify_by(self, notify: Callable[[], None]) -> None:
        with self._lock:
            self._notify = notify
            waits = bool(self._rooms or self._alerts or self._ended)
            self._told = waits
        if waits:
            notify()

    def start_with(self, events: Iterable[tuple[RoomKey, StreamEvent]]) -> None:
        """All rooms at the beginning; a newer state that came meanwhile stands."""
        with self._lock:
            self._rooms = {key: e for key, e in events if self._follows(key[0])} | self._rooms
        self._tell()

    def put_room(self, key: RoomKey, event: StreamEvent) -> None:
        if not self._follows(key[0]):
            return
        with self._lock:
            self._rooms[key] = event
        self._tell()

    def put_alert(self, venue: VenueSlug, event: StreamEvent) -> int:
        """How many older ones had to go."""
        if not self._follows(venue):
            return 0
        with self._lock:
            dropped = int(len(self._alerts) == MAX_ALERTS)
            self._alerts.append(event)
        self._tell()
        return dropped

    def end(self) -> None:
        with self._lock:
            self._ended = True
        self._tell()

    def take(self) -> tuple[list[StreamEvent], bool]:
        """Alerts come first; after the end there is nothing more."""
        with self._lock:
            self._told = False
            if self._ended:
                return [], True
            events = [*self._alerts, *self._rooms.values()]
            self._alerts.clear()
            self._rooms.clear()
            return events, False

    def close(self) -> None:
        self.end()
        self._viewers.remove(self)

    def _follows(self, venue: VenueSlug) -> bool:
        return self._venues is None or venue in self._venues

    def _tell(self) -> None:
        """Once until it is taken: what comes in between is taken with it."""
        with self._lock:
            notify = None if self._told else self._notify
            self._told = self._told or notify is not None
        if notify is not None:
            notify()
