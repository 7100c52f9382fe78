"""The page at a door: what guests read, what it costs, and its links and cards."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.pages.door import page as door_page
from gateway.domain.room import Venue
from gateway.domain.room_state import RoomState
from gateway.links import Links
from gateway.registry.accounts.door_pages import (
    door_pages_of,
    end_door_page,
    find_door_page,
    make_door_page,
)
from gateway.registry.rooms import find_venue, put_venue
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug
from tests.dashboard.pages.reading import said
from tests.dashboard.pages.scene import NOW, VENUE, Stage, build
from tests.dashboard.setup import csrf_token

ZAAL = RoomSlug("grote-zaal")
LINKS = Links("a secret of tests", "")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    built = build(tmp_path, demo=False)
    with built.database.write() as conn:
        place = find_venue(conn, VENUE) or Venue(VENUE, "De Kade")
        put_venue(conn, replace(place, protocol="club-2020-21"))
    return built


@pytest.fixture
def app(stage: Stage) -> Flask:
    return create_app(stage.services)


@pytest.fixture
def guest(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the page's clock shows, to be moved on."""
    at = [100]
    monkeypatch.setattr(door_page, "_second", lambda: at[0])
    return at


def door(stage: Stage, room: RoomSlug = ZAAL) -> tuple[str, str]:
    """The number of a new page at a door, and its address."""
    with stage.database.write() as conn:
        made = make_door_page(conn, VENUE, room, "anna", NOW)
    return made.number, LINKS.door(made.number, VENUE, room)


def shows(stage: Stage, **changes: Any) -> None:
    """Have the board show the room otherwise."""
    board: Any = stage.services.board
    board.states = tuple(
        msgspec.structs.replace(one, **changes) if one.room == ZAAL else one
        for one in states(stage)
    )


def states(stage: Stage) -> tuple[RoomState, ...]:
    board: Any = stage.services.board
    return tuple(board.states)


def test_a_guest_reads_places_air_and_what_is_asked(guest: FlaskClient, stage: Stage) -> None:
    shows(stage, people=14, capacity=20, level="watch")
    words = said(guest.get(door(stage)[1]))
    assert "Grote zaal" in words
    assert "6 plaatsen vrij" in words
    assert "De lucht hier raakt op." in words
    assert "Iedereen is gevraagd: niemand is verkouden of heeft koorts" in words
    assert "Stand van 20:1" in words
    assert "Ledenavond" not in words  # no title: whose meeting it is says nothing to a guest


def test_a_full_room_says_until_when(guest: FlaskClient, stage: Stage) -> None:
    shows(stage, people=20, capacity=20)
    words = said(guest.get(door(stage)[1]))
    assert "Vol, wacht even" in words
    assert re.search(r"als de bijeenkomst afgelopen is, om \d\d:\d\d", words)


def test_what_is_older_than_ninety_seconds_is_not_known(guest: FlaskClient, stage: Stage) -> None:
    shows(stage, at=to_wire(NOW - timedelta(seconds=91)), people=3, capacity=20)
    words = said(guest.get(door(stage)[1]))
    assert "Nu niet bekend" in words
    assert "plaatsen vrij" not in words


def test_no_cookie_no_script_needed_and_few_bytes(guest: FlaskClient, stage: Stage) -> None:
    answer = guest.get(door(stage)[1])
    assert "Set-Cookie" not in answer.headers
    assert '<noscript><meta http-equiv="refresh"' in answer.text
    whole = len(answer.data)
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.text):
        whole += len(guest.get(path).data)
    assert whole < 20_000


@pytest.mark.parametrize("icon", ["/favicon.ico", "/apple-touch-icon-precomposed.png"])
def test_what_a_browser_asks_for_beside_it_brings_no_cookie_either(
    guest: FlaskClient, icon: str
) -> None:
    answer = guest.get(icon)
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


def test_the_language_is_the_browsers_with_a_choice(guest: FlaskClient, stage: Stage) -> None:
    path = door(stage)[1]
    german = guest.get(path, headers={"Accept-Language": "de-DE,de;q=0.9"})
    assert 'lang="de"' in german.text
    assert "What we keep to here" in guest.get(f"{path}?lang=en").text
    assert f'href="{path}?lang=nl"' in german.text


def test_a_thousand_guests_in_a_second_are_one_rendering(
    guest: FlaskClient, stage: Stage, seconds: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str] = []
    page = door_page._page

    def counted(*asked: Any) -> str:
        rendered.append(asked[-1])
        return page(*asked)

    monkeypatch.setattr(door_page, "_page", counted)
    path = door(stage)[1]
    for _ in range(20):
        guest.get(path, headers={"Accept-Language": "nl"})
    guest.get(path, headers={"Accept-Language": "de"})
    assert rendered == ["nl", "de"]
    seconds[0] += 1
    guest.get(path, headers={"Accept-Language": "nl"})
    assert rendered == ["nl", "de", "nl"]


def test_one_that_is_taken_back_is_gone_and_a_forged_one_refused(
    guest: FlaskClient, stage: Stage, seconds: list[int]
) -> None:
    number, path = door(stage)
    assert guest.get(path).status_code == 200
    with stage.database.write() as conn:
        end_door_page(conn, number)
    seconds[0] += 1
    assert guest.get(path).status_code == 410
    assert guest.get(f"{path}x").status_code == 403


def test_that_somebody_looked_is_noted(guest: FlaskClient, stage: Stage) -> None:
    number, path = door(stage)
    guest.get(path)
    with stage.database.read() as conn:
        found = find_door_page(conn, number)
    assert found is not None
    assert found.seen == NOW


def test_every_room_gets_a_card_and_they_are_printed_together(tmp_path: Path) -> None:
    stage = build(tmp_path)
    client = create_app(stage.services).test_client()
    token = csrf_token(client.get("/settings/doors"))
    form = {"csrf_token": token, "room": f"{VENUE}/*"}
    assert client.post("/settings/doors", data=form).status_code == 303
    with stage.database.read() as conn:
        made = door_pages_of(conn)
    assert len(made) == 5
    one = client.get(f"/settings/doors/{made[0].number}/card.pdf")
    every = client.get(f"/settings/doors/cards.pdf?venue={VENUE}")
    assert [len(re.findall(rb"/Type /Page\b", pdf.data)) for pdf in (one, every)] == [1, 5]
    assert "nog niet geopend" in said(client.get("/settings/doors"))
