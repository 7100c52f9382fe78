"""A store that hangs costs a page a moment, and says nothing wrong; no test waits for one."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.web import quick_store
from gateway.config import StoreSettings
from gateway.store.by_venue.share import Share
from gateway.store.by_venue.store import Part, StoreByVenue
from gateway.store.interface import Store, StoreUnavailable
from gateway.store.open import open_store
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.dashboard.pages.reading import said
from tests.dashboard.pages.scene import Stage, build

AWAY = "de opslag van metingen is weg"


class HangingStore:
    """A store before a real one that answers nothing while ``hangs``; it counts who asks."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> object:
        found = getattr(self._store, name)

        def ask(*arguments: object) -> object:
            self.asked.append(name)
            assert self.goes_on.wait(60)
            return found(*arguments)

        return ask


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = build(tmp_path)
    yield made
    made.services.store.close()
    made.database.close()


@pytest.fixture
def hanging(stage: Stage) -> Iterator[HangingStore]:
    store = HangingStore(stage.services.store)
    yield store
    store.goes_on.set()


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_store, "PAGE_WAIT_S", 0.2)


def visitor(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl-NL,nl;q=0.9"
    return client


@pytest.fixture
def client(stage: Stage, hanging: HangingStore) -> FlaskClient:
    store: Store = hanging  # type: ignore[assignment]  # it hands everything on
    return visitor(create_app(replace(stage.services, store=store)))


@pytest.mark.parametrize(
    ("path", "shows"),
    [
        ("/rooms/de-kade/grote-zaal", "Grote zaal"),
        ("/", "Grote zaal"),
        ("/kiosk/de-kade", "Grote zaal"),
    ],
)
def test_a_page_shows_what_it_has_and_says_what_it_has_not(
    client: FlaskClient, hanging: HangingStore, path: str, shows: str
) -> None:
    hanging.goes_on.clear()
    page = client.get(path)
    assert page.status_code == 200
    assert shows in said(page)
    assert AWAY in said(page)
    assert not hanging.goes_on.is_set()
    assert len(hanging.asked) == 1  # the others were not even tried


def test_ready_says_that_the_store_is_not_reached(
    client: FlaskClient, hanging: HangingStore
) -> None:
    hanging.goes_on.clear()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["store"]) == (503, "not reached")


@pytest.mark.parametrize("path", ["/meetings/m-ochtend/report", "/rooms/de-kade/serre/chart.json"])
def test_what_needs_the_store_says_that_it_is_away(
    client: FlaskClient, hanging: HangingStore, path: str
) -> None:
    hanging.goes_on.clear()
    assert client.get(path).status_code == 503


def test_a_store_that_goes_on_is_read_again(client: FlaskClient, hanging: HangingStore) -> None:
    path = "/rooms/de-kade/grote-zaal"
    hanging.goes_on.clear()
    assert AWAY in said(client.get(path))
    hanging.goes_on.set()
    for thread in threading.enumerate():
        if thread.name == "store":
            thread.join(60)
    page = said(client.get(path))
    assert "Nu geen verloop" not in page


def test_a_server_that_accepts_and_never_answers_keeps_no_page(stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"influxdb://127.0.0.1:{listening.getsockname()[1]}/luchtig"
        store = open_store(StoreSettings(url=url), Path())
        client = visitor(create_app(replace(stage.services, store=store)))
        page = client.get("/rooms/de-kade/grote-zaal")
        assert (page.status_code, AWAY in said(page)) == (200, True)
        assert client.get("/readyz").get_json()["store"] == "not reached"
    store.close()


def test_a_store_of_a_venue_that_hangs_is_away_for_no_other_venue(
    stage: Stage, hanging: HangingStore
) -> None:
    arena = frozenset({"arena"})
    of_arena: Store = hanging  # type: ignore[assignment]  # it hands everything on
    parts = [Part(stage.services.store, Share(arena, is_rest=True)), Part(of_arena, Share(arena))]
    app = create_app(replace(stage.services, store=StoreByVenue(parts)))
    store: Store = app.extensions["luchtig"].store
    hanging.goes_on.clear()
    with app.test_request_context("/"), pytest.raises(StoreUnavailable):
        store.count("air", VenueSlug("arena"))
    with app.test_request_context("/"):
        assert store.count("air", VenueSlug("de-kade")) > 0
    assert not hanging.goes_on.is_set()


def test_a_report_that_is_long_is_read_whole(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows come in chunks, in order, none twice."""
    monkeypatch.setattr(quick_store, "PAGE_WAIT_S", 60.0)
    monkeypatch.setattr(quick_store, "CHUNK", 7)
    app = create_app(stage.services)
    store = stage.services.store
    asked = ("air", VenueSlug("de-kade"), RoomSlug("serre"), 0, 2**62)
    with app.test_request_context("/"):
        found = list(app.extensions["luchtig"].store.rows(*asked))
    assert found == list(store.rows("air", VenueSlug("de-kade"), RoomSlug("serre"), 0, 2**62))
    assert len(found) > 7
