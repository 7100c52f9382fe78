"""A venue whose evening is over, in a real database and store, for the tests of records and reports."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from gateway.config import StoreSettings
from gateway.journal.late_readings import LateReadings
from gateway.registry.agenda import reports
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.alerts import outbox
from gateway.registry.database import Database, open_database
from gateway.registry.devices import note_about, place
from gateway.registry.policies import put_presets
from gateway.registry.rooms import put_room, put_venue
from gateway.reports.builder import ReportBuilder
from gateway.reports.worker import ReportWorker
from gateway.store.interface import Placed, Store
from gateway.store.open import open_store
from sensors.clock import Clock
from sensors.wire.instant import to_ns
from sensors.wire.reading import Reading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.domain.report.evening import ABOUTS, END, MEETING, ROOM, VENUE


@dataclass(frozen=True, slots=True)
class SetClock(Clock):
    """Stands where a test puts it."""

    shown: list[datetime] = field(default_factory=lambda: [END])

    def now_ns(self) -> int:
        return to_ns(self.shown[0])

    def set(self, at: datetime) -> None:
        self.shown[0] = at


@dataclass
class Evening:
    """``look`` is one round of a worker that was just started: as after a restart."""

    database: Database
    store: Store
    clock: SetClock
    stop: threading.Event = field(default_factory=threading.Event)

    def worker(self) -> ReportWorker:
        reporter = ReportBuilder(self.database, self.store)
        return ReportWorker(self.database, reporter, self.clock, lambda: True)

    def look(self, minutes_after_end: float, worker: ReportWorker | None = None) -> None:
        self.clock.set(END + timedelta(minutes=minutes_after_end))
        (worker or self.worker()).step(self.stop)

    def arrive(self, readings: Iterable[Reading]) -> None:
        """Readings reach the store now, as the writer hands them over."""
        rows = [Placed(RoomSlug("serre"), reading) for reading in readings]
        self.store.write(rows)
        LateReadings(self.database, self.clock).written(rows)

    def record(self, meeting: str = "m1") -> reports.Record | None:
        with self.database.read() as conn:
            return reports.find_record(conn, meeting)

    def mails(self) -> list[outbox.OutboxMessage]:
        with self.database.read() as conn:
            return [m for m in outbox.all_messages(conn) if m.kind == "report"]

    def late(self) -> tuple[reports.Late, ...]:
        with self.database.read() as conn:
            return reports.all_late(conn)


def furnish(database: Database) -> None:
    database.migrate()
    with database.write() as conn:
        put_presets(conn)
        put_venue(conn, VENUE)
        put_room(conn, ROOM)
        put_meeting(conn, MEETING)
        place(
            conn,
            VenueSlug("de-kade"),
            DeviceSlug("co2-1"),
            RoomSlug("serre"),
            END - timedelta(days=9),
        )
        note_about(conn, VenueSlug("de-kade"), DeviceSlug("co2-1"), ABOUTS["co2-1"])


def evening(directory: Path) -> Evening:
    database = open_database("sqlite:///luchtig.db", directory)
    furnish(database)
    return Evening(database, open_store(StoreSettings(), directory), SetClock())
