"""Lets few through at a time: what is dear in processor and memory, as the hash of a password."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Busy(Exception):
    """Too many are there already: to be tried again a little later."""


class Turnstile:
    """``at_a_time`` are let through, ``waiting`` more wait ``patience_s`` for their turn."""

    def __init__(self, at_a_time: int, waiting: int, patience_s: float) -> None:
        self._turns = threading.BoundedSemaphore(at_a_time)
        self._places = threading.BoundedSemaphore(at_a_time + waiting)
        self._patience_s = patience_s

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Be let through for the length of a block.

        Raises:
            Busy: no place to wait, or no turn came.

        """
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            if not self._turns.acquire(timeout=self._patience_s):
                raise Busy
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._places.release()
