"""How much a program that runs for long says of itself: ``--log-level``, else ``[log] level``."""

import argparse
import logging

from sensors.config import LEVELS, LogSettings
from sensors.plain_log import log_plainly


def add_log_level(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--log-level", choices=LEVELS, help="how much is logged; wins over [log] level"
    )


def start_log(arguments: argparse.Namespace, settings: LogSettings, form: str) -> None:
    """Log to standard error from now on, in a form of ``logging``."""
    level: str = arguments.log_level or settings.level
    log_plainly(level.upper(), form)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # says each step of a migration
