"""How often the live side does what, and how long it waits: one policy, handed in.

Seconds are of wall time unless their name says otherwise; a ``timedelta`` is of the gateway's
clock.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

RARELY: Final = 10
RARELY_S: Final = 300.0
"""A restart hears again what came in that time."""


@dataclass(frozen=True, slots=True)
class Pace:
    """``away_after_s``: a gateway that wrote nothing for so long was away. ``fresh_s``: up to this
    age a breach that is judged counts as one of now. ``backlog_s``: so long a broker may take to
    hand over what came while the gateway was away. ``tick_s`` is of the clock, but no shorter and
    no longer than ``tick_wall_s``. Entries are taken ``together_s`` apart at least, so that those of one
    moment cost one step; states are published with them, and ``publish_every_s`` where none come.
    ``counted_every_s``: how old the metrics in the database may be
    while nothing comes in. What the estimates know is written at most every ``checkpoint_every``
    and ``checkpoint_every_s``, of ``checkpoints_at_once`` rooms in one transaction, which spreads a
    large house over the minute.
    """

    write_every_s: float = 1.0
    alive_every_s: float = 10.0
    seen_every_s: float = 5.0
    away_after_s: float = 30.0
    fresh_s: float = 5.0
    backlog_s: float = 10.0
    refresh_every_s: float = 1.0
    tick_s: float = 5.0
    tick_wall_s: tuple[float, float] = (0.1, 1.0)
    together_s: float = 0.01
    publish_every_s: float = 0.05
    counted_every_s: float = 2.0
    checkpoint_every: timedelta = timedelta(minutes=1)
    checkpoint_every_s: float = 5.0
    checkpoints_at_once: int = 50

    def at_most_every(self, every_s: float) -> "Pace":
        """The same, writing no oftener than that what need not be written at once, and what the journal
        holds as well, the estimates, more rarely still.
        """
        rarely_s = max(every_s, min(RARELY * every_s, RARELY_S))
        return replace(
            self,
            write_every_s=max(self.write_every_s, every_s),
            alive_every_s=max(self.alive_every_s, every_s),
            seen_every_s=max(self.seen_every_s, every_s),
            away_after_s=self.away_after_s + every_s,
            checkpoint_every_s=max(self.checkpoint_every_s, rarely_s),
        )


NORMAL = Pace()
