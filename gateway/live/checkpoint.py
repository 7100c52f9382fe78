"""What the estimates remember and the newest values of rooms: when it is written, and how a restart
goes on from it.

A memory is as of a place in the journal. It is written about once a minute and not with every reading;
on a restart the readings between that place and where the live side stands are heard again, by these
alone, so that they come out as if there had been no restart. The journal keeps them so long.

Rooms ask their venue what the outdoor air is. What is written of a venue is therefore never newer than
what is written of its rooms: it waits for them.
"""

import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from heapq import heappop, heappush
from typing import NamedTuple, Protocol

import msgspec

from gateway.journal.entry import Entry
from gateway.live.pace import NORMAL, Pace
from gateway.registry.live.air_memory import AirMemory, MemoryKind
from gateway.store.interface import Placed
from sensors.wire.reading import Reading
from sensors.wire.topic import VenueSlug

log = logging.getLogger(__name__)

BATCH = 2_000

Replay = Callable[[int, int], Sequence[tuple[int, Entry]]]
"""Up to so many entries of the journal beyond a position, in order."""

MemoryKey = tuple[VenueSlug, MemoryKind, str]
"""Venue, kind, and the room's slug ('' for a venue)."""


class Checkpointed(Protocol):
    """``is_new`` where there is anything that is not written; ``is_urgent`` where it cannot be replayed,
    since it did not come from the journal.
    """

    @property
    def is_new(self) -> bool: ...

    @property
    def is_urgent(self) -> bool: ...

    def snapshot(self) -> bytes: ...

    def restore(self, snapshot: bytes) -> None:
        """Go on from a snapshot.

        Raises:
            msgspec.MsgspecError: those are not such bytes.

        """
        ...

    def replay(self, reading: Reading) -> None:
        """A reading that came before the restart, and after the snapshot."""
        ...

    def saved(self) -> None:
        """The newest snapshot is committed: nothing is new."""
        ...


def nothing_to_replay(after: int, limit: int) -> Sequence[tuple[int, Entry]]:
    """The journal of a gateway that has none."""
    del after, limit
    return ()


class _Written(NamedTuple):
    position: int
    at: datetime
    wall_s: float


_Entry = tuple[float, int, MemoryKey]
"""When it was written (steady clock), as of which position, and what."""


class _Venue(NamedTuple):
    """A venue's memory that waits, and which of its rooms would be heard again from before it."""

    memory: AirMemory
    ahead_of: set[MemoryKey]


class Checkpoints:
    """Used by the live side's one thread. What it does goes with what is new, not with how much there
    is: it is told what may be new by ``news``. ``is_hurried`` while the journal is full: what is written
    then makes room there, and waits for no minute.
    """

    def __init__(self, pace: Pace = NORMAL) -> None:
        self._pace = pace
        self.is_hurried = False
        self._written: dict[MemoryKey, _Written] = {}
        self._at_once: dict[MemoryKey, None] = {}
        self._behind: dict[MemoryKey, _Entry] = {}
        self._rooms_behind: dict[VenueSlug, set[MemoryKey]] = {}
        self._queues: dict[MemoryKind, list[_Entry]] = {}
        self._waiting: dict[MemoryKey, _Venue] = {}

    def load(
        self,
        memories: Iterable[AirMemory],
        found: Mapping[MemoryKey, Checkpointed],
        replay: Replay,
        upto: int,
        restored: Callable[[], None] = lambda: None,
    ) -> None:
        """Give each what was written of it and, after ``restored``, what the journal holds after that,
        up to, and including, ``upto``.
        """
        since: dict[MemoryKey, int] = {}
        for memory in memories:
            key = (memory.venue, memory.kind, memory.slug)
            if key in found and memory.position <= upto and _restored(found[key], memory):
                since[key] = memory.position
                self._written[key] = _Written(memory.position, memory.at, -math.inf)
        restored()
        position = min(since.values(), default=upto)
        while position < upto:
            entries = replay(position, min(BATCH, upto - position))
            position = min(position + BATCH, upto)
            for number, entry in entries:
                if isinstance(entry, Placed):
                    for key in keys_of(entry):
                        if number > since.get(key, upto):
                            found[key].replay(entry.reading)
        self.news(found, found)

    def news(self, found: Mapping[MemoryKey, Checkpointed], keys: Iterable[MemoryKey]) -> None:
        """Of these something may be new."""
        for key in keys:
            one = found.get(key)
            if one is None or not one.is_new:
                continue
            if key not in self._written or one.is_urgent:
                self._at_once[key] = None
            elif key not in self._behind:
                self._put_behind(key)

    def keep_only(self, found: Mapping[MemoryKey, Checkpointed]) -> None:
        """All there is now; what is gone is not written any more."""
        for key in (self._behind.keys() | self._at_once.keys()) - found.keys():
            self._at_once.pop(key, None)
            self._bring_up(key)
        for key in self._waiting.keys() - found.keys():
            del self._waiting[key]
        for waiting in self._waiting.values():
            waiting.ahead_of.intersection_update(found)

    def due(
        self, found: Mapping[MemoryKey, Checkpointed], position: int, now: datetime, wall_s: float
    ) -> tuple[AirMemory, ...]:
        """What is to be written now, as of ``position``; ``wall_s`` is any steady clock's. What was
        never written comes at once, since there is nothing from which it could be heard again.
        """
        chosen = dict.fromkeys((*self._at_once, *self._rested_ones(now, wall_s)))
        due: dict[MemoryKey, AirMemory] = {}
        venues: list[AirMemory] = []
        for key in chosen:
            if key not in self._waiting:
                venue, kind, slug = key
                memory = AirMemory(venue, kind, slug, position, now, found[key].snapshot())
                if kind == "venue":
                    venues.append(memory)
                else:
                    due[key] = memory
        for memory in venues:
            ahead_of = self._rooms_behind.get(memory.venue, set()) - due.keys()
            self._waiting[memory.venue, memory.kind, memory.slug] = _Venue(memory, ahead_of)
        for key, waiting in self._waiting.items():
            if waiting.ahead_of <= due.keys():
                due[key] = waiting.memory
        return tuple(due.values())

    def written(
        self, found: Mapping[MemoryKey, Checkpointed], memories: Iterable[AirMemory], wall_s: float
    ) -> None:
        """They are committed."""
        for memory in memories:
            key = (memory.venue, memory.kind, memory.slug)
            self._written[key] = _Written(memory.position, memory.at, wall_s)
            self._at_once.pop(key, None)
            self._bring_up(key)
            if self._waiting.pop(key, None) is None or found[key].snapshot() == memory.state:
                found[key].saved()
            else:
                self._put_behind(key)

    def needed_after(self, upto: int) -> int:
        """The position beyond which a restart would read the journal again, at most ``upto``."""
        oldest = (self._oldest(queue) for queue in self._queues.values())
        return min((entry[1] for entry in oldest if entry is not None), default=upto)

    def _put_behind(self, key: MemoryKey) -> None:
        """It is to be written when its time has come, and is heard again from where it was written
        last.
        """
        written = self._written[key]
        self._behind[key] = entry = (written.wall_s, written.position, key)
        heappush(self._queues.setdefault(key[1], []), entry)
        if key[1] == "room":
            self._rooms_behind.setdefault(key[0], set()).add(key)

    def _bring_up(self, key: MemoryKey) -> None:
        """Nothing of it is behind any more."""
        self._behind.pop(key, None)
        if key[1] == "room":
            self._rooms_behind.get(key[0], set()).discard(key)
            waiting = self._waiting.get((key[0], "venue", ""))
            if waiting is not None:
                waiting.ahead_of.discard(key)

    def _oldest(self, queue: list[_Entry]) -> _Entry | None:
        """What was written first of those that are behind; what was written meanwhile is left out."""
        while queue and self._behind.get(queue[0][2]) is not queue[0]:
            heappop(queue)
        return queue[0] if queue else None

    def _rested_ones(self, now: datetime, wall_s: float) -> Iterable[MemoryKey]:
        """Those that were written long enough ago, of each kind so many."""
        for queue in self._queues.values():
            rested: list[_Entry] = []
            while len(rested) < self._pace.checkpoints_at_once:
                entry = self._oldest(queue)
                if entry is None or not self._has_rested(entry[2], now, wall_s):
                    break
                rested.append(heappop(queue))
            for entry in rested:  # until they are written
                heappush(queue, entry)
            yield from (entry[2] for entry in rested)

    def _has_rested(self, key: MemoryKey, now: datetime, wall_s: float) -> bool:
        written = self._written[key]
        pace = self._pace
        is_old = self.is_hurried or abs(now - written.at) >= pace.checkpoint_every
        return is_old and wall_s - written.wall_s >= pace.checkpoint_every_s


def keys_of(entry: Placed) -> tuple[MemoryKey, MemoryKey, MemoryKey]:
    """Who hears a reading."""
    venue, room = entry.reading.venue, entry.room
    return (venue, "venue", ""), (venue, "room", room), (venue, "newest", room)


def _restored(one: Checkpointed, memory: AirMemory) -> bool:
    try:
        one.restore(memory.state)
    except msgspec.MsgspecError as error:
        what = f"{memory.venue}/{memory.slug}" if memory.slug else memory.venue
        said = str(error).splitlines()[0]
        log.warning("%s: what was known of its air cannot be read (%s): begins anew", what, said)
        return False
    return True
