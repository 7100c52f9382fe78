"""Fan-out: each change, encoded once, to every open board.

A follower that reads slowly is never waited for. Of a room it gets the newest state only; of the
changes of flags the newest ``MAX_ALERTS``.
"""

import threading
from collections import deque
from collections.abc import Iterable, Iterator

from dashboard.board.port import StreamEvent, TooManyViewers
from sensors.wire.topic import RoomKey

MAX_ALERTS = 100


class Viewers:
    """The open boards of this process. Every method may be called from any thread."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._open: set[Viewer] = set()
        self._closed = False
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._open)

    def add(self, heartbeat_s: float) -> "Viewer":
        """A place on the stream; its ``close`` gives it back.

        Raises:
            TooManyViewers: none is free, or the stream has ended.

        """
        with self._lock:
            if self._closed or len(self._open) >= self._limit:
                raise TooManyViewers
            viewer = Viewer(self, heartbeat_s)
            self._open.add(viewer)
            return viewer

    def tell_room(self, key: RoomKey, event: StreamEvent) -> None:
        for viewer in self._all():
            viewer.put_room(key, event)

    def tell_alert(self, event: StreamEvent) -> None:
        for viewer in self._all():
            self.dropped += viewer.put_alert(event)

    def remove(self, viewer: "Viewer") -> None:
        with self._lock:
            self._open.discard(viewer)

    def close(self) -> None:
        """End every follower's stream and take no more; again is harmless."""
        with self._lock:
            self._closed = True
        for viewer in self._all():
            viewer.end()

    def _all(self) -> tuple["Viewer", ...]:
        with self._lock:
            return tuple(self._open)


class Viewer(Iterator[StreamEvent | None]):
    """What one open board has not read yet. Iterating waits; it ends after ``end`` or ``close``."""

    def __init__(self, viewers: Viewers, heartbeat_s: float) -> None:
        self._viewers = viewers
        self._heartbeat_s = heartbeat_s
        self._changed = threading.Condition()
        self._rooms: dict[RoomKey, StreamEvent] = {}
        self._alerts: deque[StreamEvent] = deque(maxlen=MAX_ALERTS)
        self._ended = False

    def start_with(self, events: Iterable[tuple[RoomKey, StreamEvent]]) -> None:
        """All rooms at the beginning; a newer state that came meanwhile stands."""
        with self._changed:
            self._rooms = dict(events) | self._rooms

    def put_room(self, key: RoomKey, event: StreamEvent) -> None:
        with self._changed:
            self._rooms[key] = event
            self._changed.notify()

    def put_alert(self, event: StreamEvent) -> int:
        """How many older ones had to go."""
        with self._changed:
            dropped = int(len(self._alerts) == MAX_ALERTS)
            self._alerts.append(event)
            self._changed.notify()
        return dropped

    def end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()

    def __next__(self) -> StreamEvent | None:
        """The next event, alerts first; None when nothing came for a heartbeat."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._ended or self._rooms or self._alerts, self._heartbeat_s
            )
            if self._ended:
                raise StopIteration
            if self._alerts:
                return self._alerts.popleft()
            if self._rooms:
                return self._rooms.pop(next(iter(self._rooms)))
            return None

    def close(self) -> None:
        """Give the place back; again is harmless."""
        self.end()
        self._viewers.remove(self)
