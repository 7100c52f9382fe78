"""Which rooms' states are to be published when: what a room's touch, the broker's answer and time make
of it. What is done for it goes with what changed, and not with how many rooms there are.

A room has one state a second. What it did not use of that while it was quiet it may use at once, up to
one state: so a reading is told when it comes, also where something else of the room was told just
before, or where the one before came a little late.
"""

import math
from collections import deque
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

from sensors.wire.topic import RoomKey

EVERY_S = 1.0
SAVED_S = 1.0
"""So much of its time a quiet room saves up: two states may come together, and then one a second."""
REPEAT_S = 25.0  # within the 30 s of the contract


@dataclass(slots=True, eq=False)
class _Room:
    """``is_dirty`` where it is to be looked at, ``rests`` until its next time, ``next_at``, has come: None
    before the first. ``shown`` is the number of what the broker has or is being sent; None where it may
    not have it, or is to have it again.
    """

    name: RoomKey
    is_dirty: bool = True
    rests: bool = False
    on_its_way: bool = False
    is_gone: bool = False
    next_at: float | None = None
    sent_at: float = -math.inf
    shown: int | None = None


class StatePace:
    """A room is looked at once a second at most, but for what it saved up, and not while its last state is
    on its way.
    """

    def __init__(self) -> None:
        self._rooms: dict[RoomKey, _Room] = {}
        self._ready: dict[RoomKey, None] = {}
        self._resting: list[tuple[float, int, _Room]] = []
        self._rested = count()
        self._sent: deque[tuple[float, _Room]] = deque()

    @property
    def rooms(self) -> AbstractSet[RoomKey]:
        return self._rooms.keys()

    def add(self, name: RoomKey) -> None:
        """A room that there was not before."""
        self._rooms[name] = room = _Room(name)
        self._make_ready(room)

    def remove(self, name: RoomKey) -> None:
        self._rooms.pop(name).is_gone = True
        self._ready.pop(name, None)

    def touch(self, name: RoomKey) -> None:
        """Something of it changed; a room that is not there is left."""
        room = self._rooms.get(name)
        if room is not None:
            room.is_dirty = True
            self._make_ready(room)

    def due(self, now: float) -> tuple[RoomKey, ...]:
        """The rooms to look at now; each stays so until it is ``looked_at`` or ``sent``."""
        while self._resting and self._resting[0][0] <= now:
            room = heappop(self._resting)[2]
            room.rests = False
            self._make_ready(room)
        while self._sent and now - self._sent[0][0] >= REPEAT_S:
            sent_at, room = self._sent.popleft()
            if room.sent_at == sent_at:
                room.shown, room.is_dirty = None, True
                self._make_ready(room)
        return tuple(self._ready)

    def shows(self, name: RoomKey) -> int | None:
        """What the broker has of it."""
        return self._rooms[name].shown

    def looked_at(self, name: RoomKey, now: float) -> None:
        """Nothing of it is other than what the broker has."""
        del self._ready[name]
        room = self._rooms[name]
        room.is_dirty = False
        begins_at = now if room.next_at is None else max(room.next_at, now - SAVED_S)
        room.next_at = begins_at + EVERY_S
        if room.next_at > now:
            room.rests = True
            heappush(self._resting, (room.next_at, next(self._rested), room))

    def sent(self, name: RoomKey, shown: int, now: float) -> None:
        self.looked_at(name, now)
        room = self._rooms[name]
        room.on_its_way, room.sent_at, room.shown = True, now, shown
        self._sent.append((now, room))

    def answered(self, name: RoomKey, *, taken: bool) -> None:
        """The broker took what was sent last, or refused it."""
        room = self._rooms.get(name)
        if room is not None:
            room.on_its_way = False
            if not taken:
                room.shown, room.is_dirty = None, True
            self._make_ready(room)

    def start_over(self) -> None:
        """The broker may have nothing of it all."""
        self._resting.clear()
        self._sent.clear()
        for room in self._rooms.values():
            room.rests = room.on_its_way = False
            room.shown, room.is_dirty = None, True
            self._make_ready(room)

    def _make_ready(self, room: _Room) -> None:
        if room.is_dirty and not (room.rests or room.on_its_way or room.is_gone):
            self._ready[room.name] = None
