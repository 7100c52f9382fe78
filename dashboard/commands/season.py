"""``luchtig season``: what the meetings of a span of days came to, signed, into a file."""

import argparse
import os
import sys
from datetime import date
from pathlib import Path

from dashboard.season.scope import organisation_scope, venue_scope
from dashboard.season.sheet import season_sheet
from dashboard.season.signed import signed_season, signer_of
from dashboard.season.span import WrongSpan, span_of
from dashboard.season.table import write_csv
from dashboard.words.locale import page_locale
from gateway.config import Settings, load
from gateway.domain.room import Venue
from gateway.proof.canonical import canonical
from gateway.registry.database import Database, DatabaseError, open_database
from gateway.registry.rooms import find_venue
from gateway.words.locale import LANGUAGES
from sensors.clock import clock_from
from sensors.time_zone import zone_or_utc
from sensors.wire.topic import VenueSlug


class NoSeason(Exception):
    """It cannot be made; the message says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("--venue", help="the venue's slug")
    whose.add_argument("--organisation", help="the organisation's slug, for all its venues")
    parser.add_argument(
        "--from", dest="from_", metavar="DAY", type=_day,
        help="the first day, in the venue's time; without it, three months before the end",
    )  # fmt: skip
    parser.add_argument(
        "--to", metavar="DAY", type=_day,
        help="the day after the last; without it, the first of next month",
    )  # fmt: skip
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--json", metavar="FILE", help="signed, to compute with (- for the output)")
    what.add_argument("--pdf", metavar="FILE", help="signed, to send")
    parser.add_argument("--language", choices=tuple(LANGUAGES), help="without it, the venue's own")
    what.add_argument("--csv", metavar="FILE", help="a table, not signed")


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    try:
        database = open_database(settings.database.url, settings.directory)
        database.check_version()
        try:
            _run(arguments, settings, database)
        finally:
            database.close()
    except (DatabaseError, NoSeason) as error:
        print(f"luchtig season: {error}", file=sys.stderr)
        return 1
    return 0


def _run(arguments: argparse.Namespace, settings: Settings, database: Database) -> None:
    now = clock_from(os.environ).now()
    with database.read() as conn:
        if arguments.venue is not None:
            scope = venue_scope(conn, arguments.venue)
        else:
            scope = organisation_scope(conn, arguments.organisation)
        if scope is None:
            name = arguments.venue or arguments.organisation
            raise NoSeason(f"there is no {'venue' if arguments.venue else 'organisation'} {name!r}")
        first = next(iter(scope.venues), None)
        venue = (None if first is None else find_venue(conn, first)) or Venue(VenueSlug(""), "")
    try:
        zone = zone_or_utc(venue.timezone)
        span = span_of(arguments.from_, arguments.to, now.astimezone(zone).date())
    except WrongSpan as error:
        raise NoSeason(f"--from: {error}") from error
    signer = signer_of(settings.dashboard, settings.directory, scope.name)
    document, _ = signed_season(database, scope, span, now, signer)
    if arguments.json is not None:
        _write(canonical(document), arguments.json)
    elif arguments.csv is not None:
        _write(write_csv(document), arguments.csv)
    else:
        from dashboard.season.pdf import write_season_pdf

        locale = page_locale(arguments.language or venue.language, venue.timezone)
        sheet = season_sheet(document, (), locale, zone)
        _write(write_season_pdf(sheet, document, signer, now, locale), arguments.pdf)


def _write(data: bytes, file: str) -> None:
    if file == "-":
        sys.stdout.buffer.write(data)
        return
    try:
        Path(file).write_bytes(data)
    except OSError as error:
        raise NoSeason(f"{file}: {error.strerror}") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        expected = "expected a day like 2026-11-24"
        raise argparse.ArgumentTypeError(f"{text!r}: {expected}") from error
