"""How far the journal is, in cells that another process may read while its own thread writes them.

One thread writes a cell, any number read it: each is one aligned word, so that nobody sees half of a
number.
"""

from typing import Final

_LAST, _TRIMMED, _HANDED_IN, _SETTLED, _FROM_AFAR, _HELD, _MOST, _FULL = range(8)
CELLS: Final = 8
SIZE: Final = CELLS * 8
"""In bytes."""


class Progress:
    """Numbers of the journal's entries, and counts since it was opened."""

    def __init__(self, memory: memoryview | None = None) -> None:
        """``memory`` is ``SIZE`` bytes that others see as well; left out, nobody else does."""
        self._cells = (memory or memoryview(bytearray(SIZE))).cast("q")

    @property
    def last_id(self) -> int:
        """The number of the newest entry that may be read."""
        return self._cells[_LAST]

    @property
    def kept(self) -> int:
        """How many entries are on disk."""
        return self._cells[_LAST] - self._cells[_TRIMMED]

    @property
    def waiting(self) -> int:
        """How many entries were handed in and cannot be read yet. ``last_id``, asked afterwards, holds
        those that are by now.
        """
        settled = self._cells[_SETTLED]  # first: what is settled meanwhile counts as waiting
        return self._cells[_HANDED_IN] - settled

    @property
    def from_afar(self) -> int:
        """How many of those that were handed in came from another process."""
        return self._cells[_FROM_AFAR]

    @property
    def held_bytes(self) -> int:
        """What the entries on disk take."""
        return self._cells[_HELD]

    @property
    def most_bytes(self) -> int:
        """What they may take."""
        return self._cells[_MOST]

    @property
    def is_full(self) -> bool:
        """Whether messages wait until they take less."""
        return bool(self._cells[_FULL])

    def stands(self, last_id: int, trimmed: int) -> None:
        """The newest entry, and up to which they are deleted."""
        self._cells[_TRIMMED] = trimmed
        self._cells[_LAST] = last_id

    def holds(self, held_bytes: int, most_bytes: int, *, is_full: bool) -> None:
        """How much is on disk, and may be."""
        self._cells[_HELD] = held_bytes
        self._cells[_MOST] = most_bytes
        self._cells[_FULL] = is_full

    def handed_in(self, entries: int) -> None:
        """So many more; the journal's lock is held."""
        self._cells[_HANDED_IN] += entries

    def settled(self, entries: int) -> None:
        """So many more of those handed in may be read, or were there already."""
        self._cells[_SETTLED] += entries

    def came_from_afar(self, entries: int) -> None:
        """So many more were handed in for another process."""
        self._cells[_FROM_AFAR] += entries

    def release(self) -> None:
        """Let go of the memory."""
        self._cells.release()
