"""The front of the gateway: what takes messages and has them on disk before the broker is told so.

That is the broker's session, the intake and the thread that commits the journal. They run in this
process (``near``) or in one of their own (``process``); the rest of the gateway cannot tell.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.journal.interface import EntryLog
from gateway.journal.placements import Placements
from gateway.mqtt.connection import Outgoing
from gateway.process.threads import Work
from sensors.adapters.source import Source

JOURNAL = "journal.db"
"""The journal's file, in the data directory."""


@dataclass(frozen=True, slots=True)
class Events:
    """Who hears of the broker, on a thread of the front's."""

    up: Callable[[], None]
    down: Callable[[], None]
    subscribed: Callable[[], None]
    refused: Callable[[str, int], None]


class Front(Protocol):
    """``journal`` may be read, and ``begin_after`` and ``use`` called, before any of its work runs."""

    @property
    def journal(self) -> EntryLog: ...

    @property
    def commit(self) -> Work:
        """What the thread of the journal does."""

    @property
    def subscribe(self) -> Work:
        """What the thread of the broker's session does.

        Raises:
            SecondGateway: another one uses our client id.
            ConfigError: the address, a certificate or a password file is wrong.

        """

    def use(self, placements: Placements) -> None:
        """Resolve rooms and local times by these from now on."""

    def use_sources(self, sources: Sequence[Source]) -> None:
        """Hear these devices that are not ours from now on, and no others any more."""

    def publish(self, message: Outgoing) -> bool:
        """Publish at QoS 1; whether there is a connection to hand it to."""

    def send(self) -> None:
        """Have sent what was published, and appended to the journal, so far."""

    def close(self) -> None:
        """Let go of the journal, once nobody reads it any more."""
