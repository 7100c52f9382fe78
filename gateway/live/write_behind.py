"""What the live side holds in memory, written with the place in the journal that it belongs to."""

import math
from collections.abc import Callable, Iterable
from datetime import datetime

from gateway.live.checkpoint import Checkpointed, Checkpoints, MemoryKey, Replay
from gateway.live.pace import Pace
from gateway.live.rooms import LiveRooms
from gateway.registry.database import Database
from gateway.registry.live.air_memory import AirMemory, put_memories
from gateway.registry.live.live_state import Cursor


class WriteBehind:
    """``saved`` is the journal position up to which everything is in the database, ``needed_after``
    the one beyond which a restart would read again; ``changes`` is another with each change of a
    flag that was written.
    """

    def __init__(
        self,
        database: Database,
        gateway: str,
        rooms: LiveRooms,
        pace: Pace,
        monotonic: Callable[[], float],
        saved: int,
        secure: Callable[[int], None],
    ) -> None:
        self.saved = self.needed_after = saved
        self.changes = 1  # those of the run before
        self.is_stuck = False
        self._database = database
        self._gateway = gateway
        self._rooms = rooms
        self._unit_of_work = rooms.unit_of_work
        self._pace = pace
        self._monotonic = monotonic
        self._secure = secure
        self._checkpoints = Checkpoints(pace)
        self._checkpointed: dict[MemoryKey, Checkpointed] = {}
        self._written_at = self._seen_at = -math.inf

    def restore(
        self, memories: Iterable[AirMemory], replay: Replay, restored: Callable[[], None]
    ) -> None:
        """Give the rooms what was written of them and, after ``restored``, what the journal holds after
        that.
        """
        self._checkpointed = self._rooms.checkpointed()
        self._checkpoints.load(memories, self._checkpointed, replay, self.saved, restored)
        self.needed_after = self._checkpoints.needed_after(self.saved)

    def hurry(self, *, is_full: bool) -> None:
        """As of ``Checkpoints``."""
        self._checkpoints.is_hurried = is_full

    def look_anew(self) -> None:
        """There may be other rooms."""
        self._checkpointed = self._rooms.checkpointed()
        self._checkpoints.keep_only(self._checkpointed)

    def write_if_due(self, applied: int, now: datetime) -> None:
        """Write what does not wait at once, and the rest at its pace."""
        since_s = self._monotonic() - self._written_at
        moved = (
            self._unit_of_work.has_any or not self._rooms.changes.is_written or applied > self.saved
        )
        if (
            self.is_stuck
            or self._unit_of_work.is_urgent
            or self._rooms.last_seen.has_news
            or (moved and since_s >= self._pace.write_every_s)
            or (self._checkpoints.is_hurried and since_s >= self._pace.write_every_s)
            or since_s >= self._pace.alive_every_s
        ):
            self.write(applied, now)

    def write(self, applied: int, now: datetime) -> None:
        """All that is unsaved and the position it belongs to, in one transaction; the journal has it first,
        or a restart would give what comes then numbers that were passed.
        """
        unit_of_work, last_seen = self._unit_of_work, self._rooms.last_seen
        self.is_stuck = True  # until it is committed
        self._secure(applied)
        started = self._monotonic()
        see = last_seen.has_news or started - self._seen_at >= self._pace.seen_every_s
        self._checkpoints.news(self._checkpointed, self._rooms.changes.to_write())
        memories = self._checkpoints.due(self._checkpointed, applied, now, started)
        with self._database.write() as conn:
            unit_of_work.write(conn, now)
            if see:
                last_seen.write(conn)
            put_memories(conn, memories)
            unit_of_work.write_position(conn, self._gateway, Cursor(applied, now))
        self.is_stuck = False
        self.saved = applied
        self._written_at = started
        self._checkpoints.written(self._checkpointed, memories, started)
        self.needed_after = self._checkpoints.needed_after(applied)
        if see:
            last_seen.written()
            self._seen_at = started
        self.changes += len(unit_of_work.changes)
        unit_of_work.clear()
