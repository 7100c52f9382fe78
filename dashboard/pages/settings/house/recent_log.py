"""The log of the last hour, as the programs kept it in the data folder, with what is secret masked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from gateway.domain.audit import MASK
from sensors.plain_log import UTC_TIME

PROGRAMS: Final = ("gateway", "dashboard")
HOUR: Final = timedelta(hours=1)
MOST: Final = 400
"""Entries that are shown, the newest."""
TAIL_BYTES: Final = 400_000
_TIME_LENGTH: Final = len("2026-11-28T22:50:01Z")
_LOGIN: Final = re.compile(r"://[^\s/@]{1,200}@")
_NAMED: Final = re.compile(
    r"(?i)\b(password|passwd|secret|token|key|authorization|bearer|cookie)((?:[=:] ?|%3D| )(?:bearer )?)[^\s&;,]{1,400}"
)
_OURS: Final = re.compile(r"luchtig_[A-Za-z0-9_-]{8,200}|/(?:s|k|ack|invite|d)/[^\s?]{8,400}")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that a program said; ``text`` may be several lines."""

    at: datetime
    program: str
    level: str
    text: str


def recent(folder: Path, now: datetime) -> list[LogEntry]:
    """Of all programs, the newest first; nothing where none keeps a log there."""
    found: list[LogEntry] = []
    for program in PROGRAMS:
        path = folder / f"recent-{program}.log"
        lines = (*_tail(path.with_name(f"{path.name}.1")), *_tail(path))
        found += read_entries(lines, program, now - HOUR)
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:MOST]


def read_entries(lines: Iterable[str], program: str, since: datetime) -> list[LogEntry]:
    """What lines of a log say from ``since`` on, in their order; what goes on over several is one."""
    found: list[LogEntry] = []
    for line in lines:
        at = _time(line)
        if at is None:
            if found:
                last = found[-1]
                text = f"{last.text}\n{masked(line)}"
                found[-1] = LogEntry(last.at, program, last.level, text)
            continue
        level, _, text = line[_TIME_LENGTH + 1 :].partition(" ")
        found.append(LogEntry(at, program, level, masked(text)))
    return [entry for entry in found if entry.at >= since]


def masked(text: str) -> str:
    """A text without what is secret: logins of addresses, what is called a password or a token, our own
    tokens and signed links.
    """
    text = _LOGIN.sub(f"://{MASK}@", text)
    text = _NAMED.sub(lambda found: f"{found[1]}{found[2]}{MASK}", text)
    return _OURS.sub(MASK, text)


def _time(line: str) -> datetime | None:
    try:
        return datetime.strptime(line[:_TIME_LENGTH], UTC_TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def _tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - TAIL_BYTES))
            return file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
