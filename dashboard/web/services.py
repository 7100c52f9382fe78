"""What the pages and the API need, put together once by the ``dashboard`` command."""

from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app

from dashboard.board.devices_heard import DevicesHeard
from dashboard.board.port import Board
from dashboard.board.topics_heard import TopicsHeard
from dashboard.ingest.incoming import Incoming
from dashboard.web.access_watch import AccessWatch
from dashboard.web.identity.oidc import ClientSettings
from dashboard.web.identity.setup_key import SetupKey
from dashboard.web.simulation import Simulation
from gateway.config import AuditSettings, DashboardSettings, NotifySettings
from gateway.registry.database import Database
from gateway.store.interface import Store
from sensors.clock import Clock
from sensors.config import BrokerSettings

EXTENSION = "luchtig"


@dataclass(frozen=True, slots=True)
class Services:
    """What ``create_app`` is given; a view reaches it through ``services()``. ``setup`` opens the first
    set-up, None where there was an admin from the start; files of ``notify`` lie in ``directory``;
    ``heard`` listens to devices while somebody looks, ``topics`` to any topic; ``incoming`` is what
    others send by HTTP; ``simulation`` plays sensors where that is allowed; ``broker``
    is what sensors are told to enter.
    """

    clock: Clock
    database: Database
    store: Store
    board: Board
    settings: DashboardSettings
    secret: str
    notify: NotifySettings = field(default_factory=NotifySettings)
    access: AccessWatch | None = None
    setup: SetupKey | None = None
    audit: AuditSettings = field(default_factory=AuditSettings)
    oidc: ClientSettings | None = None
    directory: Path = Path()
    heard: DevicesHeard | None = None
    topics: TopicsHeard | None = None
    incoming: Incoming = field(default_factory=Incoming)
    simulation: Simulation | None = None
    broker: BrokerSettings = field(default_factory=BrokerSettings)


def services() -> Services:
    """The services of the application that handles this request."""
    found: Services = current_app.extensions[EXTENSION]
    return found
