"""A venue in one of its states behind an address, with somebody logged in."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext

from dashboard.app import create_app
from dashboard.serving.listener import listen
from dashboard.serving.server import Running, serve
from dashboard.web.identity.address_token import address_token
from dashboard.web.identity.setup_key import SetupKey
from dashboard.web.services import Services
from gateway.config import DashboardSettings, StoreSettings
from gateway.domain.room import Venue
from gateway.links import Links
from gateway.registry.accounts.door_pages import door_pages_of
from gateway.registry.accounts.invitations import open_invitations
from gateway.registry.accounts.kiosks import living_of
from gateway.registry.accounts.users import add_user
from gateway.registry.database import open_database
from gateway.registry.policies import put_presets
from gateway.registry.rooms import put_venue
from gateway.store.open import open_store
from tests.dashboard.pages.scene import NOW, STILL, VENUE, Stage, StageBoard
from tests.dashboard.played import Played
from tests.screenshots.addresses import is_for_guests
from tests.screenshots.furnished import ANNA, LINK, PASSWORD, STATES, venue
from tests.servers import free_port

EMPTY: Final = "empty"
STATE_NAMES: Final = (EMPTY, "good", "trouble", "lost", "thirty", "long")


@dataclass
class Shown:
    """A dashboard on a venue; ``own`` is where each address with a token leads, ``cookies`` those of an
    admin.
    """

    url: str
    own: dict[str, str]
    cookies: Any

    def at(self, address: str) -> str:
        """Where an address of the tables is."""
        return self.own.get(address, self.url + address)

    def visit(self, browser: Browser, address: str, **options: Any) -> BrowserContext:
        """A browser of whoever sees the page."""
        if not is_for_guests(address):
            options["storage_state"] = self.cookies
        return browser.new_context(**{"locale": "nl-NL"} | options)


@contextmanager
def shown(browser: Browser, directory: Path, state: str) -> Iterator[Shown]:
    """Serve a venue in one of ``STATE_NAMES``."""
    stage = _empty(directory) if state == EMPTY else venue(directory)
    if state != EMPTY:
        STATES[state](stage)
    first = directory / "first"
    first.mkdir()
    with served(stage.services) as url, _first_start(first) as setup:
        own = {"/setup": setup} if state == EMPTY else _links(stage, url) | {"/setup": setup}
        yield Shown(url, own, _cookies(browser, url))
    stage.services.store.close()
    stage.database.close()


@contextmanager
def served(services: Services) -> Iterator[str]:
    """A dashboard on these services, and its address."""
    port, stop = free_port(), threading.Event()
    app = create_app(replace(services, simulation=Played()))
    board: Any = services.board
    running = Running(app, board.end_streams, lambda: None)
    arguments = (listen(f"127.0.0.1:{port}"), services.settings, running, stop)
    thread = threading.Thread(target=serve, args=arguments)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    stop.set()
    thread.join(10)


def _empty(directory: Path) -> Stage:
    """A venue without a room, and its admin."""
    database = open_database("sqlite:///luchtig.db", directory)
    database.migrate()
    with database.write() as conn:
        put_presets(conn)
        put_venue(conn, Venue(VENUE, "De Kade"))
        add_user(conn, "anna", "admin", PASSWORD, NOW, ANNA, verified=True)
    board, store = StageBoard(()), open_store(StoreSettings(), directory)
    settings = DashboardSettings()
    services = Services(
        STILL, database, store, board, settings, "a secret of tests", directory=directory
    )
    return Stage(services, board, database)


@contextmanager
def _first_start(directory: Path) -> Iterator[str]:
    """Where the first account is made, of a house that has none."""
    database = open_database("sqlite:///luchtig.db", directory)
    database.migrate()
    store, key = open_store(StoreSettings(), directory), SetupKey()
    services = Services(
        STILL, database, store, StageBoard(()), DashboardSettings(), "a secret", setup=key
    )
    with served(services) as url:
        yield f"{url}/setup?key={key.text}"
    store.close()
    database.close()


def _links(stage: Stage, url: str) -> dict[str, str]:
    """What the addresses with a token are in this house."""
    secret = stage.services.secret
    links = Links(secret, url)
    with stage.database.read() as conn:
        (door,), (invited,) = door_pages_of(conn, [VENUE]), open_invitations(conn, NOW)
        (screen,) = living_of(conn)
    return {
        "/invite/TOKEN": links.invite(invited.id, "nl", invited.expires),
        "/s/TOKEN": links.page(LINK, "nl", NOW),
        "/ack/TOKEN": links.acknowledge(("f-co2",), ANNA, "nl", NOW, LINK),
        "/k/TOKEN": links.kiosk(screen.number, screen.venue),
        "/d/TOKEN": links.door(door.number, door.venue, door.room),
        "/account/email/TOKEN": f"{url}/account/email/{address_token(secret, 'anna', ANNA, NOW)}",
    }


def _cookies(browser: Browser, url: str) -> Any:
    """Those of somebody who logged in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/login")
    page.locator("[name=name]").fill("anna")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"{url}/")
    state = context.storage_state()
    context.close()
    return state
