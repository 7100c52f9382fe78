"""When the journal commits: at once for whoever waits for an acknowledgement, or seldom, to spare a disk."""

import math
import threading
import time
from typing import Final

from gateway.config import JournalSettings

QUEUE: Final = 1_000
"""Mosquitto 2.0 sends on beyond the receive maximum once acknowledgements come together, so this is what
bounds how many messages are neither safe nor acknowledged; ``deliveries.KEPT`` goes by it.
"""
BUSY_LINGER_S: Final = 0.015
FEW: Final = 2
"""Where more came together than these, more is waited for the longer time: each commit costs as much as a
hundred entries.
"""
AT_ONCE_S: Final = 0.1
"""Commits that are no further apart than this need not be waited for by who reads."""
GATHERED: Final = 2_000
"""So many entries are written at the latest, however young: they are held in memory."""


def gathers(settings: JournalSettings) -> bool:
    """Whether entries are read before they are on disk."""
    return settings.commit_every_s > AT_ONCE_S


class CommitPace:
    """Of the committing thread, but for ``in_flight`` and ``hurry``. ``linger_s`` is how long it waits for
    more to number together, ``eager`` how many are enough.
    """

    def __init__(self, settings: JournalSettings) -> None:
        self._gathers = gathers(settings)
        self._every_s = settings.commit_every_s
        self._least_s = BUSY_LINGER_S if self._gathers else settings.commit_every_s
        self.linger_s = self._least_s
        self.eager = QUEUE
        self._awaited = self._gathered = 0
        self._committed_at = -math.inf
        self._hurried = threading.Event()

    def in_flight(self, messages: int) -> None:
        """The broker sends so many ahead of acknowledgements: half of them are not waited beyond, that it
        goes on sending meanwhile.
        """
        self.eager = max(1, min(messages // 2, QUEUE))

    def hurry(self) -> None:
        """Wait for nothing more, once."""
        self._hurried.set()

    def came(self, entries: int) -> None:
        """So many were taken together."""
        self.linger_s = max(BUSY_LINGER_S, self._least_s) if entries > FEW else self._least_s

    def is_due(self, entries: int, awaited: int) -> bool:
        """Whether to commit with these, of which so many are waited for."""
        if not self._gathers:
            return True
        self._gathered += entries
        self._awaited += awaited
        hurried = self._hurried.is_set()
        self._hurried.clear()
        return (
            hurried
            or self._awaited >= self.eager
            or self._gathered >= GATHERED
            or time.monotonic() - self._committed_at >= self._every_s
        )

    def committed(self, *, is_written: bool) -> None:
        """All is safe; whether the disk was needed for that."""
        self._awaited = self._gathered = 0
        if is_written:
            self._committed_at = time.monotonic()
