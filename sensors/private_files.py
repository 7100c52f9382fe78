"""Files and folders that nobody but their owner may read: who was where when is for the venue alone,
and so are the addresses of those who are told.
"""

import os
import secrets
from pathlib import Path
from typing import Final

FILE: Final = 0o600
FOLDER: Final = 0o700
OTHERS: Final = 0o077
"""What of a mode lets others in."""


def make_private_folder(path: Path) -> None:
    """Make a folder and those it lies in, where they are missing.

    Raises:
        OSError: it cannot be made.

    """
    if path.is_dir():
        return
    make_private_folder(path.parent)
    path.mkdir(mode=FOLDER, exist_ok=True)


def make_private_file(path: Path) -> None:
    """Make a file where it is missing, empty, before a library makes it for all to read: what SQLite
    lays beside it has its mode too. Where it cannot be made, whoever opens it says why.
    """
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, FILE))
    except OSError:
        return


def put_once(path: Path, data: bytes) -> None:
    """Make a file that holds this, where it is missing, and its folder. It is written whole under a name of
    our own, then linked: whoever is first wins, nobody reads half.

    Raises:
        OSError: it cannot be made.

    """
    make_private_folder(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)
