"""A backup put back, into places that are empty: a mistake in an address must not cost what is there.

Everything is read against the manifest before anything is written. The database comes last, in one
transaction: where it is there, all is.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy.exc import SQLAlchemyError

from gateway.config import Settings
from gateway.front.front import JOURNAL as JOURNAL_FILE
from gateway.keeping.archive import (
    JOURNAL,
    PUSH_KEY,
    SECRET,
    SIGNING_KEY,
    Archive,
    KeepingError,
    opened,
)
from gateway.keeping.database_rows import fill_tables
from gateway.keeping.readings import empty_again, fill_store, holds_any
from gateway.keeping.sealing import is_sealed, unseal
from gateway.keeping.staging import publish
from gateway.process.directory_lock import DirectoryTaken, only_one
from gateway.registry import schema
from gateway.registry.database import DatabaseError, open_database
from gateway.store.interface import Store, StoreError
from gateway.store.open import open_stores, store_of
from sensors.private_files import make_private_file, make_private_folder


@dataclass(frozen=True, slots=True)
class PutBack:
    """``readings`` is None where the backup has none."""

    made_at: str
    rows: int
    readings: int | None


def restore(settings: Settings, backup: Path, key: X25519PrivateKey | None = None) -> PutBack:
    """Put a backup into the places that ``settings`` name; where it fails they are empty again.
    ``key`` is for one that is encrypted.

    Raises:
        KeepingError: it is no whole backup, a place is not empty, or one did not take it.

    """
    try:
        with readable(backup, key, settings.directory) as archive, only_one(settings.directory):
            _refuse_newer(archive)
            return _put_back(settings, archive)
    except (DatabaseError, StoreError, DirectoryTaken) as error:
        raise KeepingError(str(error)) from error
    except SQLAlchemyError as error:
        raise KeepingError(f"the database: {str(error).splitlines()[0]}") from error
    except ValueError as error:
        raise KeepingError(f"{backup}: is no backup of luchtig: {error}") from error
    except OSError as error:
        where = error.filename or settings.directory
        raise KeepingError(f"{where}: cannot be written: {error.strerror or error}") from error


@contextmanager
def readable(backup: Path, key: X25519PrivateKey | None, scratch: Path) -> Iterator[Archive]:
    """A backup, once all of it was held against its manifest; one that is encrypted is read by way of
    the folder ``scratch``, and leaves nothing there.

    Raises:
        KeepingError: it cannot be read, or is no whole one, or the key is not its own.

    """
    try:
        sealed = is_sealed(backup)
    except OSError as error:
        raise KeepingError(f"{backup}: cannot be read: {error.strerror or error}") from error
    if not sealed:
        with opened(backup) as archive:
            yield archive
        return
    if key is None:
        raise KeepingError(f"{backup}: is encrypted: name the file with the private key by --key")
    make_private_folder(scratch)
    # Without a name: nothing readable is left where this is killed.
    with TemporaryFile(dir=scratch) as plain:
        unseal(backup, key, plain)
        with opened(backup, plain) as archive:
            yield archive


def _refuse_newer(archive: Archive) -> None:
    manifest = archive.manifest
    if manifest.schema not in schema.known_versions():
        raise KeepingError(
            f"the backup was taken by luchtig {manifest.program} with schema {manifest.schema}, which "
            "is newer than this program: install that version"
        )


def _put_back(settings: Settings, archive: Archive) -> PutBack:
    venues = archive.manifest.venues
    journal = settings.directory / JOURNAL_FILE
    secret = settings.directory / settings.dashboard.secret_file
    signing_key = settings.directory / settings.dashboard.signing_key_file
    push_key = settings.directory / settings.notify.push_key_file
    files = (
        (JOURNAL, journal), (SECRET, secret), (SIGNING_KEY, signing_key), (PUSH_KEY, push_key)
    )  # fmt: skip
    with ExitStack() as held:
        database = open_database(settings.database.url, settings.directory)
        held.callback(database.close)
        store = open_stores(settings)
        held.callback(store.close)
        filling = held.enter_context(database.filled())
        _refuse_full(settings, archive, store)
        readings = None
        if venues is not None:
            held.enter_context(_undone(store, venues))
            readings = fill_store(store, archive)
        for part, path in files:
            held.enter_context(_placed(archive, part, path))
        rows = fill_tables(filling, archive)
        filling.commit()
    return PutBack(archive.manifest.made_at, rows, readings)


def _refuse_full(settings: Settings, archive: Archive, store: Store) -> None:
    journal = settings.directory / JOURNAL_FILE
    places = {
        # What SQLite lays beside a file would be taken for part of ours.
        JOURNAL: [
            journal,
            *(journal.with_name(journal.name + end) for end in ("-wal", "-journal")),
        ],
        SECRET: [settings.directory / settings.dashboard.secret_file],
        SIGNING_KEY: [settings.directory / settings.dashboard.signing_key_file],
        PUSH_KEY: [settings.directory / settings.notify.push_key_file],
    }
    for part in places.keys() & archive.manifest.parts.keys():
        for path in places[part]:
            if path.exists():
                raise KeepingError(
                    f"{path} is there already: restore into an empty folder (data.dir), or move it away"
                )
    venue = holds_any(store, archive.manifest.venues or ())
    if venue is not None:
        raise KeepingError(
            f"the store ({store_of(settings, venue).url}) already holds readings of {venue}: name an empty one in "
            "store.url"
        )


@contextmanager
def _undone(store: Store, venues: tuple[str, ...]) -> Iterator[None]:
    """Take the readings out again where the rest fails."""
    try:
        yield
    except BaseException as error:
        if not empty_again(store, venues) and isinstance(error, Exception):
            raise KeepingError(
                f"{error}; the store kept some of the readings: empty it before the next try"
            ) from error
        raise


@contextmanager
def _placed(archive: Archive, part: str, path: Path) -> Iterator[None]:
    """A file that the archive holds, at its place; taken away again where the rest fails."""
    if part not in archive.manifest.parts:
        yield
        return
    make_private_folder(path.parent)
    draft = path.with_name(f".{path.name}.restored")
    try:
        draft.unlink(missing_ok=True)
        make_private_file(draft)
        with draft.open("wb") as file:
            archive.copy(part, file)
        publish(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise
