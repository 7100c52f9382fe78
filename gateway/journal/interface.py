"""What reads the journal and moves its cursors needs of it, whichever process commits."""

from collections.abc import Sequence
from typing import Protocol

from gateway.journal.entry import Entry
from gateway.journal.owed import ALL
from gateway.store.by_venue.share import Share


class JournalClosed(Exception):
    """The journal takes nothing more: the gateway is stopping."""


class EntryLog(Protocol):
    """Entries numbered upwards from 1, in the order in which they were taken. Everything may be called
    from any thread.
    """

    @property
    def last_id(self) -> int:
        """The number of the newest entry that may be read."""

    @property
    def safe_id(self) -> int:
        """The number of the newest entry that is on disk."""

    @property
    def store_position(self) -> int:
        """Up to where the store has everything."""

    @property
    def waiting(self) -> int:
        """How many entries were handed in and cannot be read yet.

        What had arrived when this was asked lies at or before the sum of it and of ``last_id``, where
        that is asked next.
        """

    @property
    def kept(self) -> int:
        """How many entries are on disk."""

    @property
    def held_bytes(self) -> int:
        """What these take."""

    @property
    def most_bytes(self) -> int:
        """What they may take."""

    @property
    def is_full(self) -> bool:
        """Whether messages wait until they take less: neither read nor acknowledged meanwhile."""

    def begin_after(self, position: int) -> None:
        """Number new entries beyond ``position``, where the live cursor stands already.

        Without it a journal that was lost would give its new entries numbers that were passed.
        """

    def append(self, entries: Sequence[Entry]) -> None:
        """Hand in what the gateway itself made; never waits, as the committing thread may need us.

        Raises:
            JournalClosed: the gateway is stopping.

        """

    def move_store(self, position: int, rejected: Sequence[Entry] = ()) -> None:
        """The store has everything up to ``position`` but ``rejected``, which join the journal with
        it.

        Raises:
            JournalClosed: the gateway is stopping.

        """

    def stored(self, number: int, share: Share = ALL) -> None:
        """The store of these venues has everything up to that entry, or has said no to it: where acknowledgements wait
        for it, those are due.
        """

    def secure(self, position: int) -> None:
        """Have everything up to ``position`` on disk, now.

        Raises:
            JournalError: the disk does not take it for now.
            JournalClosed: the gateway is stopping.

        """

    def move_live(self, position: int) -> None:
        """The live side has durably applied everything up to ``position``."""

    def read(self, after: int, limit: int) -> list[tuple[int, Entry]]:
        """Up to ``limit`` entries beyond ``after``, in order.

        Raises:
            JournalError: the file cannot be read.

        """

    def wait_beyond(self, position: int, timeout_s: float) -> bool:
        """Wait until there is an entry beyond ``position``; whether there is one."""

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything handed in is safe; whether it is."""
