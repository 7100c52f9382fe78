"""``luchtig import``: a venue file into the database."""

import argparse
import os
import sys
from pathlib import Path

from gateway.config import load
from gateway.registry.database import DatabaseError, open_database
from gateway.venue_import import import_venues
from sensors.clock import clock_from
from sensors.config import read_toml
from sensors.venue_file import parse_venues


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="TOML with [[venue]] tables; a scenario is one too")
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    tables = parse_venues(read_toml(arguments.file), str(arguments.file))
    now = clock_from(os.environ).now()
    try:
        database = open_database(settings.database.url, settings.directory)
        database.migrate()
        with database.write() as conn:
            done = import_venues(conn, tables, now, str(arguments.file))
    except DatabaseError as error:
        print(f"luchtig import: {error}", file=sys.stderr)
        return 1
    database.close()
    print(
        f"{arguments.file}: {done.venues} venues, {done.rooms} rooms, "
        f"{done.devices} devices and {done.meetings} meetings are in"
    )
    return 0
