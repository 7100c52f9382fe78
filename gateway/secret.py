"""The secret that sessions and the links in messages are signed with: a file of its own, made when
it is missing by whoever starts first.
"""

import os
import secrets
from pathlib import Path

from sensors.config import ConfigError
from sensors.private_files import make_private_folder

SHORTEST = 16


def read_or_make_secret(path: Path) -> str:
    """The secret in a file, which only its owner may read; processes that start together agree.

    Raises:
        ConfigError: it can be neither read nor made, or holds too little.

    """
    try:
        if not path.exists():
            _make(path)
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            [f"dashboard.secret_file = {str(path)!r}: cannot be read or made: {error}"]
        ) from error
    if len(text) < SHORTEST:
        expected = f"expected at least {SHORTEST} characters; delete it, and it is made anew"
        raise ConfigError([f"dashboard.secret_file = {str(path)!r}: {expected}"])
    return text


def _make(path: Path) -> None:
    """Written whole under a name of our own, then linked: whoever is first wins, nobody reads
    half.
    """
    make_private_folder(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)
