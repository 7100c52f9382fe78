"""How much a program that runs for long says of itself: ``--log-level``, else ``[log] level``."""

import argparse
import logging
import logging.handlers
import time
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from sensors.config import LEVELS, LogSettings
from sensors.plain_log import UTC_TIME, PlainFormatter, log_plainly
from sensors.private_files import make_private_file

RECENT_BYTES: Final = 1_000_000
RECENT_FORM: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def add_log_level(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--log-level", choices=LEVELS, help="how much is logged; wins over [log] level"
    )


def start_log(
    arguments: argparse.Namespace, settings: LogSettings, form: str, recent: Path | None = None
) -> None:
    """Log to standard error from now on, in a form of ``logging``, and the newest of it to ``recent``."""
    level: str = arguments.log_level or settings.level
    log_plainly(level.upper(), form)
    if recent is not None:
        keep_recent(recent)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # says each step of a migration


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """Each new file is for us alone."""

    def _open(self) -> TextIOWrapper:
        make_private_file(Path(self.baseFilename))
        return super()._open()


def keep_recent(path: Path) -> None:
    """Keep what is logged from now on in a file too, its newest ``RECENT_BYTES`` and as many before
    them in another beside it. Where it cannot be written the log goes on without it.
    """
    try:
        handler = _PrivateFile(
            path, maxBytes=RECENT_BYTES, backupCount=1, encoding="utf-8", errors="replace"
        )
    except OSError as error:
        logging.getLogger(__name__).warning("%s: %s; the log is not kept there", path, error)
        return
    formatter = PlainFormatter(RECENT_FORM, UTC_TIME)
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
