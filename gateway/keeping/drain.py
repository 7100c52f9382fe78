"""What a dead gateway's disk holds and nobody else has: brought into the store and the database.

Rooms are not judged by it: by now another gateway may do so. Reports of the meetings that it belongs to
are drawn up anew.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.config import Settings
from gateway.front.front import JOURNAL
from gateway.journal.entry import RefusedMessage
from gateway.journal.interface import JournalClosed
from gateway.journal.journal import Journal
from gateway.journal.late_readings import LateReadings
from gateway.journal.reader import JournalError
from gateway.journal.store_writer import StoreWriter
from gateway.journal.tally import tally
from gateway.keeping.archive import KeepingError
from gateway.leases.name import name_in
from gateway.metrics import STORE_WRITTEN, Metrics
from gateway.process.directory_lock import DirectoryTaken, only_one
from gateway.registry.database import Database, DatabaseError, open_database
from gateway.registry.live import quarantine
from gateway.registry.live.live_state import Cursor, find_cursor, put_cursor
from gateway.registry.live.metric_totals import all_totals, put_totals
from gateway.store.interface import StoreError
from gateway.store.open import open_stores
from sensors.clock import Clock

BATCH: Final = 2_000
SAFE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Drained:
    """How many readings and samples the store was given, and how many messages that had been refused
    the database; ``left`` is how many entries the store says no to.
    """

    stored: int
    refused: int
    left: int


def drain(settings: Settings, folder: Path, clock: Clock) -> Drained:
    """Bring what the journal in ``folder`` has into the store and the database of ``settings``.

    Again is harmless: what is there already is passed over.

    Raises:
        KeepingError: there is no journal, a gateway runs on it, or one of the three cannot be used.

    """
    if not (folder / JOURNAL).is_file():
        raise KeepingError(f"{folder}: has no {JOURNAL}: name the data.dir of a gateway")
    try:
        with ExitStack() as held:
            held.enter_context(only_one(folder))
            database = open_database(settings.database.url, settings.directory)
            held.callback(database.close)
            database.check_version()
            store = open_stores(settings)
            held.callback(store.close)
            journal = held.enter_context(_running(folder / JOURNAL, clock))
            counted = Metrics()
            late = LateReadings(database, clock)
            writer = StoreWriter(journal, store, counted, clock, late.written)
            while writer.step():
                pass
            _flush(journal)  # what the store refused has joined it
            name = name_in(folder) or settings.broker.client_id
            refused = _note(database, journal, name, clock)
            left = journal.safe_id - journal.store_position
            stored = int(counted.totals().get((STORE_WRITTEN, ""), 0))
    except (DatabaseError, StoreError, DirectoryTaken, JournalError, JournalClosed) as error:
        raise KeepingError(str(error)) from error
    return Drained(stored, refused, left)


@contextmanager
def _running(path: Path, clock: Clock) -> Iterator[Journal]:
    """The journal, whose cursors are kept as they move."""
    journal = Journal(path, clock)
    stop = threading.Event()
    thread = threading.Thread(target=journal.run, args=(stop,), name="journal", daemon=True)
    thread.start()
    try:
        yield journal
    finally:
        stop.set()
        thread.join(SAFE_S)
        journal.close()


def _flush(journal: Journal) -> None:
    if not journal.flush(SAFE_S):
        raise JournalError("the journal cannot be written")


def _note(database: Database, journal: Journal, gateway: str, clock: Clock) -> int:
    """Keep and count what the gateway itself had not come to; how many refused messages that were."""
    with database.read() as conn:
        cursor = find_cursor(conn, gateway) or Cursor(0, clock.now())
    position, kept = cursor.position, 0
    while entries := journal.read(position, BATCH):
        position = entries[-1][0]
        refused = tuple(entry for _, entry in entries if isinstance(entry, RefusedMessage))
        with database.write() as conn:
            counted = Metrics(
                {(name, of): v for its, name, of, v in all_totals(conn) if its == gateway}
            )
            more = tally(entry for _, entry in entries)
            put_totals(conn, gateway, counted.totals(more))
            quarantine.add_all(conn, refused)
            put_cursor(conn, gateway, Cursor(position, cursor.alive))
        kept += len(refused)
    return kept
