"""Memory that is free goes back to the system.

GNU's allocator keeps an arena for each of some threads, so that they need not wait for each other,
and what was free once in any of them stays. Python's threads take turns in any case, and after a burst (a
start, a thousand states at once) much is free between what is not. Elsewhere (musl, macOS) nothing is done.
"""

import ctypes
from collections.abc import Callable
from typing import Final

GIVE_BACK_EVERY_S: Final = 60.0
"""Some milliseconds each."""
_ARENA_MAX: Final = -8
"""M_ARENA_MAX of mallopt(3), by its number in malloc.h."""


def share_one_arena() -> None:
    """For all threads that are still to come."""
    found = _of_libc("mallopt")
    if found is not None:
        found(_ARENA_MAX, 1)


def give_back() -> None:
    """What is free now."""
    found = _of_libc("malloc_trim")
    if found is not None:
        found(0)


def _of_libc(name: str) -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None), name, None)
