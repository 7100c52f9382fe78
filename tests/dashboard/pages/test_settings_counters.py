"""People counters in the settings: the count now, set by hand, the doors and how far they are off."""

from collections.abc import Iterator

import msgspec
import pytest
from flask.testing import FlaskClient

from gateway.domain.people import RoomPeople
from gateway.domain.room_state import FlagView
from gateway.registry.live.live_state import put_people
from gateway.registry.live.operator_requests import PeopleRequest, mark_done, pending_requests
from sensors.wire.instant import to_wire
from sensors.wire.topic import DeviceSlug, RoomSlug
from tests.dashboard.pages.reading import card_of, said, text, token
from tests.dashboard.pages.scene import NOW, VENUE, Stage, StageBoard, ago, room_state

PAGE = "/settings/counters"
SERRE = (VENUE, RoomSlug("serre"))


@pytest.fixture(autouse=True)
def counted(stage: Stage) -> Iterator[None]:
    door = DeviceSlug("deur-serre")
    people = RoomPeople().passed(door, ago(90), 100, 90).set_to(ago(60), 4)
    people = people.passed(door, ago(30), 108, 93).passed(door, ago(2), 108, 101)
    with stage.database.write() as conn:
        put_people(conn, [(SERRE, people)])
    yield
    with stage.database.write() as conn:
        for request in pending_requests(conn):
            mark_done(conn, request.id, NOW)


def post(client: FlaskClient, people: str) -> int:
    form = {"people": people, "csrf_token": token(client.get(PAGE).text)}
    return client.post(f"{PAGE}/de-kade/serre", data=form).status_code


def test_doors_are_listed_with_what_they_told_first(client: FlaskClient) -> None:
    words = said(client.get(PAGE))
    assert words.index("Serre") < words.index("Atelier")
    assert "gezet op 4 om 19:11" in words
    assert "deur-serre 108 101" in words


def test_a_count_is_set_by_hand(client: FlaskClient, stage: Stage) -> None:
    assert post(client, "12") == 303
    assert "Serre: er zijn 12 mensen." in said(client.get(PAGE))
    with stage.database.read() as conn:
        (asked,) = pending_requests(conn)
    assert isinstance(asked, PeopleRequest)
    assert (asked.room, asked.people) == ("serre", 12)


@pytest.mark.parametrize("people", ["", "veel", "-1", "10001"])
def test_what_is_no_count_is_told_and_kept_from_the_gateway(
    client: FlaskClient, stage: Stage, people: str
) -> None:
    assert post(client, people) == 422
    with stage.database.read() as conn:
        assert pending_requests(conn) == ()


def test_how_far_doors_are_off_is_told(client: FlaskClient, stage: Stage) -> None:
    evidence = ({"code": "door_drift", "device": "deur-serre", "people": 9, "minutes": 80.0},)
    view = FlagView("sensor_fault", "firing", to_wire(NOW), None, None, evidence)
    board = stage.services.board
    assert isinstance(board, StageBoard)
    board.states = tuple(
        msgspec.structs.replace(one, flags=(view,)) if one.room == "serre" else one
        for one in board.states
    )
    page = client.get(PAGE).text
    assert page.count('class="needs"') == 1
    with stage.database.write() as conn:
        door = RoomPeople().passed(DeviceSlug("deur"), ago(9), 0, 0)
        put_people(conn, [(SERRE, door.passed(DeviceSlug("deur"), ago(3), 0, 2))])
    assert "waren er 2 mensen minder dan niemand" in text(client.get(PAGE).text)


def test_a_count_set_by_hand_stays_on_the_board_of_a_room_without_sensor(
    client: FlaskClient, stage: Stage
) -> None:
    board = stage.services.board
    assert isinstance(board, StageBoard)

    def people(minutes: float) -> str:
        state = room_state(
            RoomSlug("serre"),
            level="unknown",
            co2_at=None,
            people=12,
            people_at=to_wire(ago(minutes)),
        )
        board.states = tuple(state if one.room == "serre" else one for one in board.states)
        return card_of(client.get("/").text, RoomSlug("serre"))

    assert "12" in people(45)
    assert "12" not in people(150)
