"""The front in the gateway's own process."""

from collections.abc import Callable, Sequence
from pathlib import Path

from gateway import metrics as names
from gateway.config import USUAL_JOURNAL, JournalSettings
from gateway.front.front import JOURNAL, Events
from gateway.journal.intake import Intake
from gateway.journal.journal import TAIL, Journal
from gateway.journal.placements import Placements
from gateway.journal.progress import Progress
from gateway.metrics import Metrics
from gateway.mqtt.connection import Outgoing
from gateway.mqtt.session import BrokerSession
from gateway.process.threads import Work
from sensors.adapters.source import ONE_BY_ONE, Source
from sensors.clock import Clock
from sensors.config import BrokerSettings


class NearFront:
    """Journal, intake and session put together."""

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
    ) -> None:
        """``on_committed``, ``progress`` and ``tail`` as of ``Journal``, whose settings are ``kept``.

        Raises:
            JournalError: the journal cannot be opened.

        """
        self.journal = journal = Journal(
            directory / JOURNAL, clock,
            on_duplicate=lambda kind: counters.add(names.DUPLICATE, kind),
            on_error=lambda: counters.add(names.JOURNAL_ERRORS),
            on_committed=on_committed, progress=progress, tail=tail, settings=kept,
        )  # fmt: skip
        self._intake = Intake(journal, counters, clock)

        def up(in_flight: int) -> None:
            journal.in_flight(in_flight)
            events.up()

        self._session = BrokerSession(
            broker, directory, self._intake, venues=venues,
            on_up=up, on_down=events.down, on_subscribed=events.subscribed,
            on_refused=events.refused, drained=lambda: journal.is_settled,
        )  # fmt: skip

    @property
    def commit(self) -> Work:
        return self.journal.run

    @property
    def subscribe(self) -> Work:
        return self._session.run

    def use(self, placements: Placements) -> None:
        self._intake.use(placements)

    def use_sources(self, sources: Sequence[Source]) -> None:
        self._intake.use_sources(sources)
        self._session.subscriptions.want(
            {one.filter: 0 if one.kind in ONE_BY_ONE else 1 for one in sources}
        )

    def publish(self, message: Outgoing) -> bool:
        return self._session.publish(message)

    def send(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        self.journal.close()
