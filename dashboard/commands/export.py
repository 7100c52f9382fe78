"""``luchtig export``: readings, or what became of protocols, as CSV into a file or to standard output."""

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from dashboard.csv_rows import Selection, csv_chunks
from dashboard.report.protocol_rows import everything, protocol_chunks
from gateway.config import load
from gateway.registry.database import Database, DatabaseError, open_database
from gateway.registry.rooms import find_room, find_venue
from gateway.reports.gone import meetings_on_record
from gateway.store.interface import StoreError
from gateway.store.open import open_stores
from sensors.clock import clock_from
from sensors.time_zone import zone_or_utc
from sensors.wire.instant import from_ns, to_ns


class NotExported(Exception):
    """What was asked cannot be done; the message says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    parser.add_argument("--venue", required=True, help="the venue's slug")
    parser.add_argument("--room", help="one room of it; without it, all")
    parser.add_argument(
        "--from", dest="from_", required=True, metavar="TIME", type=_moment,
        help="a day or a moment in the venue's time, or a moment with Z or an offset",
    )  # fmt: skip
    parser.add_argument(
        "--to", required=True, metavar="TIME", type=_moment, help="likewise, not included"
    )
    parser.add_argument(
        "--what", choices=("readings", "protocols"), default="readings",
        help="readings, or a line for each item of each meeting's protocol",
    )  # fmt: skip
    parser.add_argument("file", metavar="FILE", help="- for standard output")


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    try:
        database = open_database(settings.database.url, settings.directory)
        database.check_version()
        try:
            selection = _selection(database, arguments)
            if arguments.what == "protocols":
                _write(_protocols(database, selection), arguments.file)
                return 0
        finally:
            database.close()
        store = open_stores(settings)
        try:
            _write(csv_chunks(store, selection), arguments.file)
        finally:
            store.close()
    except (DatabaseError, StoreError, NotExported) as error:
        print(f"luchtig export: {error}", file=sys.stderr)
        return 1
    return 0


def _protocols(database: Database, selection: Selection) -> Iterator[bytes]:
    start, end = from_ns(selection.from_ns), from_ns(selection.to_ns)
    with database.read() as conn:
        found = meetings_on_record(conn, start, end, selection.venue, selection.room)
    return protocol_chunks(database, found, clock_from(os.environ).now(), everything())


def _selection(database: Database, arguments: argparse.Namespace) -> Selection:
    with database.read() as conn:
        venue = find_venue(conn, arguments.venue)
        if venue is None:
            raise NotExported(f"there is no venue {arguments.venue!r}")
        if arguments.room and find_room(conn, venue.slug, arguments.room) is None:
            raise NotExported(f"there is no room {venue.slug}/{arguments.room}")
    start, end = (_local(at, venue.timezone) for at in (arguments.from_, arguments.to))
    if start >= end:
        raise NotExported("--from: expected a time before --to")
    return Selection(venue.slug, arguments.room, to_ns(start), to_ns(end))


def _write(chunks: Iterator[bytes], file: str) -> None:
    """A file is there whole or not at all."""
    if file == "-":
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.flush()
        return
    path = Path(file)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as whole:
            for chunk in chunks:
                whole.write(chunk)
        draft.replace(path)
    except OSError as error:
        raise NotExported(f"{file}: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        expected = "expected a time like 2026-11-24 or 2026-11-24T08:00Z"
        raise argparse.ArgumentTypeError(f"{text!r}: {expected}") from error


def _local(at: datetime, timezone: str) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=zone_or_utc(timezone))
