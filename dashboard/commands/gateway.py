"""``luchtig gateway``: take readings, store and judge them, tell organisers."""

import argparse
import os
from pathlib import Path

from dashboard.commands.options.log_level import add_log_level, start_log
from gateway.config import load
from gateway.run import run as run_gateway
from sensors.clock import clock_from
from sensors.config import ConfigError
from sensors.wire.topic import is_slug


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    parser.add_argument(
        "--venues", metavar="A,B", help="look after these venues alone, not after all there are"
    )
    add_log_level(parser)


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    venues = None if arguments.venues is None else _venues(arguments.venues)
    recent = settings.directory / "recent-gateway.log"
    start_log(arguments, settings.log, "%(levelname)s %(message)s", recent)
    return run_gateway(settings, clock_from(os.environ), venues)


def _venues(text: str) -> frozenset[str]:
    names = [name.strip() for name in text.split(",")]
    wrong = [name for name in names if not is_slug(name)]
    if wrong:
        raise ConfigError([f"--venues: {name!r}: expected the slug of a venue" for name in wrong])
    return frozenset(names)
