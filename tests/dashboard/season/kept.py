"""Meetings on record, as the gateway would have put them there."""

from datetime import UTC, datetime

from gateway.domain.report.report import Report
from gateway.registry.agenda.reports import Record, Revision, put_record
from gateway.registry.database import Database
from gateway.reports.builder import encode_summary
from sensors.wire.instant import to_ns

MADE = datetime(2026, 10, 1, tzinfo=UTC)


def keep(database: Database, *reports: Report, revisions: tuple[Revision, ...] = ()) -> None:
    """Each as the record of its meeting."""
    with database.write() as conn:
        for report in reports:
            record = Record(
                meeting=report.meeting,
                venue=report.venue,
                room=report.room,
                people_from_ns=to_ns(report.planned_start) - 86_400_000_000_000,
                to_ns=to_ns(report.planned_end),
                computed_at=MADE,
                revision=1 + len(revisions),
                sha256="",
                basis="",
                occupancy=report.occupancy.verdict,
                ventilation=report.ventilation.verdict,
                summary=encode_summary(report),
                revisions=revisions,
            )
            put_record(conn, record)
