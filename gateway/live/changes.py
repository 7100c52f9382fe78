"""What changed of rooms since somebody looked: whom to publish, to write, to tell, and to judge again
when time alone changes something.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from heapq import heappop, heappush

from gateway.live.checkpoint import MemoryKey
from gateway.live.room.room import LiveRoom
from sensors.wire.topic import RoomKey, VenueSlug


class Changes:
    """``touched`` are the rooms of which something changed since it was last emptied, ``flagged`` those
    with an open flag.
    """

    def __init__(self) -> None:
        self.touched: set[RoomKey] = set()
        self.flagged: set[RoomKey] = set()
        self._rooms: set[RoomKey] = set()
        self._venues: set[VenueSlug] = set()
        self._queue: list[tuple[datetime, RoomKey]] = []
        self._queued: dict[RoomKey, datetime] = {}

    def touch(self, room: LiveRoom) -> None:
        """Something of it changed."""
        key = room.key
        self.touched.add(key)
        self._rooms.add(key)
        if room.flags:
            self.flagged.add(key)
        else:
            self.flagged.discard(key)
        self.put_back(room)

    def put_back(self, room: LiveRoom) -> None:
        """It is to be judged when time alone changes something of it. That moment mostly moves on with
        each of its readings: the room is looked at when the earliest has come.
        """
        due_at = room.due_at
        if due_at is None:
            return
        queued = self._queued.get(room.key)
        if queued is None or due_at < queued:
            self._queued[room.key] = due_at
            heappush(self._queue, (due_at, room.key))

    def due(self, now: datetime) -> Iterator[RoomKey]:
        """The rooms whose moment may have come; each is to be put back."""
        while self._queue and self._queue[0][0] <= now:
            due_at, key = heappop(self._queue)
            if self._queued.get(key) == due_at:
                del self._queued[key]
                yield key

    def heard(self, venue: VenueSlug) -> None:
        """Of the venue's outdoor air something may be known anew."""
        self._venues.add(venue)

    def forget(self, room: RoomKey) -> None:
        """The room is gone."""
        for held in (self.touched, self.flagged, self._rooms):
            held.discard(room)

    @property
    def is_written(self) -> bool:
        """Whether nothing changed since ``to_write`` was asked."""
        return not (self._rooms or self._venues)

    def to_write(self) -> Iterable[MemoryKey]:
        """What of rooms and venues may be other than it was when this was asked last."""
        found = memory_keys(self._rooms, self._venues)
        self._rooms, self._venues = set(), set()
        return found


def memory_keys(rooms: Collection[RoomKey], venues: Collection[VenueSlug]) -> Iterator[MemoryKey]:
    """All that is remembered of them."""
    for slug in venues:
        yield slug, "venue", ""
    for venue, room in rooms:
        yield venue, "room", room
        yield venue, "advice", room
        yield venue, "newest", room
