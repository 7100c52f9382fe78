"""A backup, taken while gateway and dashboards go on.

Which part comes first decides whether anything falls between two of them. The database's transaction
begins first, so that the journal, copied at once behind it, reaches as far as the live side had come;
the readings are read last, so that what the journal had already handed on is among them. What was
acknowledged before the backup began is therefore in the journal, in the readings, or in both, and
written twice it is the same reading.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from gateway.config import Settings
from gateway.front.front import JOURNAL as JOURNAL_FILE
from gateway.keeping.archive import (
    FORMAT,
    JOURNAL,
    PUSH_KEY,
    SECRET,
    SIGNING_KEY,
    ArchiveWriter,
    KeepingError,
    Manifest,
    Sink,
    opened,
)
from gateway.keeping.database_rows import put_tables
from gateway.keeping.journal_copy import begins_behind, copy_journal
from gateway.keeping.readings import put_let_gone, put_readings
from gateway.keeping.sealing import Sealer
from gateway.keeping.staging import publish, staged
from gateway.registry import schema
from gateway.registry.database import Database, DatabaseError, open_database
from gateway.registry.live.live_state import find_cursor
from gateway.registry.rooms import all_venues
from gateway.store.interface import StoreError
from gateway.store.open import open_stores
from sensors.private_files import make_private_file

TRIES: Final = 5
NOTHING: Final[Mapping[str, bytes]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds; ``readings`` is None where they were left out."""

    rows: int
    readings: int | None
    has_journal: bool
    has_secret: bool


def take_backup(
    settings: Settings,
    to: Path,
    now: datetime,
    *,
    with_readings: bool,
    key: X25519PublicKey | None = None,
    beside: Mapping[str, bytes] = NOTHING,
) -> Kept:
    """Write all that the set-up keeps into the file ``to``, which is there whole or, where this fails
    or is killed, as it was before. With a ``key`` it is encrypted to that. ``beside`` are parts of the
    machine's own, by their names.

    Raises:
        KeepingError: it could not be taken.

    """
    try:
        database = open_database(settings.database.url, settings.directory)
        try:
            database.check_version()
            with staged(to) as folder:
                draft = folder / "archive"
                make_private_file(draft)
                with draft.open("wb") as file:
                    sealer = None if key is None else Sealer(file, key)
                    written = _Written(sealer or file, beside, with_readings)
                    kept = _write(settings, database, written, now)
                    if sealer is not None:
                        sealer.close()
                if sealer is None:
                    with opened(draft):
                        pass  # it was held against its manifest
                publish(draft, to)
        finally:
            database.close()
    except (DatabaseError, StoreError) as error:
        raise KeepingError(str(error)) from error
    except SQLAlchemyError as error:
        raise KeepingError(f"the database: {str(error).splitlines()[0]}") from error
    return kept


@dataclass(frozen=True, slots=True)
class _Written:
    """Where to, and what beside the set-up's own rows."""

    to: Sink
    beside: Mapping[str, bytes]
    with_readings: bool


def _write(settings: Settings, database: Database, written: _Written, now: datetime) -> Kept:
    # Not beside the target: what is encrypted there would lie there readable for a while.
    with (
        staged(settings.directory / "journal.copy") as folder,
        closing(ArchiveWriter(written.to)) as archive,
    ):
        journal = folder / "journal"
        for _ in range(TRIES):
            with database.snapshot() as connection:
                has_journal = _copy_journal(settings, journal)
                if has_journal and not _fits(connection, settings, journal):
                    continue  # what was judged meanwhile had left the journal: once more
                rows = put_tables(connection, archive)
                venues = tuple(venue.slug for venue in all_venues(connection))
                break
        else:
            raise KeepingError("the journal and the database do not fit: is a gateway starting?")
        if has_journal:
            archive.put_file(JOURNAL, journal)
        has_secret = _put_secret(settings, archive)
        _put_keys(settings, archive)
        for part, held in written.beside.items():
            archive.put_bytes(part, held)
        readings = _put_readings(settings, venues, archive) if written.with_readings else None
        archive.finish(
            lambda parts: Manifest(
                format=FORMAT,
                program=version("luchtig"),
                made_at=now.isoformat(timespec="seconds"),
                schema=schema.known_versions()[0],
                parts=parts,
                venues=venues if written.with_readings else None,
            )
        )
    return Kept(rows, readings, has_journal, has_secret)


def _copy_journal(settings: Settings, copy: Path) -> bool:
    found = settings.directory / JOURNAL_FILE
    copy.unlink(missing_ok=True)
    if not found.exists():
        return False
    make_private_file(copy)
    copy_journal(found, copy)
    return True


def _fits(connection: Connection, settings: Settings, copy: Path) -> bool:
    """Whether the journal still holds what the live side, as the database knows it, has yet to hear."""
    cursor = find_cursor(connection, settings.broker.client_id)
    return cursor is None or begins_behind(copy) <= cursor.position


def _put_secret(settings: Settings, archive: ArchiveWriter) -> bool:
    path = settings.directory / settings.dashboard.secret_file
    if not path.exists():
        return False
    archive.put_file(SECRET, path)
    return True


def _put_keys(settings: Settings, archive: ArchiveWriter) -> None:
    files = (
        (SIGNING_KEY, settings.dashboard.signing_key_file), (PUSH_KEY, settings.notify.push_key_file)
    )  # fmt: skip
    for part, file in files:
        path = settings.directory / file
        if path.exists():
            archive.put_file(part, path)


def _put_readings(settings: Settings, venues: tuple[str, ...], archive: ArchiveWriter) -> int:
    store = open_stores(settings)
    try:
        put_let_gone(store, venues, archive)
        return put_readings(store, venues, archive)
    finally:
        store.close()
