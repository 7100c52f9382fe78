"""How much the journal may hold: said before that is reached, then no message is taken until the store has
caught up.
"""

import logging
import shutil
from pathlib import Path
from typing import Final

from gateway.config import JournalSettings
from gateway.outage import Outage

MB: Final = 1_000_000
SHARE: Final = 4
"""Of the disk's size a quarter, where nothing else is said."""
MOST_BYTES: Final = 10_000 * MB
"""And no more than that: a hundred rooms' readings of half a year."""
NEAR: Final = 0.8
AGAIN: Final = 0.9
"""Full, it takes messages again below this; so it is not full and not full by turns."""
NEAR_OVER: Final = 0.5


def most_bytes(settings: JournalSettings, folder: Path) -> int:
    """What the journal in a folder may hold.

    Raises:
        OSError: the folder is not there.

    """
    if settings.max_mb is not None:
        return settings.max_mb * MB
    return min(shutil.disk_usage(folder).total // SHARE, MOST_BYTES)


class Bound:
    """Of the committing thread; says in the log how it is."""

    def __init__(self, most_bytes: int, log: logging.Logger) -> None:
        self.most_bytes = most_bytes
        self.is_full = False
        self._is_near = False
        self._log = log
        self._outage = Outage(
            log,
            "journal",
            meanwhile="nothing is acknowledged, the broker keeps it, until the store has caught up",
            back="takes messages again",
        )

    def look(self, held_bytes: int) -> None:
        """So much is in it now."""
        full_at = self.most_bytes * (AGAIN if self.is_full else 1.0)
        was_full, self.is_full = self.is_full, held_bytes >= full_at
        if self.is_full and not was_full:
            self._outage.begins(f"full: it holds the {self._shown} MB that it may (journal.max_mb)")
        elif was_full and not self.is_full:
            self._outage.ends()
        near_at = self.most_bytes * (NEAR_OVER if self._is_near else NEAR)
        was_near, self._is_near = self._is_near, held_bytes >= near_at
        if self._is_near and not was_near and not self.is_full:
            self._log.warning(
                "journal: %.0f %% of the %s MB that it may hold are taken: is the store there, and fast "
                "enough? Once full, nothing is acknowledged",
                100 * held_bytes / self.most_bytes,
                self._shown,
            )

    @property
    def _shown(self) -> str:
        return f"{self.most_bytes / MB:.0f}"
