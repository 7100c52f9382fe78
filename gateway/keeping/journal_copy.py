"""The journal's file, copied while a gateway writes it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.keeping.archive import KeepingError


def copy_journal(journal: Path, to: Path) -> None:
    """A copy as of one moment, without what belongs to the broker's session: where the copy is used, a
    packet identifier of then may be that of another message.

    Raises:
        KeepingError: it cannot be read, or is damaged.

    """
    try:
        with (
            closing(sqlite3.connect(f"file:{journal}?mode=rw", uri=True)) as found,
            closing(sqlite3.connect(to, isolation_level=None)) as copy,
        ):
            found.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            said = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
            if said != "ok":
                raise KeepingError(f"journal {journal}: is damaged: {said}")
            if "deliveries" in _tables(copy):
                copy.execute("DELETE FROM deliveries")
    except sqlite3.Error as error:
        raise KeepingError(f"journal {journal}: cannot be copied: {error}") from error


def begins_behind(copy: Path) -> int:
    """The number of the entry before the first that a copy holds."""
    with closing(sqlite3.connect(copy)) as found:
        if "entries" not in _tables(found):
            return 0
        first: int | None = found.execute("SELECT min(id) FROM entries").fetchone()[0]
        if first is not None:
            return first - 1
        marks = dict(found.execute("SELECT name, position FROM marks"))
        last: int = marks.get("last", 0)
        return last


def not_stored(copy: Path) -> int:
    """How many entries of a copy the store had not taken; raises sqlite3.Error."""
    with closing(sqlite3.connect(copy)) as found:
        if "entries" not in _tables(found):
            return 0
        marks = dict(found.execute("SELECT name, position FROM marks"))
        beyond = (marks.get("store", 0),)
        count: int = found.execute("SELECT count(*) FROM entries WHERE id > ?", beyond).fetchone()[
            0
        ]
        return count


def _tables(db: sqlite3.Connection) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
