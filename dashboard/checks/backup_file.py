"""What a backup's file holds, and whether it would come back here."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from dashboard.checks.finding import Finding, fail, note, ok
from gateway.keeping.archive import JOURNAL, SECRET, SET_UP, Archive, KeepingError, opened
from gateway.keeping.database_rows import FOLDER
from gateway.keeping.journal_copy import not_stored
from gateway.keeping.sealing import is_sealed, unseal
from gateway.registry import schema

PART = "backup"


def is_backup(path: Path) -> bool:
    """Whether a file begins as a backup does; raises OSError."""
    with path.open("rb") as file:
        return file.read(2) == b"PK" or is_sealed(path)


def check_backup(path: Path, key: X25519PrivateKey | None) -> list[Finding]:
    """All of the file is read against its manifest; nothing readable is left of an encrypted one."""
    try:
        with _readable(path, key) as archive:
            return [_whole(path, archive), _version(archive), *_parts(archive)]
    except KeepingError as error:
        return [fail(PART, str(error), "do not rely on it: take another and keep that")]


@contextmanager
def _readable(path: Path, key: X25519PrivateKey | None) -> Iterator[Archive]:
    if not is_sealed(path):
        with opened(path) as archive:
            yield archive
        return
    if key is None:
        raise KeepingError(f"{path}: is encrypted: name the file with the private key by --key")
    with TemporaryFile() as plain:
        unseal(path, key, plain)
        with opened(path, plain) as archive:
            yield archive


def _whole(path: Path, archive: Archive) -> Finding:
    manifest = archive.manifest
    return ok(PART, f"{path} is whole: of {manifest.made_at}, by luchtig {manifest.program}")


def _version(archive: Archive) -> Finding:
    found, known = archive.manifest.schema, schema.known_versions()
    if found not in known:
        return fail(
            "schema",
            f"{found} is newer than this program",
            "restore it with the version that took it",
        )
    if found != known[0]:
        return note("schema", f"{found}, older than this program", "restore brings it up to date")
    return ok("schema", f"{found}, this program's")


def _parts(archive: Archive) -> Iterator[Finding]:
    manifest = archive.manifest
    tables = [part for name, part in manifest.parts.items() if name.startswith(FOLDER)]
    rows = sum((part.rows or 1) - 1 for part in tables)
    yield ok("database", f"{rows} rows in {len(tables)} tables")
    if manifest.venues is None:
        yield note("readings", "were left out", "take one without --no-readings")
    else:
        count = sum(
            p.rows or 0 for name, p in manifest.parts.items() if name.startswith("readings/")
        )
        yield ok("readings", f"{count} of {', '.join(manifest.venues) or 'no venue'}")
    yield _journal(archive)
    if SECRET in manifest.parts:
        yield ok("secret", "is in")
    else:
        yield note("secret", "is not in", "it is made anew: everybody logs in again")
    count = sum(name.startswith(f"{SET_UP}/") for name in manifest.parts)
    if count:
        yield ok("set-up", f"{count} files, for luchtig restore --machine")


def _journal(archive: Archive) -> Finding:
    if JOURNAL not in archive.manifest.parts:
        return note("journal", "is not in", "no gateway had run in that data.dir")
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "journal"
        with copy.open("wb") as file:
            archive.copy(JOURNAL, file)
        try:
            waiting = not_stored(copy)
        except sqlite3.Error as error:
            return fail("journal", f"cannot be read: {error}", "take another backup")
    return ok("journal", f"{waiting} messages that the store may not have had yet")
