"""``luchtig backup``: all that a set-up keeps, in one file."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from dashboard.setup.belongings import INDEX, Taken, machine_of, take
from gateway.config import load
from gateway.keeping.archive import KeepingError
from gateway.keeping.backup import Kept, take_backup
from gateway.keeping.sealing import public_key
from sensors.clock import clock_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "to", type=Path, metavar="TO",
        help="a file, replaced once the new one is whole; or a folder, which gets a file by its date",
    )  # fmt: skip
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    parser.add_argument(
        "--encrypt-to", type=Path, metavar="FILE",
        help="a public key: only whoever has the private one can read it (openssl genpkey -algorithm x25519)",
    )  # fmt: skip
    parser.add_argument(
        "--no-readings", action="store_true", help="without what the store of readings holds"
    )


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    now = clock_from(os.environ).now()
    to = _file(arguments.to, now)
    try:
        key = None if arguments.encrypt_to is None else public_key(arguments.encrypt_to)
        machine = _machine(arguments.config)
        kept = take_backup(
            settings,
            to,
            now,
            with_readings=not arguments.no_readings,
            key=key,
            beside=machine.parts,
        )
    except KeepingError as error:
        print(f"luchtig backup: {error}", file=sys.stderr)
        return 1
    print(f"{to}: {_said(kept)}")
    if INDEX in machine.parts:
        print("The set-up of this machine is in, too, with its authority and the broker's logins")
    if machine.unread:
        print(
            f"luchtig backup: not in it, since only root may read it: {', '.join(machine.unread)};"
            " sudo, or systemctl start luchtig-backup",
            file=sys.stderr,
        )
    return 0


def _machine(config: Path | None) -> Taken:
    """What of the machine goes along, where this is its configuration."""
    tree = machine_of(config)
    handed = os.environ.get("CREDENTIALS_DIRECTORY")
    taken = None if tree is None else take(tree, None if handed is None else Path(handed))
    return taken or Taken({}, ())


def _file(to: Path, now: datetime) -> Path:
    return to / f"luchtig-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup" if to.is_dir() else to


def _said(kept: Kept) -> str:
    readings = "no readings" if kept.readings is None else f"{kept.readings} readings and samples"
    journal = "the journal" if kept.has_journal else "no journal yet"
    secret = "the secret" if kept.has_secret else "no secret yet"
    return f"{kept.rows} rows of the database, {readings}, {journal} and {secret} are in"
