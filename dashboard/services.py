"""What the pages and the API need, put together once by the ``dashboard`` command."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from dashboard.board import Board
from gateway.config import DashboardSettings
from gateway.registry.database import Database
from gateway.store.interface import Store
from sensors.clock import Clock

EXTENSION = "luchtig"


@dataclass(frozen=True, slots=True)
class Services:
    """What ``create_app`` is given; a view reaches it through ``services()``. ``report_of_link`` gives
    the meeting whose report a mail's signed link opens, None where it is forged or its time is over.
    """

    clock: Clock
    database: Database
    store: Store
    board: Board
    settings: DashboardSettings
    secret: str
    report_of_link: Callable[[str], str | None] = lambda _token: None


def services() -> Services:
    """The services of the application that handles this request."""
    found: Services = current_app.extensions[EXTENSION]
    return found
