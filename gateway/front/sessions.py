"""The broker's sessions of a gateway: one for all that it hears, or one for each venue that it leases, whose
client id moves with the lease.
"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from msgspec import structs

from gateway.front.front import Events
from gateway.journal.intake import Intake
from gateway.journal.journal import Journal
from gateway.journal.placements import Placements
from gateway.metrics import Metrics
from gateway.mqtt.connection import Outgoing
from gateway.mqtt.session import BrokerSession, SecondGateway
from gateway.process.threads import Threads
from sensors.adapters.source import ONE_BY_ONE, Source
from sensors.clock import Clock
from sensors.config import BrokerSettings, ConfigError

LOOK_S: Final = 0.1
GOODBYE_S: Final = 2.2


class SessionDied(Exception):
    """One of several sessions ended; the message says which, and why."""


def client_id_of(client_id: str, venue: str) -> str:
    """By which client id a venue that is leased is heard."""
    return f"{client_id}.{venue}"


class Sessions:
    """``subscribe`` is one thread's; the rest may be called from any."""

    def __init__(
        self,
        broker: BrokerSettings,
        directory: Path,
        venues: frozenset[str] | None,
        journal: Journal,
        counters: Metrics,
        clock: Clock,
        events: Events,
        *,
        is_leased: bool,
        share_per_s: float,
    ) -> None:
        """``share_per_s`` is how much is taken of one device."""
        self._journal = journal
        self._events = events
        self._intakes: dict[str | None, Intake] = {}
        self._sessions: dict[str | None, BrokerSession] = {}
        self._lock = threading.Lock()
        self._up: set[str | None] = set()
        self._heard: set[str | None] = set()
        each: list[str | None] = [*sorted(venues)] if is_leased and venues is not None else [None]
        for venue in each:
            client_id = None if venue is None else client_id_of(broker.client_id, venue)
            intake = self._intakes[venue] = Intake(journal, counters, clock, client_id, share_per_s)
            self._sessions[venue] = BrokerSession(
                broker if client_id is None else structs.replace(broker, client_id=client_id),
                directory, intake, venues=venues if venue is None else frozenset({venue}),
                on_up=self._of(venue, self._is_up), on_down=self._of(venue, self._is_down),
                on_subscribed=self._of(venue, self._is_subscribed), on_refused=events.refused,
                drained=lambda: journal.is_settled, is_leased=is_leased,
            )  # fmt: skip

    def subscribe(self, stop: threading.Event) -> None:
        """Keep all of them up until ``stop``; where one cannot go on none does.

        Raises:
            SecondGateway: another one uses our client id.
            ConfigError: the address, a certificate or a password file is wrong.
            SessionDied: either, where there are several.

        """
        if len(self._sessions) == 1:
            (only,) = self._sessions.values()
            only.run(stop)
            return
        over = threading.Event()
        threads = Threads(over, foreseen=(SecondGateway, ConfigError))
        for venue, session in self._sessions.items():
            threads.start(f"session of {venue}", session.run)
        while not stop.wait(LOOK_S) and not over.is_set():
            pass
        threads.stop(*threads.running, within_s=GOODBYE_S)
        if threads.death is not None:
            raise SessionDied(f"{threads.death.name}: {threads.death.why}")

    def publish(self, message: Outgoing) -> bool:
        """Publish by whom its venue is heard; whether there is a connection to hand it to."""
        only = self._sessions.get(None)
        if only is not None:
            return only.publish(message)
        parts = message.topic.split("/", 3)
        session = self._sessions.get(parts[2]) if len(parts) > 2 else None
        return session is not None and session.publish(message)

    def use(self, placements: Placements) -> None:
        for intake in self._intakes.values():
            intake.use(placements)

    def use_sources(self, sources: Sequence[Source]) -> None:
        for venue, session in self._sessions.items():
            its = [one for one in sources if venue is None or one.venue == venue]
            self._intakes[venue].use_sources(its)
            session.subscriptions.want(
                {one.filter: 0 if one.kind in ONE_BY_ONE else 1 for one in its}
            )

    def _of(self, venue: str | None, then: Callable[..., None]) -> Callable[..., None]:
        return lambda *arguments: then(venue, *arguments)

    def _is_up(self, venue: str | None, in_flight: int) -> None:
        self._journal.in_flight(in_flight)
        with self._lock:
            self._up.add(venue)
            self._events.up()

    def _is_down(self, venue: str | None) -> None:
        """Whoever waits for an answer of one waits for none: the others' come anew as well."""
        with self._lock:
            if venue not in self._up and self._up:
                return
            self._up.discard(venue)
            self._events.down()
            if self._up:
                self._events.up()

    def _is_subscribed(self, venue: str | None) -> None:
        with self._lock:
            self._heard.add(venue)
            if self._heard == self._sessions.keys():
                self._events.subscribed()
