"""The secret that sessions and the links in messages are signed with: a file of its own, made when
it is missing by whoever starts first.
"""

import secrets
from pathlib import Path

from sensors.config import ConfigError
from sensors.private_files import put_once

SHORTEST = 16


def read_or_make_secret(path: Path) -> str:
    """The secret in a file, which only its owner may read; processes that start together agree.

    Raises:
        ConfigError: it can be neither read nor made, or holds too little.

    """
    try:
        if not path.exists():
            put_once(path, f"{secrets.token_urlsafe(48)}\n".encode())
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            [f"dashboard.secret_file = {str(path)!r}: cannot be read or made: {error}"]
        ) from error
    if len(text) < SHORTEST:
        expected = f"expected at least {SHORTEST} characters; delete it, and it is made anew"
        raise ConfigError([f"dashboard.secret_file = {str(path)!r}: {expected}"])
    return text
