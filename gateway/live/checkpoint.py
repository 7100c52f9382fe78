"""What the estimates remember: when it is written, and how a restart goes on from it.

A memory is as of a place in the journal. It is written about once a minute and not with every reading;
on a restart the readings between that place and where the live side stands are heard again, by the
estimates alone, so that they come out as if there had been no restart. The journal keeps them so long.

Rooms ask their venue what the outdoor air is. What is written of a venue is therefore never newer than
what is written of its rooms: it waits for them.
"""

import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from gateway.journal.entry import Entry
from gateway.live.pace import NORMAL, Pace
from gateway.registry.air_memory import AirMemory, MemoryKind
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


class Checkpoints:
    """Used by the live side's one thread."""

    def __init__(self, pace: Pace = NORMAL) -> None:
        self._pace = pace
        self._written: dict[MemoryKey, _Written] = {}
        self._waiting: dict[MemoryKey, AirMemory] = {}

    def load(
        self,
        memories: Iterable[AirMemory],
        found: Mapping[MemoryKey, Checkpointed],
        replay: Replay,
        upto: int,
    ) -> None:
        """Give each what was written of it and what the journal holds after that, up to, and
        including, ``upto``.
        """
        since: dict[MemoryKey, int] = {}
        for memory in memories:
            key = (memory.venue, memory.kind, memory.slug)
            if key in found and memory.position <= upto and _restored(found[key], memory):
                since[key] = memory.position
                self._written[key] = _Written(memory.position, memory.at, -math.inf)
        position = min(since.values(), default=upto)
        while position < upto:
            entries = replay(position, min(BATCH, upto - position))
            position = min(position + BATCH, upto)
            for number, entry in entries:
                if isinstance(entry, Placed):
                    venue = entry.reading.venue
                    keys: tuple[MemoryKey, ...] = (
                        (venue, "venue", ""),
                        (venue, "room", entry.room),
                    )
                    for key in keys:
                        if number > since.get(key, upto):
                            found[key].replay(entry.reading)

    def due(
        self, found: Mapping[MemoryKey, Checkpointed], position: int, now: datetime, wall_s: float
    ) -> tuple[AirMemory, ...]:
        """What is to be written now, as of ``position``; ``wall_s`` is any steady clock's. What was
        never written comes at once, since there is nothing from which it could be heard again.
        """
        due: dict[MemoryKey, AirMemory] = {}
        spare = self._pace.checkpoints_at_once
        for key, one in found.items():
            if not one.is_new or key in self._waiting:
                continue
            at_once = one.is_urgent or key not in self._written
            if at_once or (spare > 0 and self._rested(key, now, wall_s)):
                spare -= not at_once
                venue, kind, slug = key
                chosen = self._waiting if kind == "venue" else due
                chosen[key] = AirMemory(venue, kind, slug, position, now, one.snapshot())
        for key in [key for key in self._waiting if key not in found]:
            del self._waiting[key]
        for key, memory in self._waiting.items():
            if not self._is_ahead(memory, found, due):
                due[key] = memory
        return tuple(due.values())

    def written(
        self, found: Mapping[MemoryKey, Checkpointed], memories: Iterable[AirMemory], wall_s: float
    ) -> None:
        """They are committed."""
        for memory in memories:
            key = (memory.venue, memory.kind, memory.slug)
            self._written[key] = _Written(memory.position, memory.at, wall_s)
            if self._waiting.pop(key, None) is None or found[key].snapshot() == memory.state:
                found[key].saved()

    def _is_ahead(
        self,
        venue: AirMemory,
        found: Mapping[MemoryKey, Checkpointed],
        due: Mapping[MemoryKey, AirMemory],
    ) -> bool:
        """Whether one of its rooms would be heard again from before it."""
        return any(
            one.is_new and key not in due and self._written[key].position < venue.position
            for key, one in found.items()
            if key[0] == venue.venue and key[1] == "room"
        )

    def needed_after(self, found: Mapping[MemoryKey, Checkpointed], upto: int) -> int:
        """The position beyond which a restart would read the journal again, at most ``upto``."""
        behind = (
            self._written[key].position
            for key, one in found.items()
            if one.is_new and key in self._written
        )
        return min(behind, default=upto)

    def _rested(self, key: MemoryKey, now: datetime, wall_s: float) -> bool:
        written = self._written[key]
        pace = self._pace
        is_old = abs(now - written.at) >= pace.checkpoint_every
        return is_old and wall_s - written.wall_s >= pace.checkpoint_every_s


def _restored(one: Checkpointed, memory: AirMemory) -> bool:
    try:
        one.restore(memory.state)
    except msgspec.MsgspecError as error:
        what = f"{memory.venue}/{memory.slug}" if memory.slug else memory.venue
        said = str(error).splitlines()[0]
        log.warning("%s: what was known of its air cannot be read (%s): begins anew", what, said)
        return False
    return True
