"""What a failure of SQLite means for whoever called the store."""

import sqlite3
from pathlib import Path

from gateway.process.damage import is_damaged, said
from gateway.store.interface import StoreError, StoreMisconfigured, StoreUnavailable

# Another try may succeed: somebody else writes, the disk is full or failed for now.
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_SCHEMA,
}


def store_error(path: Path, error: sqlite3.Error) -> StoreError:
    """The error of ours that says what became of the file at ``path``."""
    # The lower eight bits are the kind of failure, the rest says which of the kind.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _PASSING:
        return StoreUnavailable(f"store {path}: {error}")
    if is_damaged(error):
        other = "or store.url names a file that is not luchtig's"
        return StoreMisconfigured(f"store {path}: {said(error)}, or restore a backup; {other}")
    return StoreMisconfigured(
        f"store {path}: {error}: check that store.url names a file of luchtig's that this user may "
        "write, in a folder of its own, or restore a backup"
    )
