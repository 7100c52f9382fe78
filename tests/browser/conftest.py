"""Chromium in front of the whole dashboard, fed by a real Mosquitto."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dashboard.app import create_app
from dashboard.board.feed import BoardFeed
from dashboard.serving.listener import listen
from dashboard.serving.server import Running, serve
from gateway.domain.room_state import RoomState
from sensors.config import BrokerSettings
from tests.dashboard.pages.scene import Stage, build, evening
from tests.dashboard.setup import publish, publish_state
from tests.servers import Broker, free_port, missing, mosquitto, wait_until

PATIENCE_MS = 20_000
"""A busy machine takes its time."""
expect.set_options(timeout=PATIENCE_MS)

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("chromium is not installed: `make test` installs it from Debian's packages")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@dataclass
class Venue:
    """A dashboard that shows the scene, and the broker that tells it what changes."""

    stage: Stage
    broker: Broker
    directory: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def tell(self, *states: RoomState) -> None:
        for state in states:
            publish_state(self.broker, state)

    def gateway(self, status: str) -> None:
        publish(self.broker, "luchtig/gateways/luchtig-gateway/status", status.encode())

    def begin(self) -> None:
        """Everything as the scene begins."""
        self.gateway("online")
        self.tell(*evening())
        levels = {state.room: state.level for state in evening()}

        def shown() -> bool:
            return {state.room: state.level for state in self.feed.rooms()} == levels

        wait_until(shown, "the feed to show the scene")

    def open(self) -> None:
        """Serve, as a process that starts."""
        services = self.stage.services
        settings = BrokerSettings(url=self.broker.url)
        database, clock = self.stage.database, services.clock
        self.feed = BoardFeed(settings, self.directory, database, clock, 50, watch_s=0.05)
        app = create_app(replace(services, board=self.feed))
        self.feed.start()
        wait_until(self.feed.is_connected, "the feed to reach the broker")
        running = Running(app, self.feed.end_streams, self.feed.close)
        self._stop = threading.Event()
        arguments = (listen(f"127.0.0.1:{self.port}"), services.settings, running, self._stop)
        self._thread = threading.Thread(target=serve, args=arguments)
        self._thread.start()

    def shut(self) -> None:
        """The process ends, and with it every stream."""
        self._stop.set()
        self._thread.join(10)


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    directory = tmp_path_factory.mktemp("venue")
    stage = build(directory)
    with mosquitto(directory / "mosquitto") as broker:
        shown = Venue(stage, broker, directory, free_port())
        shown.open()
        yield shown
        shown.shut()
    stage.services.store.close()
    stage.database.close()


@pytest.fixture
def live(venue: Venue) -> Venue:
    """The scene as it begins, on the air."""
    venue.begin()
    return venue


@dataclass
class Visitor:
    """A page, and everything that its console complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def go(self, url: str) -> None:
        self.page.goto(url, wait_until="load")


VisitorMaker = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser) -> Iterator[VisitorMaker]:
    """Opens pages; each in a context of its own, in Dutch unless told."""
    opened = []

    def make(width: int = 1280, height: int = 800, **options: Any) -> Visitor:
        chosen = {"locale": "nl-NL", "viewport": {"width": width, "height": height}} | options
        context = browser.new_context(**chosen)
        context.set_default_timeout(PATIENCE_MS)
        opened.append(context)
        visitor = Visitor(context.new_page())
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitor.page.on(
            "console",
            lambda said: (
                visitor.complaints.append(said.text) if said.type in ("error", "warning") else None
            ),
        )
        return visitor

    yield make
    for context in opened:
        context.close()
