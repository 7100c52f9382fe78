"""What works on the store of readings: a set of its own for each store, so that none waits for another's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.config import Settings
from gateway.journal.interface import EntryLog
from gateway.journal.late_readings import TOGETHER_S, LateReadings
from gateway.journal.store_writer import StoreWriter
from gateway.journal.stores.cursors import StoreCursors
from gateway.journal.stores.pace import store_pace
from gateway.journal.stores.refused_kinds import RefusedKinds
from gateway.metrics import Metrics
from gateway.process.threads import Work
from gateway.registry.database import Database, DatabaseAway
from gateway.registry.rooms import all_venues
from gateway.reports.builder import ReportBuilder
from gateway.reports.worker import ReportWorker
from gateway.store.by_venue.share import Share
from gateway.store.by_venue.store import Part
from gateway.store.downsampler import Downsampler
from gateway.store.forgetting.forgetter import Forgetter, Kept
from sensors.clock import Clock
from sensors.wire.topic import VenueSlug


@dataclass(frozen=True, slots=True)
class StoreWork:
    """Who writes to a store, reports from it, and tidies it; of one that is not the only one ``of`` says
    which.
    """

    writer: StoreWriter
    reports: ReportWorker
    downsampler: Downsampler
    forgetter: Forgetter | None
    of: str = ""

    def threads(self) -> dict[str, Work]:
        """What each thread does, by its name."""
        work: dict[str, Work] = {
            "writer": self.writer.run,
            "reports": self.reports.run,
            "downsampler": self.downsampler.run,
        }
        if self.forgetter is not None:
            work["forgetter"] = self.forgetter.run
        return {f"{name}{self.of}": run for name, run in work.items()}


def store_work(
    settings: Settings,
    parts: Sequence[Part],
    journal: EntryLog,
    database: Database,
    counters: Metrics,
    clock: Clock,
    refused: RefusedKinds,
    venues: frozenset[str] | None,
) -> list[StoreWork]:
    """Of each store, for these venues (None: all)."""
    cursors = StoreCursors(journal, len(parts))
    logs = (journal,) if len(parts) == 1 else cursors.each
    pace = store_pace(settings.journal)
    made: list[StoreWork] = []
    for kept_in, part, log in zip(settings.stores, parts, logs, strict=True):
        share = part.share.among(venues)
        mine = _mine(database, share)
        late = LateReadings(database, clock, TOGETHER_S)
        kept = Kept(kept_in.readings_days, kept_in.history_days)
        made.append(
            StoreWork(
                StoreWriter(
                    log, part.store, counters, clock, late.written, pace,
                    refused=refused, share=part.share,
                ),
                ReportWorker(
                    database, ReportBuilder(database, part.store), clock, _follows(log), share
                ),
                Downsampler(part.store, clock, mine),
                Forgetter(part.store, clock, kept, mine) if kept.is_limited else None,
                "" if len(parts) == 1 else f" of {part.share.shown}",
            )
        )  # fmt: skip
    return made


def _mine(database: Database, share: Share) -> Callable[[], list[VenueSlug]]:
    """The venues of a share that this gateway writes of; none while the database is away."""

    def venues() -> list[VenueSlug]:
        try:
            with database.read() as conn:
                return [venue.slug for venue in all_venues(conn) if venue.slug in share]
        except DatabaseAway:
            return []

    return venues


def _follows(journal: EntryLog) -> Callable[[], bool]:
    """What says whether the store has all that the journal had when it was asked before."""
    mark = journal.last_id

    def follows() -> bool:
        nonlocal mark
        if journal.store_position < mark:
            return False
        mark = journal.last_id
        return True

    return follows
