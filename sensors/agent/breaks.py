"""Connections that end within seconds and without a word, again and again: a bad network, or two devices by
one client id, who push each other off. Mosquitto tells the one that it closes nothing.
"""

import time
from collections.abc import Callable
from typing import Final

SHORT_S: Final = 30.0
MANY: Final = 3
CALM_S: Final = 8
"""The longest pause between two that push each other off; a bad network is not waited for any longer."""


class Breaks:
    """``in_a_row`` is how many there were since a connection lasted."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self.in_a_row = 0

    @property
    def are_told(self) -> bool:
        """Whether what happens was said, so that each coming and going need not be."""
        return self.in_a_row >= MANY

    @property
    def pause_s(self) -> int:
        """How long to wait before the next attempt."""
        return min(1 << max(0, self.in_a_row - MANY + 1), CALM_S)

    def add(self, let_in_at: float | None) -> None:
        """One ended that stood since then; None: it never did."""
        is_short = let_in_at is not None and self._monotonic() - let_in_at <= SHORT_S
        self.in_a_row = self.in_a_row + 1 if is_short else 0

    def words(self, why: object, client_id: str) -> str:
        """What is to be said of the last one, empty where it was."""
        if self.in_a_row < MANY:
            return f"is gone: {why}"
        return (
            "ends our connection within seconds, again and again: is another device connected as "
            f"{client_id}? Give each a name of its own"
            if self.in_a_row == MANY
            else ""
        )
