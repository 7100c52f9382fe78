"""Venues and rooms in the settings: edited in their rows, ordered, archived, pasted, and undone."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.pages.settings import changing
from gateway.domain.audit import Act
from gateway.domain.room import Room
from gateway.registry.audit.undo import last_number
from gateway.registry.devices import all_devices
from gateway.registry.rooms import (
    all_rooms,
    every_room,
    find_room,
    find_venue,
    put_room,
)
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.dashboard.pages.reading import said, text, token
from tests.dashboard.pages.scene import NOW, ROOMS, Stage

KADE, SERRE = VenueSlug("de-kade"), RoomSlug("serre")
PAGE = "/settings/venues"
ACT = Act("bert", "session", NOW)
FORM = {
    "name": "Serre", "seats": "18", "floor_area_m2": "48,5", "volume_m3": "", "policy": "nl-frisse-scholen-b",
    "ventilation": "co2", "air_from": "inside", "design_flow_lps": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def as_it_was(stage: Stage) -> Iterator[None]:
    yield
    with stage.database.write() as conn:
        for room in ROOMS:
            put_room(conn, room)


def post(client: FlaskClient, path: str, **form: str) -> TestResponse:
    return client.post(
        f"{PAGE}/de-kade{path}", data=form | {"csrf_token": token(client.get(PAGE).text)}
    )


def room(stage: Stage, slug: str = SERRE) -> Room:
    with stage.database.read() as conn:
        found = find_room(conn, KADE, RoomSlug(slug))
    assert found is not None
    return found


def order(stage: Stage) -> list[str]:
    with stage.database.read() as conn:
        return [one.slug for one in all_rooms(conn, KADE)]


def undo(client: FlaskClient, page: str) -> TestResponse:
    found = re.search(r'name="entries" value="([0-9.]+)"', page)
    assert found is not None, text(page)
    form = {"entries": found[1], "next": PAGE, "csrf_token": token(page)}
    return client.post("/settings/undo", data=form)


class TestRow:
    def test_what_is_filled_in_is_kept_and_said(self, client: FlaskClient, stage: Stage) -> None:
        answer = post(client, "/rooms/serre", **FORM)
        assert (answer.status_code, answer.location) == (303, f"{PAGE}#room-de-kade-serre")
        words = said(client.get(PAGE))
        assert (
            "Bewaard voor Serre. Plaatsen: 16 → 18; Vloer (m²): 48 → 48,5; Inhoud (m³): 140 → —"
            in words
        )
        assert "Serre 18 plaatsen · 48,5 m² · Frisse Scholen, klasse B" in words
        assert "Volgt de CO₂ · Lucht van binnen het gebouw" in words
        found = room(stage)
        assert (found.seats, found.floor_area_m2, found.volume_m3) == (18, 48.5, None)
        assert (found.policy, found.ventilation, found.air_from) == (
            "nl-frisse-scholen-b", "co2", "inside",
        )  # fmt: skip

    def test_nothing_filled_in_takes_it_away(self, client: FlaskClient, stage: Stage) -> None:
        post(client, "/rooms/serre", **FORM)
        post(client, "/rooms/serre", name="Serre")
        found = room(stage)
        assert (found.policy, found.ventilation, found.seats) == (None, None, None)

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"name": ""}, "Vul dit in."),
            ({"name": "Atelier"}, "Er is al een zaal met deze naam."),
            ({"seats": "veel"}, "Een heel getal"),
            ({"volume_m3": "-3"}, "Een getal boven nul."),
            ({"ventilation": "fan"}, "Dit bestaat niet meer."),
            ({"policy": "nergens"}, "Dit bestaat niet meer."),
        ],
    )
    def test_a_mistake_is_told_in_the_row_with_what_was_filled_in(
        self, client: FlaskClient, stage: Stage, wrong: dict[str, str], says: str
    ) -> None:
        answer = post(client, "/rooms/serre", **FORM | wrong)
        assert answer.status_code == 422
        (opened,) = re.findall(r'<details class="edit" open>.*?</details>', answer.text, re.DOTALL)
        assert says in text(opened)
        assert 'value="48,5"' in opened
        assert room(stage) == ROOMS[4]

    def test_a_room_moves_among_the_others(self, client: FlaskClient, stage: Stage) -> None:
        before = order(stage)
        post(client, "/rooms/serre", do="up")
        assert order(stage) == [*before[:3], "serre", "havenkamer"]
        undo(client, client.get(PAGE).text)
        assert order(stage) == before


class TestArchive:
    @pytest.fixture
    def archived(self, client: FlaskClient) -> Iterator[str]:
        post(client, "/rooms/serre", do="archive")
        page = client.get(PAGE).text
        yield page
        undo(client, page)

    def test_an_archived_room_is_in_no_list_but_its_own(
        self, client: FlaskClient, stage: Stage, archived: str
    ) -> None:
        assert "Serre is gearchiveerd: de geschiedenis blijft." in text(archived)
        assert "serre" not in order(stage)
        assert re.search(r"Gearchiveerde zalen \(1\).*Serre", text(archived))
        for page in ("/meetings/new", "/settings/sensors"):
            assert '<option value="serre"' not in client.get(page).text

    def test_its_sensors_hang_nowhere_until_that_is_undone(
        self, client: FlaskClient, stage: Stage, archived: str
    ) -> None:
        def hung() -> list[str]:
            with stage.database.read() as conn:
                return [one.slug for one in all_devices(conn, KADE) if one.room == SERRE]

        assert hung() == []
        assert undo(client, archived).status_code == 303
        assert hung() == ["co2-02"]
        assert "Teruggedraaid" in said(client.get(PAGE))
        assert "serre" in order(stage)

    @pytest.mark.usefixtures("archived")
    def test_its_history_can_still_be_looked_at(self, client: FlaskClient) -> None:
        assert client.get("/rooms/de-kade/serre").status_code == 200


class TestAdding:
    @pytest.fixture(autouse=True)
    def gone_again(self, stage: Stage) -> Iterator[None]:
        yield
        with stage.database.write() as conn:
            for one in every_room(conn, KADE):
                if one.slug not in {known.slug for known in ROOMS}:
                    conn.exec_driver_sql("DELETE FROM rooms WHERE slug = ?", (one.slug,))

    def test_a_room_is_made_and_unmade(self, client: FlaskClient, stage: Stage) -> None:
        assert post(client, "/rooms", name="Zolder", seats="9").status_code == 303
        page = client.get(PAGE).text
        assert "1 zaal is bewaard." in text(page)
        assert room(stage, "zolder").seats == 9
        undo(client, page)
        assert "zolder" not in order(stage)

    def test_a_list_of_a_spreadsheet_makes_rooms_and_renews_those_there_are(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        pasted = "Zaal\tm²\tPersonen\nSerre\t50,5\t20\nZolder\t31\t\n\n"
        assert post(client, "/rooms", list=pasted).status_code == 303
        assert (room(stage).floor_area_m2, room(stage).seats, room(stage).volume_m3) == (
            50.5,
            20,
            140,
        )
        assert (room(stage, "zolder").floor_area_m2, room(stage, "zolder").seats) == (31, None)

    def test_a_list_without_heads_is_name_people_floor_volume(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        post(client, "/rooms", list="Zolder;12;40;120\nKelder;8")
        found = room(stage, "zolder")
        assert (found.seats, found.floor_area_m2, found.volume_m3) == (12, 40, 120)
        assert room(stage, "kelder").seats == 8

    def test_a_mistake_in_a_list_names_its_room_and_makes_none(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        answer = post(client, "/rooms", list="Zolder;12\nKelder;veel")
        assert answer.status_code == 422
        assert "Zaal 2: Een heel getal" in text(answer.text)
        assert "zolder" not in order(stage)


def test_a_venue_is_called_otherwise_and_back(client: FlaskClient, stage: Stage) -> None:
    form = {
        "name": "De Kade aan zee",
        "language": "nl",
        "timezone": "Europe/Amsterdam",
        "reset_at": "05:30",
    }
    assert post(client, "", **form).status_code == 303
    page = client.get(PAGE).text
    assert "Naam: De Kade → De Kade aan zee; Deuren tellen opnieuw vanaf: 04:00 → 05:30." in text(
        page
    )
    undo(client, page)
    with stage.database.read() as conn:
        venue = find_venue(conn, KADE)
    assert venue is not None
    assert (venue.name, venue.reset_at.hour) == ("De Kade", 4)
    assert post(client, "", **form | {"timezone": "Mars"}).status_code == 422


class TestUndo:
    def test_what_somebody_changed_since_stays(self, client: FlaskClient, stage: Stage) -> None:
        post(client, "/rooms/serre", **FORM)
        page = client.get(PAGE).text
        post(client, "/rooms/serre", **FORM | {"seats": "30"})
        undo(client, page)
        assert "Het is te laat" in said(client.get(PAGE))
        assert room(stage).seats == 30

    def test_after_a_minute_it_is_too_late(
        self, client: FlaskClient, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        post(client, "/rooms/serre", **FORM)
        page = client.get(PAGE).text
        monkeypatch.setattr(changing, "now", lambda: NOW + timedelta(seconds=61))
        undo(client, page)
        assert "Het is te laat" in said(client.get(PAGE))
        assert room(stage).seats == 18

    def test_nothing_else_can_be_undone(self, client: FlaskClient) -> None:
        for entries in ("", "x", "999999"):
            form = {"entries": entries, "csrf_token": token(client.get(PAGE).text)}
            answer = client.post(
                "/settings/undo", data=form | {"next": "https://elsewhere.example"}
            )
            assert (answer.status_code, answer.location) == (303, "/settings")
            assert "Het is te laat" in said(client.get(PAGE))

    def test_nobody_undoes_what_another_did(self, stage: Stage) -> None:
        with stage.database.acting(lambda _conn: ACT).write() as conn:
            put_room(conn, replace(ROOMS[4], seats=3))
        with stage.database.read() as conn:
            number = last_number(conn)
        browser = create_app(stage.services).test_client()
        form = {"entries": str(number), "csrf_token": token(browser.get(PAGE).text)}
        browser.post("/settings/undo", data=form)
        assert room(stage).seats == 3
