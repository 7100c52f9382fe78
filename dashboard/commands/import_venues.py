"""``luchtig import``: a venue file, or a calendar's meetings, into the database."""

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.config import load
from gateway.registry.audit.shell import at_shell
from gateway.registry.database import Database, DatabaseError, open_database
from gateway.venue_import import import_venues
from gateway.words.locale import LANGUAGES
from sensors.clock import clock_from
from sensors.config import ConfigError, read_toml
from sensors.venue.file import parse_venues
from sensors.venue.tables import VenueTable

if TYPE_CHECKING:
    from gateway.calendars.file_import import ImportedCalendar

CALENDAR = ".ics"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        help="TOML with [[venue]] tables (a scenario is one too), or a calendar that ends in .ics",
    )
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    parser.add_argument("--venue", help="of a calendar: the slug of the venue it is of")
    parser.add_argument(
        "--room", help="of a calendar: the room all its meetings are in; else their location says"
    )


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    now = clock_from(os.environ).now()
    calendar = arguments.file.suffix.lower() == CALENDAR
    if calendar and arguments.venue is None:
        raise ConfigError([f"{arguments.file}: of which venue? say it with --venue"])
    if not calendar and (arguments.venue or arguments.room):
        raise ConfigError([f"{arguments.file}: --venue and --room are for calendars ({CALENDAR})"])
    file = str(arguments.file)
    tables = () if calendar else parse_venues(read_toml(arguments.file), file, tuple(LANGUAGES))
    try:
        database = open_database(settings.database.url, settings.directory)
        database.migrate()
        database = database.acting(at_shell(now, str(arguments.file), "import"))
        try:
            if calendar:
                return _put_calendar(database, arguments, now)
            return _put_venues(database, tables, str(arguments.file), now)
        finally:
            database.close()
    except DatabaseError as error:
        print(f"luchtig import: {error}", file=sys.stderr)
        return 1


def _put_venues(
    database: Database, tables: tuple[VenueTable, ...], file: str, now: datetime
) -> int:
    with database.write() as conn:
        done = import_venues(conn, tables, now, file)
    print(
        f"{file}: {done.venues} venues, {done.rooms} rooms, "
        f"{done.devices} devices and {done.meetings} meetings are in"
    )
    return 0


def _put_calendar(database: Database, arguments: argparse.Namespace, now: datetime) -> int:
    from gateway.calendars.file_import import NotImported, import_calendar

    try:
        data = arguments.file.read_bytes()
        done = import_calendar(database, data, arguments.venue, arguments.room, now)
    except OSError as error:
        print(f"luchtig import: {arguments.file}: {error.strerror}", file=sys.stderr)
        return 1
    except NotImported as error:
        print(f"luchtig import: {arguments.file}: {error}", file=sys.stderr)
        return 1
    _tell_troubles(arguments.file, done)
    _tell_messages(arguments.file, done)
    print(
        f"{arguments.file}: {done.synced.meetings} meetings are in "
        f"({done.synced.put} new or changed, {done.synced.deleted} taken out)"
    )
    return 0


def _tell_messages(file: Path, done: "ImportedCalendar") -> None:
    """A line for each scheduling message, and for what was passed over as too old."""
    from gateway.domain.calendar.scheduling import PLAIN, done_line

    for one in done.synced.done:
        if one.method not in PLAIN or one.code in {"older", "called_off"}:
            print(f"{file}: {done_line(one)}")


def _tell_troubles(file: Path, done: "ImportedCalendar") -> None:
    from gateway.domain.calendar.problem import problem_line
    from gateway.domain.calendar.room_matching import reason_line

    for mistake in done.problems:
        print(f"{file}: {problem_line(mistake)}", file=sys.stderr)
    for event in done.synced.unplaced:
        times = "" if event.meetings == 1 else f", {event.meetings} times"
        where = f" ({event.location})" if event.location else ""
        print(
            f"{file}: {event.title or 'a private meeting'}{times} was given no room: {reason_line(event.reason)}{where}; "
            "correct it there, or say --room",
            file=sys.stderr,
        )
