"""The data directory belongs to one gateway: a file in it is locked for as long as that runs."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from sensors.private_files import make_private_file, make_private_folder

TAKE_OVER_S: Final = 2.0
"""So long may a gateway that was killed take until the last of its processes is gone."""
LOOK_S: Final = 0.02


class DirectoryTaken(Exception):
    """It cannot be had; the message says why and what to do."""


@contextmanager
def only_one(directory: Path) -> Iterator[TextIO]:
    """Hold the data directory. Whoever else has the file open holds it as well.

    Raises:
        DirectoryTaken: another gateway holds it, or it cannot be written.

    """
    try:
        make_private_folder(directory)
        make_private_file(directory / "gateway.lock")
        lock = (directory / "gateway.lock").open("w")
    except OSError as error:
        raise DirectoryTaken(f"{directory}: cannot be written: {error.strerror}") from error
    with lock:
        until = time.monotonic() + TAKE_OVER_S
        while not _is_held(lock):
            if time.monotonic() > until:
                raise DirectoryTaken(
                    f"another gateway is running on {directory}: stop it, or give this one a "
                    "data.dir of its own"
                )
            time.sleep(LOOK_S)
        yield lock


def _is_held(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
