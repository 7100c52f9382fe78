"""Logins in Mosquitto's own file of hashes."""

import base64
import hashlib
import hmac
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from sensors.private_files import make_private_file

WITHIN_S: Final = 30.0
PBKDF2_SHA512: Final = "7"
"""How Mosquitto names it: ``$7$ROUNDS$SALT$HASH``, both in Base64."""


class NoLogin(Exception):
    """The login cannot be made or revoked; ``str()`` says why and what to do."""


def write_login(file: Path, login: str, password: str) -> None:
    """Put a login into Mosquitto's file, hashed by its own program; one that is there gets the new
    password.

    Raises:
        NoLogin: Mosquitto's program is missing, or a file cannot be written.

    """
    program = shutil.which("mosquitto_passwd")
    if program is None:
        raise NoLogin("mosquitto_passwd is missing: install Mosquitto (apt install mosquitto)")
    try:
        hashed = _hashed(program, login, password)
        kept = [line for line in _lines(file) if not line.startswith(f"{login}:")]
        _write(file, [*kept, hashed])
    except OSError as error:
        raise NoLogin(f"{error.filename or file}: {error.strerror}") from error
    except subprocess.SubprocessError as error:
        raise NoLogin(f"mosquitto_passwd failed: {error}") from error


def remove_login(file: Path, login: str) -> None:
    """Take a login out of Mosquitto's file.

    Raises:
        NoLogin: it is not in it, or the file cannot be written.

    """
    try:
        lines = _lines(file)
        kept = [line for line in lines if not line.startswith(f"{login}:")]
        if len(kept) == len(lines):
            raise NoLogin(f"{file}: has no login {login}")
        _write(file, kept)
    except OSError as error:
        raise NoLogin(f"{error.filename or file}: {error.strerror}") from error


def has_login(file: Path, login: str, password: str) -> bool:
    """Whether this login with this password is in it."""
    for line in _lines(file):
        name, _, hashed = line.partition(":")
        parts = hashed.split("$")
        if name == login and len(parts) == 5 and parts[1] == PBKDF2_SHA512:
            salt, wanted = base64.b64decode(parts[3]), base64.b64decode(parts[4])
            found = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, int(parts[2]))
            return hmac.compare_digest(found, wanted)
    return False


def _hashed(program: str, login: str, password: str) -> str:
    """A line of the file; the password goes through a file, not through arguments that all can see."""
    with tempfile.TemporaryDirectory(prefix="luchtig-") as folder:
        draft = Path(folder) / "login"
        make_private_file(draft)
        draft.write_text(f"{login}:{password}\n", encoding="ascii")
        subprocess.run(
            [program, "-U", str(draft)], check=True, capture_output=True, timeout=WITHIN_S
        )
        return draft.read_text(encoding="ascii").strip()


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _write(file: Path, lines: list[str]) -> None:
    """All of it or nothing, with the owner and the rights that the file had."""
    draft = file.with_name(f".{file.name}.new")
    make_private_file(draft)
    draft.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    if file.exists():
        was = file.stat()
        draft.chmod(was.st_mode & 0o777)
        if os.geteuid() == 0:
            os.chown(draft, was.st_uid, was.st_gid)
    draft.replace(file)
