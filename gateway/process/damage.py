"""A file of SQLite's that is damaged, told from one that is away, with what to do about it."""

import sqlite3
from typing import Final

MEND: Final = (
    "the file is damaged: stop the programs that use it, then luchtig check --repair saves what can be "
    "read of it"
)
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_damaged(error: BaseException | None) -> bool:
    """Whether that is what SQLite says."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return isinstance(error, sqlite3.Error) and code & 0xFF in _DAMAGED


def is_torn(error: BaseException | None) -> bool:
    """Whether that is what it says of a part of the file: the rest may serve."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return isinstance(error, sqlite3.Error) and code & 0xFF == sqlite3.SQLITE_CORRUPT


def said(error: sqlite3.Error) -> str:
    """What SQLite says, and what mends it where it is known."""
    return f"{error}: {MEND}" if is_damaged(error) else str(error)
