"""A wall screen in Chromium, from its link to the moment that this is taken back."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import expect

from dashboard.app import create_app
from dashboard.serving.listener import listen
from dashboard.serving.server import Running, serve
from dashboard.web.access_watch import AccessWatch
from gateway.links import Links
from gateway.registry.accounts import kiosks, users
from gateway.registry.database import Database
from tests.browser.conftest import VisitorMaker
from tests.dashboard.pages.scene import NOW, VENUE, build
from tests.servers import free_port


@dataclass
class House:
    url: str
    database: Database
    links: Links


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    port = free_port()
    url = f"http://localhost:{port}"
    stage = build(tmp_path_factory.mktemp("house"), demo=False, public_url=url)
    with stage.database.write() as conn:
        users.add_user(conn, "anna", "admin", "drie woorden genoeg", NOW)
    watch = AccessWatch(stage.database, stage.services.clock)
    services = replace(stage.services, access=watch)
    watch.start()
    stop = threading.Event()
    running = Running(create_app(services), lambda: None, watch.close)
    arguments = (listen(f"127.0.0.1:{port}"), services.settings, running, stop)
    thread = threading.Thread(target=serve, args=arguments)
    thread.start()
    yield House(url, stage.database, Links(services.secret, url))
    stop.set()
    thread.join(10)
    services.store.close()
    stage.database.close()


def test_it_shows_the_board_and_nothing_else_until_its_link_is_taken_back(
    house: House, visit: VisitorMaker
) -> None:
    with house.database.write() as conn:
        kiosk = kiosks.make_kiosk(conn, VENUE, "Hal", "anna", NOW)
    visitor = visit(width=1920, height=1080)
    page = visitor.page
    page.goto(house.links.kiosk(kiosk.number, VENUE))
    page.wait_for_url(f"{house.url}/kiosk/{VENUE}")
    expect(page.locator(".card")).to_have_count(5)
    assert page.locator(".card a, nav, form").count() == 0
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert visitor.complaints == []

    with house.database.write() as conn:
        kiosks.end_kiosk(conn, kiosk.number)
    heading = page.get_by_role("heading", name="Dit scherm komt niet meer binnen")
    expect(heading).to_be_visible(timeout=60_000)
    assert page.locator(".card").count() == 0
