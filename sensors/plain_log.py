"""A log whose lines are our own: whoever chooses a topic, a title or the name of a browser cannot begin a
line, colour a terminal or turn the writing round.
"""

import logging
import sys

from sensors.wire.plain_line import escaped

UTC_TIME = "%Y-%m-%dT%H:%M:%SZ"
"""How a line of a log that is kept begins."""
CONTINUED = "  | "
"""Before each further line of what went wrong: none of them can pass for a message."""


class PlainFormatter(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        return escaped(super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802
        lines = super().formatException(ei).splitlines()  # type: ignore[arg-type]
        return "\n".join(f"{CONTINUED}{escaped(line)}" for line in lines)


def log_plainly(level: str | int, form: str) -> None:
    """Log to standard error from now on, in a form of ``logging``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainFormatter(form))
    logging.basicConfig(level=level, handlers=[handler], force=True)
