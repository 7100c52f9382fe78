"""Where a backup is written until it is whole: a folder beside it, which one process holds."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.keeping.archive import KeepingError
from sensors.private_files import make_private_file, make_private_folder


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """A folder in which to make what will be ``target``; what a process that was killed left in it is
    removed first.

    Raises:
        KeepingError: another process is at it, or nothing can be written there.

    """
    folder = target.with_name(f".{target.name}.part")
    try:
        make_private_folder(folder)
        make_private_file(folder / "lock")
        with (folder / "lock").open("w") as lock:
            _hold(lock.fileno(), target)
            for left in folder.iterdir():
                if left.name != "lock":
                    left.unlink()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise KeepingError(f"{target}: cannot be written: {error.strerror or error}") from error


def publish(draft: Path, target: Path) -> None:
    """Give a whole file its name, so that it is there after a power cut, too."""
    _sync(draft)
    draft.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _hold(lock: int, target: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise KeepingError(f"{target}: another process is writing it") from error
