"""A damaged file of SQLite's, kept beside, and a whole one with what could be read in its place."""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec

from gateway.journal.entry import decode_entry
from gateway.keeping.salvage import SavedTable, salvage
from gateway.registry.database import open_database
from gateway.registry.schema import known_versions
from gateway.store.sqlite import SqliteStore
from sensors.private_files import make_private_file

BESIDE: Final = ("-wal", "-shm")
"""What SQLite lays beside a file."""


ENTRIES: Final = "SELECT id, body FROM entries ORDER BY id"


class NotRepaired(Exception):
    """Nothing was changed; the message says why."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was saved of each table, which tables are gone whole and made anew, and where the damaged file
    is kept.
    """

    tables: tuple[SavedTable, ...]
    gone: tuple[str, ...]
    kept_as: Path


Complete = Callable[[Path], tuple[str, ...]]
"""Puts the last hand to what was saved; the tables that it made anew."""


def damage(path: Path, *, thorough: bool = True) -> str | None:
    """What is wrong with a file, None where it is whole; without ``thorough`` indices are not held against
    their tables.
    """
    check = "integrity_check" if thorough else "quick_check"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as db:
            said = str(db.execute(f"PRAGMA {check}(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    return None if said == "ok" else said.splitlines()[-1]


def repair(path: Path, now: datetime, complete: Complete | None = None) -> Repaired:
    """Put a whole file in the place of a damaged one that nobody uses; ``complete`` puts the last hand to
    what was saved.

    Raises:
        NotRepaired: the disk does not take it, or what was saved is not whole.

    """
    draft = path.with_name(f".{path.name}.repaired")
    draft.unlink(missing_ok=True)
    try:
        make_private_file(draft)
        tables = salvage(path, draft)
        gone = complete(draft) if complete is not None and tables else ()
        wrong = damage(draft)
        if wrong is not None:
            raise NotRepaired(f"what was saved is not whole: {wrong}")
        was = path.stat()
        draft.chmod(was.st_mode & 0o777)
        os.chown(draft, was.st_uid, was.st_gid)
        kept_as = path.with_name(f"{path.name}.damaged-{now:%Y%m%dT%H%M%SZ}")
        for end in BESIDE:
            beside = path.with_name(path.name + end)
            if beside.exists():
                beside.rename(kept_as.with_name(kept_as.name + end))
        os.link(path, kept_as)
        draft.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise NotRepaired(str(error)) from error
    finally:
        draft.unlink(missing_ok=True)
    return Repaired(tables, gone, kept_as)


def unreadable(journal: Path) -> str | None:
    """What is wrong with the entries of a file that is whole."""
    try:
        wrong = _unreadable_entries(journal)
    except sqlite3.Error:  # it has no such table yet
        return None
    return f"{len(wrong)} of its entries cannot be read" if wrong else None


def _unreadable_entries(path: Path) -> list[int]:
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as db:
        return [number for number, body in db.execute(ENTRIES) if not _is_entry(body)]


def _is_entry(body: object) -> bool:
    try:
        decode_entry(body)  # type: ignore[arg-type]
    except (msgspec.MsgspecError, ValueError, TypeError):
        return False
    return True


def complete_journal(path: Path) -> tuple[str, ...]:
    """Leave out what is no entry, and number the others without a gap: those before one move up, so that
    none is passed unread.
    """
    wrong = [(number,) for number in _unreadable_entries(path)]
    with closing(sqlite3.connect(path)) as db, db:
        db.executemany("DELETE FROM entries WHERE id = ?", wrong)
        gaps = db.execute(
            "SELECT id, next - id - 1 FROM (SELECT id, lead(id) OVER (ORDER BY id) AS next"
            " FROM entries) WHERE next - id > 1 ORDER BY id DESC"
        ).fetchall()
        for before, missing in gaps:
            db.execute("UPDATE entries SET id = -(id + ?) WHERE id <= ?", (missing, before))
            db.execute("UPDATE entries SET id = -id WHERE id < 0")
    return ()


def complete_database(path: Path) -> tuple[str, ...]:
    """Where it is lost of which version the tables are, they are of this program's; those of which nothing
    is known any more are made anew.
    """
    newest = known_versions()[0]
    with tempfile.TemporaryDirectory() as folder:
        database = open_database("sqlite:///new.db", Path(folder))
        database.migrate()
        database.close()
        with closing(sqlite3.connect(path)) as db, db:
            version = _version(db)
            if version not in (None, newest):  # it is brought up to date when a program starts
                return ()
            gone = _made_anew(db, Path(folder) / "new.db")
            if version is None:
                db.execute("INSERT INTO alembic_version VALUES (?)", (newest,))
    return gone


def complete_store(path: Path) -> tuple[str, ...]:
    """The tables of which nothing is known any more are made anew."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "new.db")
        store.write(())
        store.close()
        with closing(sqlite3.connect(path)) as db, db:
            return _made_anew(db, Path(folder) / "new.db")


def _version(db: sqlite3.Connection) -> str | None:
    try:
        found = db.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return None if found is None else str(found[0])


def _made_anew(db: sqlite3.Connection, like: Path) -> tuple[str, ...]:
    query = "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC"
    there = {name for name, _, _ in db.execute(query)}
    gone: list[str] = []
    with closing(sqlite3.connect(like)) as other:
        for name, kind, sql in other.execute(query).fetchall():
            if name in there or name.startswith("sqlite_"):
                continue
            db.execute(sql)
            if kind == "table":
                gone.append(name)
    return tuple(gone)
