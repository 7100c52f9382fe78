"""What the pages and the API need, put together once by the ``dashboard`` command."""

from dataclasses import dataclass

from dashboard.board import Board
from gateway.config import DashboardSettings
from gateway.registry.database import Database
from gateway.store.interface import Store
from sensors.clock import Clock


@dataclass(frozen=True, slots=True)
class Services:
    """Views reach it by ``current_app.extensions["luchtig"]``, through ``dashboard.app.services()``."""

    clock: Clock
    database: Database
    store: Store
    board: Board
    settings: DashboardSettings
    secret: str
