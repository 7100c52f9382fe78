"""The spool as the agent uses it: what the broker takes soon never touches the disk.

A sync of the disk for each reading and one for each acknowledgement wears an SD card out, and in all
but the worst hours each reading is acknowledged within a moment. So a reading waits in memory for
``gather_s`` at the most; what is not acknowledged by then is written, all of it in one commit. A power
cut while the broker is away costs what is younger than that. With 0 every reading is on disk at once.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Final, Self

from sensors.agent.spool import CAPACITY, Spool, Spooled
from sensors.wire.reading import Kind

_SEQ_BLOCK: Final = 1000
"""So many sequence numbers are given away by one commit; after a power cut the rest is skipped."""


class GatheringSpool:
    """A spool over another. Any thread may call it."""

    def __init__(
        self, spool: Spool, gather_s: float, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._spool = spool
        self._gather_s = gather_s
        self._now_s = now_s
        self._lock = threading.RLock()
        self._fresh: dict[int, tuple[str, Spooled]] = {}
        self._since_s = 0.0
        self._next_id = spool.newest_id() + 1
        self._seq: dict[str, int] = {}
        self._reserved: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write what waits in memory; the spool below stays open.

        Raises:
            SpoolError: the disk takes it not.

        """
        with self._lock:
            self._write(self._seq)

    def append(self, device: str, leaf: Kind, payload_of: Callable[[int], bytes]) -> int:
        """As of the spool: but it returns before the disk has the payload, which it keeps also where
        that fails.

        Raises:
            SpoolError: the disk is full or broken; the payload waits in memory.

        """
        if self._gather_s <= 0:
            return self._spool.append(device, leaf, payload_of)
        with self._lock:
            seq = self._next_seq(device)
            spooled = Spooled(self._next_id, leaf, payload_of(seq))
            self._seq[device] = seq
            self._next_id += 1
            if not self._fresh:
                self._since_s = self._now_s()
            self._fresh[spooled.id] = (device, spooled)
            if len(self._fresh) > CAPACITY:  # with a disk that takes nothing
                del self._fresh[next(iter(self._fresh))]
                return 1
            if self._now_s() - self._since_s < self._gather_s:
                return 0
            return self._write({})

    def oldest(self, device: str, after_id: int, limit: int) -> list[Spooled]:
        """The longest waiting payloads of a device with an id over ``after_id``.

        Raises:
            SpoolError: the file cannot be read.

        """
        with self._lock:
            found = self._spool.oldest(device, after_id, limit)
            fresh = [
                spooled
                for name, spooled in self._fresh.values()
                if name == device and spooled.id > after_id
            ]
        return (found + fresh)[:limit]

    def forget(self, ids: Iterable[int]) -> None:
        """Remove what the broker acknowledged; one that is not there is no mistake.

        Raises:
            SpoolError: the file cannot be written; what is there stays.

        """
        with self._lock:
            written = [id_ for id_ in ids if self._fresh.pop(id_, None) is None]
            if written:
                self._spool.forget(written)

    def waiting(self) -> dict[str, int]:
        """How many payloads of each device wait, in memory and on disk.

        Raises:
            SpoolError: the file cannot be read.

        """
        with self._lock:
            fresh = Counter(device for device, _ in self._fresh.values())
            return dict(fresh + Counter(self._spool.waiting()))

    def _next_seq(self, device: str) -> int:
        if device not in self._seq:
            self._seq[device] = self._reserved[device] = self._spool.last_seq(device)
        seq = self._seq[device] + 1
        if seq > self._reserved[device]:
            reserved = seq + _SEQ_BLOCK
            self._spool.put((), {device: reserved})
            self._reserved[device] = reserved
        return seq

    def _write(self, last_seq: dict[str, int]) -> int:
        self._since_s = self._now_s()  # a disk that is full is not tried again for each reading
        dropped = self._spool.put(self._fresh.values(), last_seq)
        self._fresh.clear()
        return dropped
