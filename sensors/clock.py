"""The one clock that every process takes *now* from.

Normally it is the system's. ``LUCHTIG_CLOCK`` makes it another: ``START@SPEED`` begins at START and
runs SPEED times as fast as the wall; the process that starts others adds the wall time at which
that began (``START@SPEED#ANCHOR``, seconds since 1970) so that all of them agree. Network
time-outs, retries and back-off use wall time and never come here.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sensors.wire.instant import from_ns, from_wire, to_ns

VARIABLE = "LUCHTIG_CLOCK"


class ClockError(ValueError):
    """The text of ``LUCHTIG_CLOCK`` cannot be read; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that showed ``start_ns`` when the wall showed ``anchor_ns`` and runs ``speed`` times
    as fast.
    """

    start_ns: int = 0
    anchor_ns: int = 0
    speed: float = 1.0

    def now_ns(self) -> int:
        """Nanoseconds since 1970 on this clock."""
        wall_ns = time.time_ns()
        if self.speed == 1.0:
            return self.start_ns + wall_ns - self.anchor_ns
        return self.start_ns + int((wall_ns - self.anchor_ns) * self.speed)

    def now(self) -> datetime:
        """The UTC time on this clock."""
        return from_ns(self.now_ns())

    def wall_s(self, seconds: float) -> float:
        """How many seconds of wall time ``seconds`` of this clock last."""
        return seconds / self.speed

    def to_text(self) -> str:
        """The value of ``LUCHTIG_CLOCK`` that gives another process this clock."""
        start = from_ns(self.start_ns).isoformat().replace("+00:00", "Z")
        return f"{start}@{self.speed!r}#{self.anchor_ns / 1e9:.6f}"


SYSTEM = Clock()


def started_at(start: datetime, speed: float) -> Clock:
    """A clock that shows ``start`` now and runs ``speed`` times as fast as the wall."""
    return Clock(to_ns(start.astimezone(UTC)), time.time_ns(), speed)


def parse_clock(text: str) -> Clock:
    """The clock that a ``LUCHTIG_CLOCK`` text describes.

    Raises:
        ClockError: the text is not ``START@SPEED`` or ``START@SPEED#ANCHOR``.

    """
    start_text, at, rest = text.partition("@")
    speed_text, hash_, anchor_text = rest.partition("#")
    try:
        start = from_wire(start_text)
        speed = float(speed_text) if at else 1.0
        anchor_ns = int(float(anchor_text) * 1e9) if hash_ else time.time_ns()
    except (ValueError, OverflowError) as error:
        raise ClockError(
            f"{VARIABLE}={text!r}: expected a time and a speed like 2026-11-24T07:00:00+01:00@60 ({error})"
        ) from error
    if not 0 < speed < 1e6:
        raise ClockError(f"{VARIABLE}={text!r}: the speed must be over 0 and under 1000000")
    return Clock(to_ns(start), anchor_ns, speed)


def clock_from(environment: Mapping[str, str]) -> Clock:
    """The clock this process was told to use, or the system's.

    Raises:
        ClockError: ``LUCHTIG_CLOCK`` is set and cannot be read.

    """
    text = environment.get(VARIABLE, "")
    return parse_clock(text) if text else SYSTEM
