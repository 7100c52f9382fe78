"""``luchtig store``: what to do about a store that refuses every line of a kind."""

import argparse
import os
import sys
from pathlib import Path

from gateway.config import load
from gateway.registry.audit.shell import at_shell
from gateway.registry.database import DatabaseError, open_database
from gateway.registry.live.store_refusals import ask_release
from gateway.store.interface import STORED
from sensors.clock import clock_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    says = (
        "give up the lines of a kind that the store refuses: they go to the quarantine, and so does "
        "what comes, until the store takes one"
    )
    release = actions.add_parser("release", help=says, description=says)
    release.add_argument("kind", choices=tuple(STORED), metavar="KIND", help=", ".join(STORED))
    release.add_argument("--config", type=Path, help="the configuration of the set-up")


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    kind = arguments.kind
    try:
        database = open_database(settings.database.url, settings.directory)
        database.check_version()
        acting = at_shell(clock_from(os.environ).now(), "store release")
        with database.acting(acting).write() as conn:
            act = acting(conn)
            asked = ask_release(conn, kind, act.who, act.at)
        database.close()
    except DatabaseError as error:
        print(f"luchtig store: {error}", file=sys.stderr)
        return 1
    if not asked:
        print(f"luchtig store: no gateway's store refuses {kind}", file=sys.stderr)
        return 1
    print(f"{kind} is released: what the store refuses of it goes to the quarantine")
    return 0
