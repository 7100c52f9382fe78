"""``luchtig report``: what was found of a meeting, as text or PDF, and whether it still stands."""

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path

from dashboard.report.sheet import Sheet, sheet
from dashboard.report.text import write_text
from dashboard.words.locale import page_locale
from gateway.config import load
from gateway.domain.report.report import Report
from gateway.registry.agenda.meetings import find_meeting
from gateway.registry.agenda.reports import Record, find_record
from gateway.registry.database import Database, DatabaseError, open_database
from gateway.registry.rooms import find_venue
from gateway.reports.builder import NoReport, NotOver, ReportBuilder, decode_summary
from gateway.reports.gone import meeting_of
from gateway.reports.protocol import kept_protocol
from gateway.store.interface import Store, StoreError
from gateway.store.open import open_stores
from gateway.words.locale import DEFAULT_LANGUAGE, LANGUAGES, PageLocale
from sensors.clock import clock_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    parser.add_argument("meeting", metavar="ID", help="the id of a meeting that is over")
    parser.add_argument("--language", choices=tuple(LANGUAGES), help="without it, the venue's own")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--pdf", metavar="FILE", help="write a PDF (- for standard output)")
    what.add_argument(
        "--check",
        action="store_true",
        help="compare the kept record with the readings in the store",
    )
    what.add_argument(
        "--verify", metavar="SHA256", help="compare the digest on a printed report with the store"
    )


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    now = clock_from(os.environ).now()
    try:
        database = open_database(settings.database.url, settings.directory)
        database.check_version()
        store = open_stores(settings)
        try:
            return _run(arguments, database, store, now)
        finally:
            store.close()
            database.close()
    except (DatabaseError, StoreError, NoReport) as error:
        print(f"luchtig report: {error}", file=sys.stderr)
    except OSError as error:
        print(f"luchtig report: {arguments.pdf}: {error.strerror}", file=sys.stderr)
    return 1


def _run(arguments: argparse.Namespace, database: Database, store: Store, now: datetime) -> int:
    reporter = ReportBuilder(database, store)
    with database.read() as conn:
        record = find_record(conn, arguments.meeting)
    if arguments.check or arguments.verify:
        return _check(arguments, reporter, record, now)
    report = _report(reporter, record, arguments.meeting, now)
    locale = _locale(database, report, arguments.language)
    with database.read() as conn:
        meeting = find_meeting(conn, arguments.meeting) or meeting_of(report)
        kept = kept_protocol(conn, meeting, now, report)
    found = sheet(report, record, now, locale, house_rules=kept)
    if arguments.pdf is None:
        print(write_text(found, locale), end="")
    else:
        _write_pdf(found, locale, arguments.pdf)
    return 0


def _report(
    reporter: ReportBuilder, record: Record | None, meeting_id: str, now: datetime
) -> Report:
    """From the store; of a meeting that left the calendar what was kept."""
    try:
        return reporter.report(meeting_id, now)
    except NotOver:
        raise
    except NoReport:
        if record is None:
            raise
        return decode_summary(record.summary)


def _check(
    arguments: argparse.Namespace, reporter: ReportBuilder, record: Record | None, now: datetime
) -> int:
    """Compare a digest, printed or kept, with that of the same readings in the store now."""
    if record is None:
        found = reporter.report(arguments.meeting, now).basis.sha256
    else:
        basis = decode_summary(record.summary).basis
        found = reporter.digest(record.venue, record.room, basis)
    if arguments.check and record is None:
        raise NoReport(f"nothing is kept of meeting {arguments.meeting!r} yet")
    wanted = (
        arguments.verify.strip().lower() if record is None or arguments.verify else record.sha256
    )
    if wanted == found:
        print(f"the store holds the readings of this report: SHA-256 {found}")
        return 0
    print(
        f"luchtig report: the readings in the store are others now: SHA-256 {found}",
        file=sys.stderr,
    )
    if record is not None:
        for revision in record.revisions:
            print(
                f"  revision {revision.number} of {revision.at:%Y-%m-%d %H:%M}Z ({revision.why}): "
                f"SHA-256 {revision.sha256}",
                file=sys.stderr,
            )
    return 1


def _write_pdf(found: Sheet, locale: PageLocale, file: str) -> None:
    from dashboard.report.written import write_report

    pdf = write_report(found, locale)
    if file == "-":
        sys.stdout.buffer.write(pdf)
    else:
        Path(file).write_bytes(pdf)


def _locale(database: Database, report: Report, language: str | None) -> PageLocale:
    with database.read() as conn:
        venue = find_venue(conn, report.venue)
    return page_locale(
        language or (DEFAULT_LANGUAGE if venue is None else venue.language), report.timezone
    )
