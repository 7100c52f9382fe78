"""``luchtig gateway``: take readings, store and judge them, tell organisers; or bring in what a dead one
left on its disk.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from dashboard.commands.options.log_level import add_log_level, start_log
from gateway.config import Settings, load
from gateway.keeping.archive import KeepingError
from gateway.keeping.drain import drain
from gateway.run.gateway import run as run_gateway
from sensors.clock import clock_from
from sensors.config import ConfigError
from sensors.wire.topic import is_slug

AUTO: Final = "auto"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    parser.add_argument(
        "--venues", metavar="A,B|auto",
        help="look after these venues alone, not after all there are; auto: share them with other gateways",
    )  # fmt: skip
    parser.add_argument(
        "--drain", metavar="FOLDER", type=Path,
        help="store what the journal in the data.dir of a gateway that is dead has left, and end",
    )  # fmt: skip
    add_log_level(parser)


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    shares = arguments.venues == AUTO
    venues = None if arguments.venues is None or shares else _venues(arguments.venues)
    drains = arguments.drain is not None
    recent = None if drains else settings.directory / "recent-gateway.log"
    start_log(arguments, settings.log, "%(levelname)s %(message)s", recent)
    if drains:
        return _drain(settings, arguments.drain)
    return run_gateway(settings, clock_from(os.environ), venues, shares=shares)


def _drain(settings: Settings, folder: Path) -> int:
    try:
        done = drain(settings, folder, clock_from(os.environ))
    except KeepingError as error:
        print(f"luchtig gateway: {error}", file=sys.stderr)
        return 1
    print(
        f"luchtig gateway: {folder}: {done.stored} readings and samples stored, "
        f"{done.refused} refused messages kept"
    )
    if done.left:
        print(f"luchtig gateway: the store says no to {done.left} entries", file=sys.stderr)
    return 1 if done.left else 0


def _venues(text: str) -> frozenset[str]:
    names = [name.strip() for name in text.split(",")]
    wrong = [name for name in names if not is_slug(name)]
    if wrong:
        raise ConfigError([f"--venues: {name!r}: expected the slug of a venue" for name in wrong])
    return frozenset(names)
