"""The front in the gateway's own process."""

from collections.abc import Callable, Sequence
from pathlib import Path

from gateway import metrics as names
from gateway.config import USUAL_JOURNAL, USUAL_SHARE_PER_S, JournalSettings
from gateway.front.front import JOURNAL, Events
from gateway.front.sessions import Sessions
from gateway.journal.journal import TAIL, Journal
from gateway.journal.placements import Placements
from gateway.journal.progress import Progress
from gateway.metrics import Metrics
from gateway.mqtt.connection import Outgoing
from gateway.process.threads import Work
from sensors.adapters.source import Source
from sensors.clock import Clock
from sensors.config import BrokerSettings


class NearFront:
    """Journal and sessions put together."""

    def __init__(
        self,
        broker: BrokerSettings,
        directory: Path,
        venues: frozenset[str] | None,
        clock: Clock,
        counters: Metrics,
        events: Events,
        *,
        on_committed: Callable[[], None] = lambda: None,
        progress: Progress | None = None,
        tail: int = TAIL,
        kept: JournalSettings = USUAL_JOURNAL,
        is_leased: bool = False,
        share_per_s: float = USUAL_SHARE_PER_S,
    ) -> None:
        """``on_committed``, ``progress`` and ``tail`` as of ``Journal``, whose settings are ``kept``.
        ``is_leased`` and ``share_per_s`` as of ``Sessions``.

        Raises:
            JournalError: the journal cannot be opened.

        """
        self.journal = journal = Journal(
            directory / JOURNAL, clock,
            on_duplicate=lambda kind: counters.add(names.DUPLICATE, kind),
            on_error=lambda: counters.add(names.JOURNAL_ERRORS),
            on_committed=on_committed, progress=progress, tail=tail, settings=kept,
        )  # fmt: skip
        self._sessions = Sessions(
            broker, directory, venues, journal, counters, clock, events,
            is_leased=is_leased, share_per_s=share_per_s,
        )  # fmt: skip

    @property
    def commit(self) -> Work:
        return self.journal.run

    @property
    def subscribe(self) -> Work:
        return self._sessions.subscribe

    def use(self, placements: Placements) -> None:
        self._sessions.use(placements)

    def use_sources(self, sources: Sequence[Source]) -> None:
        self._sessions.use_sources(sources)

    def publish(self, message: Outgoing) -> bool:
        return self._sessions.publish(message)

    def send(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        self.journal.close()
