"""Thirty rooms on one wall screen: those that ask for something stay, the others take turns."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from msgspec import structs
from playwright.sync_api import Page, expect

from dashboard.app import create_app
from dashboard.serving.listener import listen
from dashboard.serving.server import Running, serve
from gateway.domain.room_state import RoomState
from sensors.wire.topic import RoomSlug
from tests.browser.conftest import VisitorMaker
from tests.dashboard.pages.scene import VENUE, Stage, build, evening
from tests.servers import free_port

WITHIN = "document.documentElement.scrollHeight <= innerHeight"
NODES = "document.querySelectorAll('*').length"
TURN_MS = 15_000
SCENE = {state.room: state for state in evening()}


def rooms(kind: str, first: int, last: int) -> tuple[RoomState, ...]:
    """Rooms that stand as one of the scene does."""
    return tuple(
        structs.replace(SCENE[RoomSlug(kind)], room=RoomSlug(f"zaal-{n}"), name=f"Zaal {n}")
        for n in range(first, last + 1)
    )


@dataclass
class Wall:
    url: str
    stage: Stage


@pytest.fixture(scope="module")
def wall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    port = free_port()
    stage = build(tmp_path_factory.mktemp("wall"))
    stop = threading.Event()
    running = Running(create_app(stage.services), lambda: None, lambda: None)
    arguments = (listen(f"127.0.0.1:{port}"), stage.services.settings, running, stop)
    thread = threading.Thread(target=serve, args=arguments)
    thread.start()
    yield Wall(f"http://127.0.0.1:{port}/kiosk/{VENUE}", stage)
    stop.set()
    thread.join(10)
    stage.services.store.close()
    stage.database.close()


def in_sight(page: Page) -> set[str]:
    shown: list[str] = page.evaluate(
        "[...document.querySelectorAll('.card')].filter((c) => c.checkVisibility())"
        ".map((c) => c.dataset.key)"
    )
    return set(shown)


def test_good_rooms_turn_and_trouble_stays_in_sight(wall: Wall, visit: VisitorMaker) -> None:
    wall.stage.board.states = (*evening(), *rooms("atelier", 1, 35))
    visitor = visit(width=1920, height=1080)
    page = visitor.page
    page.clock.install()
    page.goto(wall.url)
    page.locator("html[data-fitted]").wait_for()
    mark = page.locator("#turn")
    expect(mark).to_have_text("1 / 2")
    trouble = {f"{VENUE}/{slug}" for slug, state in SCENE.items() if state.level != "good"}
    first = in_sight(page)
    nodes = page.evaluate(NODES)
    assert trouble < first
    assert page.evaluate(WITHIN)

    page.clock.run_for(TURN_MS)
    expect(mark).to_have_text("2 / 2")
    second = in_sight(page)
    assert first & second == trouble
    assert len(first | second) == 40
    assert page.evaluate(WITHIN)

    for _ in range(4):
        page.clock.run_for(TURN_MS)
    assert page.evaluate(NODES) == nodes

    whose_turn_it_is_not = page.locator(".card[data-away]").first.get_attribute("data-key")
    assert whose_turn_it_is_not is not None
    away = page.locator(f'[data-key="{whose_turn_it_is_not}"]')
    expect(away).to_be_hidden()
    away.evaluate("card => { card.dataset.level = 'act'; }")
    expect(away).to_be_visible()
    assert page.evaluate(WITHIN)
    assert visitor.complaints == []


def test_all_trouble_stays_in_sight_where_it_is_most_of_the_rooms(
    wall: Wall, visit: VisitorMaker
) -> None:
    wall.stage.board.states = (*rooms("grote-zaal", 1, 18), *rooms("atelier", 19, 30))
    page = visit(width=1920, height=1080).page
    page.goto(wall.url)
    page.locator("html[data-fitted]").wait_for()
    assert {f"{VENUE}/zaal-{n}" for n in range(1, 19)} < in_sight(page)
    assert page.locator('.card[data-form="card"]').count() > 0
    assert page.evaluate(WITHIN)
