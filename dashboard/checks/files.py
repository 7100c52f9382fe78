"""Who may read what lies on this machine: readings, addresses and secrets are for their owner alone."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from dashboard.checks.finding import Finding, fail, note, ok
from gateway.config import Settings
from gateway.front.front import JOURNAL
from sensors.private_files import OTHERS

BESIDE: Final = ("", "-wal", "-shm")
"""What SQLite keeps: the file, and what it lays beside it."""


def check_files(settings: Settings) -> list[Finding]:
    """What others can read, each with the command that mends it."""
    files = tuple(_files(settings))
    findings = [
        note("files", f"{folder} is open to others", f"chmod 700 {folder}")
        for folder in dict.fromkeys(file.parent for file in files)
        if _open_to_others(folder)
    ]
    findings += [
        fail("files", f"{file} can be read by others", f"chmod 600 {file}")
        for file in files
        if _open_to_others(file)
    ]
    return findings or [ok("files", "nobody else can read them")]


def _files(settings: Settings) -> Iterator[Path]:
    secret = settings.directory / settings.dashboard.secret_file
    if secret.exists():
        yield secret
    named = (
        sqlite_file(settings.database.url),
        JOURNAL,
        *(sqlite_file(store.url) for store in settings.stores),
        settings.sensor.spool,
    )
    for name in filter(None, named):
        for beside in BESIDE:
            file = settings.directory / f"{name}{beside}"
            if file.is_file():
                yield file


def sqlite_file(url: str) -> str | None:
    """The file of an address, where it is one of a file."""
    try:
        address = make_url(url)
    except ArgumentError:
        return None
    return address.database if address.get_backend_name() == "sqlite" else None


def _open_to_others(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & OTHERS)
