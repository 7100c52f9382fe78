"""The live side's thread: journal to judgement to what is published, beginning at the live cursor."""

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from gateway.journal.interface import EntryLog, JournalClosed
from gateway.journal.placements import Placements
from gateway.journal.reader import JournalError
from gateway.journal.tally import tally
from gateway.live.engine import Engine
from gateway.live.judged import Judged
from gateway.live.pace import NORMAL, Pace
from gateway.live.watermark import Watermark
from gateway.metrics import (
    DATABASE_ERRORS,
    DOOR_DECISIONS,
    FORECAST_ERROR,
    FORECASTS_SCORED,
    JOURNAL_BYTES,
    JOURNAL_ENTRIES,
    JOURNAL_FULL,
    JOURNAL_MOST_BYTES,
    LIVE_BACKLOG,
    STORE_BACKLOG,
    UNCHANGED_ERROR,
    Metrics,
)
from gateway.mqtt.publisher import Publisher
from gateway.outage import Outage, repeat
from gateway.registry.database import DatabaseAway
from sensors.clock import Clock

BATCH = 2_000
APART_S = 4.0
"""Where more waits than a step takes states are told so far apart: each is told within half a minute
anyhow.
"""

log = logging.getLogger(__name__)


class LiveLoop:
    """``run`` is the only thread that touches ``live`` and ``publisher``."""

    def __init__(
        self,
        live: Engine,
        journal: EntryLog,
        publisher: Publisher,
        counters: Metrics,
        clock: Clock,
        use_placements: Callable[[Placements], None],
        pace: Pace = NORMAL,
        monotonic: Callable[[], float] = time.monotonic,
        send: Callable[[], None] = lambda: None,
    ) -> None:
        """``send`` has all sent that was published, or appended to the journal."""
        self._live = live
        self._journal = journal
        self._publisher = publisher
        self._counters = counters
        self._clock = clock
        self._use_placements = use_placements
        self._monotonic = monotonic
        self._send = send
        self._pace = pace
        least_s, most_s = pace.tick_wall_s
        self._tick_s = min(max(clock.wall_s(pace.tick_s), least_s), most_s)
        self._position = live.cursor
        self._watermark = Watermark()
        self._publishes = False
        self._confirmed: list[int] = []
        self._refresh_at = self._tick_at = self._pump_at = self._counted_at = -math.inf
        self._stepped_at = self._shown_at = -math.inf
        self._outage = Outage(log, "live")

    def run(self, stop: threading.Event) -> None:
        """Judge and publish until ``stop``; a database that is away is waited for."""
        every_s = min(self._tick_s, self._pace.publish_every_s)
        with suppress(JournalClosed):
            repeat(
                self.step, every_s, (DatabaseAway, JournalError), stop,
                outage=self._outage, pause=self._wait, on_failure=self._failed,
            )  # fmt: skip

    def step(self) -> None:
        """Whatever is due: the next entries, configuration, the rules on the clock, publishing.

        Raises:
            DatabaseAway: the database did not take it; nothing of this step counts.
            JournalError: the journal cannot be read.
            JournalClosed: the gateway is stopping.

        """
        wall_s = self._stepped_at = self._monotonic()
        waiting = self._journal.waiting  # before the newest: what is counted twice does no harm
        is_full = self._journal.is_full
        self._live.hurry(is_full=is_full)
        if not is_full:  # what waits then is read after what comes of the gateway itself
            self._watermark.mark(self._journal.last_id + waiting, self._clock.now())
        entries = self._journal.read(self._position, BATCH)
        if entries:
            more = tally(entry for _, entry in entries)
            self._show_backlogs(entries[-1][0])
            outcome = self._live.apply(entries, self._counters.totals(more))
            self._move_to(entries[-1][0], more)
            self._take(outcome)
        self._watermark.applied(self._position, entries)
        caught_up_to = self._watermark.at
        if caught_up_to is not None and wall_s - self._refresh_at >= self._pace.refresh_every_s:
            self._refresh_at = wall_s
            self._refresh(caught_up_to)
        if caught_up_to is not None and wall_s - self._tick_at >= self._tick_s:
            self._tick_at = wall_s
            self._take(self._live.tick(caught_up_to))
        if not entries and wall_s - self._counted_at >= self._pace.counted_every_s:
            self._counted_at = wall_s
            self._take(self._live.apply((), self._counters.totals()))
            self._journal.move_live(self._live.needed_after)  # a full journal waits for that alone
        if entries or wall_s - self._pump_at >= self._pace.publish_every_s:
            self._pump_at = wall_s
            self.publish(states=self._shows(wall_s, behind=len(entries) == BATCH))
        self._send()

    def _move_to(self, position: int, more: Mapping[tuple[str, str], float]) -> None:
        """All up to there is applied, and counted."""
        self._counters.add_all(more)
        self._position = position
        self._journal.move_live(self._live.needed_after)

    def _shows(self, wall_s: float, *, behind: bool) -> bool:
        """Whether states are told in this step. Where it is ``behind``, as seldom as it is late: what is
        judged of a room until then becomes one state, so that the later it is the less there is to do.
        """
        if behind and self._watermark.at is not None:
            late_s = self._clock.wall_s((self._clock.now() - self._watermark.at).total_seconds())
            if wall_s - self._shown_at < min(late_s, APART_S):
                return False
        self._shown_at = wall_s
        return True

    def publish(self, *, states: bool = True) -> None:
        """Publish what is due, of ``states`` too, and remember what the broker has."""
        self._mark_published()
        wanted = self._publisher.wants_changes(self._live.changes_written)
        changes = self._live.unpublished(self._publisher.changes_at_once) if wanted else ()
        self._confirmed += self._publisher.pump(changes, states=states)
        self._mark_published()

    def _mark_published(self) -> None:
        if self._confirmed:
            self._live.mark_published(self._confirmed)
            self._confirmed.clear()

    def _wait(self, seconds: float) -> None:
        self._journal.wait_beyond(self._position, seconds)
        left_s = self._stepped_at + self._pace.together_s - self._monotonic()
        if left_s > 0.0:
            time.sleep(left_s)

    def _failed(self, _error: Exception) -> float:
        self._counters.add(DATABASE_ERRORS)
        self._refresh_at = self._tick_at = -math.inf  # the next step asks the database first
        return 0.0

    def _refresh(self, caught_up_to: datetime) -> None:
        outcome = self._live.refresh(caught_up_to)
        if outcome is not None:
            self._use_placements(Placements(self._live.placements(), self._live.zones()))
            self._take(outcome)
        if outcome is not None or not self._publishes:
            self._publisher.keep_only(self._live.rooms)
            self._publishes = True
        self._show_backlogs(self._position)

    def _take(self, outcome: Judged) -> None:
        if outcome.samples:
            self._journal.append(outcome.samples)
        for miss in outcome.misses:
            self._counters.add(FORECASTS_SCORED)
            self._counters.add(FORECAST_ERROR, by=miss.told_ppm)
            self._counters.add(UNCHANGED_ERROR, by=miss.unchanged_ppm)
        for one in outcome.decided:
            self._counters.add(DOOR_DECISIONS, one.decision)
        self._publisher.touch(outcome.changed)

    def _show_backlogs(self, position: int) -> None:
        last = self._journal.last_id
        self._counters.show(JOURNAL_ENTRIES, self._journal.kept)
        self._counters.show(JOURNAL_BYTES, self._journal.held_bytes)
        self._counters.show(JOURNAL_MOST_BYTES, self._journal.most_bytes)
        self._counters.show(JOURNAL_FULL, self._journal.is_full)
        self._counters.show(STORE_BACKLOG, last - self._journal.store_position)
        self._counters.show(LIVE_BACKLOG, last - position)
