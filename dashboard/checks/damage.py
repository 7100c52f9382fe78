"""Whether the files of SQLite's are whole, and what can be saved of those that are not."""

import os
from collections.abc import Iterator
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Final

from dashboard.checks.files import sqlite_file
from dashboard.checks.finding import Finding, fail, note, ok
from gateway.config import Settings
from gateway.front.front import JOURNAL
from gateway.keeping.repair import (
    Complete,
    NotRepaired,
    Repaired,
    complete_database,
    complete_journal,
    complete_store,
    damage,
    repair,
    unreadable,
)
from gateway.process.directory_lock import DirectoryTaken, only_one
from sensors.clock import clock_from

LOOKED_THROUGH: Final = 200_000_000
"""A larger file is looked through by ``--repair`` alone, as that takes long."""
REPAIR: Final = (
    "stop the programs that use it, then luchtig check --repair: it saves what can be read, and keeps "
    "the damaged file"
)


def check_damage(settings: Settings) -> list[Finding]:
    """Of each file what is wrong with it."""
    found = [partial(_look, path) for path, _ in _files(settings)]
    findings = [finding for look in found for finding in look()]
    return findings or [ok("whole", "no file of SQLite's is damaged")]


def repair_all(settings: Settings) -> list[Finding]:
    """Put a whole file in the place of each that is damaged, as long as no gateway runs."""
    try:
        with only_one(settings.directory):
            findings = [
                _repaired(path, complete, wrong)
                for path, complete in _files(settings)
                if (wrong := _wrong(path)) is not None
            ]
    except DirectoryTaken as error:
        return [fail("repair", str(error), "stop gateway, dashboard and sensor first")]
    return findings or [ok("repair", "no file of SQLite's is damaged: nothing was changed")]


def _files(settings: Settings) -> Iterator[tuple[Path, Complete | None]]:
    named: list[tuple[str | None, Complete | None]] = [
        (sqlite_file(settings.database.url), complete_database),
        (JOURNAL, complete_journal),
        *((sqlite_file(store.url), complete_store) for store in settings.stores),
        (settings.sensor.spool, None),
    ]
    for name, complete in named:
        path = settings.directory / name if name else None
        if path is not None and path.is_file():
            yield path, complete


def _look(path: Path) -> list[Finding]:
    size = path.stat().st_size
    if size > LOOKED_THROUGH:
        found = f"{path} was not looked through, it is large: {size / 1e6:.0f} MB"
        return [note("whole", found, "luchtig check --repair looks through it, while nothing runs")]
    wrong = _wrong(path, thorough=False)
    if wrong is None or "is locked" in wrong:  # whoever has it to himself would say so
        return []
    return [fail("damaged", f"{path}: {wrong}", REPAIR)]


def _wrong(path: Path, *, thorough: bool = True) -> str | None:
    wrong = damage(path, thorough=thorough)
    if wrong is None and path.name == JOURNAL:
        wrong = unreadable(path)
    return wrong


def _repaired(path: Path, complete: Complete | None, wrong: str) -> Finding:
    try:
        done = repair(path, clock_from(os.environ).now().astimezone(UTC), complete)
    except NotRepaired as error:
        return fail("repair", f"{path} is damaged ({wrong}): {error}", "restore a backup")
    return note("repair", f"{path} was damaged ({wrong}): {_said(done)}", _then(done))


def _said(done: Repaired) -> str:
    if not done.tables:
        return "its head is gone, nothing could be read; an empty file is in its place"
    rows = sum(table.rows for table in done.tables)
    torn = [f"{one.name} ({one.rows} saved)" for one in done.tables if not one.is_whole]
    if done.gone:
        torn.append(f"all of {', '.join(done.gone)}")
    orphans = [f"{one.orphans} of {one.name}" for one in done.tables if one.orphans]
    lost = (
        f"lost is a part of {', '.join(torn)}"
        if torn
        else "no row of a table that was read is lost"
    )
    if orphans:
        lost += f"; left out, since what they belong to is lost: {', '.join(orphans)}"
    return f"{rows} rows of {len(done.tables)} tables saved, {lost}"


def _then(done: Repaired) -> str:
    return f"the damaged file is kept as {done.kept_as.name}; a backup may hold what is lost"
