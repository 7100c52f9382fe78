"""A set-up with something of everything that is kept, and one that is empty."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, insert, select

from gateway.config import DatabaseSettings, Settings, StoreSettings
from gateway.journal.deliveries import Delivery
from gateway.journal.file import JournalFile
from gateway.notify.push.push_key import read_or_make_push_key
from gateway.registry.database import open_database
from gateway.registry.tables.live_state import air_memory
from gateway.secret import read_or_make_secret
from gateway.store.interface import STORED, Placed, RoomSample
from gateway.store.open import open_stores
from gateway.store.row import MAX_NS
from gateway.venue_import import import_venues
from sensors.clock import SYSTEM
from sensors.venue.file import parse_venues
from tests.gateway.journalled import placed
from tests.gateway.store.rows import VENUE, air, people, sample

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
VENUES = {
    "venue": [
        {
            "slug": "de-kade",
            "name": "De Kade",
            "timezone": "Europe/Amsterdam",
            "room": [{"slug": "zaal", "name": "Zaal", "seats": 40, "volume_m3": 210.0}],
        }
    ]
}
ROWS: list[Placed | RoomSample] = [
    *(air(10 * n, 600.1 + n, humidity_pct=None if n % 2 else 44.4) for n in range(30)),
    people(0, count=3),
    people(5, in_total=7, out_total=4),
    sample(0, 3),
]
NOT_STORED = [placed(n) for n in range(5)]


def settings(directory: Path, database: str = "luchtig.db", store: str = "readings.db") -> Settings:
    """Addresses, or files in the folder."""
    return Settings(
        directory=directory,
        database=DatabaseSettings(url=database if "://" in database else f"sqlite:///{database}"),
        store=StoreSettings(url=store if "://" in store else f"sqlite:///{store}"),
    )


def fill(kept: Settings) -> None:
    """Put a venue, readings, a memory, a secret and a journal that the store has nothing of in."""
    database = open_database(kept.database.url, kept.directory)
    database.migrate()
    with database.write() as conn:
        import_venues(conn, parse_venues(VENUES, "test"), NOW, "test")
        memory = {"venue": VENUE, "kind": "room", "slug": "zaal", "position": 3, "at_ns": 7}
        conn.execute(insert(air_memory), [memory | {"state": b"\x00\xff\n'"}])
    database.close()
    with closing(open_stores(kept)) as store:
        assert store.write(ROWS) == ()
    with closing(JournalFile(kept.directory / "journal.db", SYSTEM)) as journal:
        came = [Delivery(1, n, again=False, digest=b"12345678") for n in range(5)]
        journal.commit(NOT_STORED, 0, 0, came)
    read_or_make_secret(kept.directory / "secret")
    read_or_make_push_key(kept.directory / "push-key")


def database_rows(kept: Settings) -> dict[str, list[tuple[Any, ...]]]:
    database = open_database(kept.database.url, kept.directory)
    with database.read() as conn:
        found = MetaData()
        found.reflect(conn)
        rows = {
            name: sorted((tuple(row) for row in conn.execute(select(table))), key=repr)
            for name, table in found.tables.items()
        }
    database.close()
    return rows


def stored_rows(kept: Settings) -> list[Placed | RoomSample]:
    with closing(open_stores(kept)) as store:
        return [row for kind in STORED for row in store.rows(kind, VENUE, None, -MAX_NS, MAX_NS)]
