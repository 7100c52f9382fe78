import re
from collections.abc import Iterator

import msgspec
import pytest
from flask.testing import FlaskClient

from gateway.domain.door import Decided
from gateway.domain.refused_message import RefusedMessage
from gateway.domain.room_state import FlagView
from gateway.metrics import OVER_SHARE, ZONE_ASSUMED, device_label
from gateway.registry.devices import call, find_device, note_health, place
from gateway.registry.live import quarantine
from gateway.registry.live.door_decisions import put_decisions
from gateway.registry.live.metric_totals import put_totals
from sensors.wire.instant import to_ns, to_wire
from sensors.wire.reading import Health
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.dashboard.pages.reading import said, text, token
from tests.dashboard.pages.scene import NOW, Stage, StageBoard, ago


def test_a_sensor_has_a_page_that_the_settings_lead_to(client: FlaskClient) -> None:
    assert 'href="/settings/devices/de-kade/co2-05"' in client.get("/settings/sensors").text
    words = said(client.get("/settings/devices/de-kade/co2-05"))
    assert "Zaal: Bibliotheek" in words
    assert "Laatst gehoord: 19:41" in words
    assert "Totalen" not in words


def test_a_sensor_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/settings/devices/de-kade/co2-99").status_code == 404
    assert client.get("/settings/devices/elsewhere/co2-05").status_code == 404


def test_what_was_made_of_a_doors_totals_is_shown_newest_first(
    client: FlaskClient, stage: Stage
) -> None:
    door = (VenueSlug("de-kade"), DeviceSlug("co2-05"))
    made = [
        Decided(ago(9), "in", "passing", 45206, 45204),
        Decided(ago(3), "out", "restart", 480, 2),
    ]
    with stage.database.write() as conn:
        put_decisions(conn, [(door, one) for one in made])
    words = said(client.get("/settings/devices/de-kade/co2-05"))
    first = "Naar buiten 480 → 2 De teller begon opnieuw en telt van daar verder."
    second = "Binnengekomen 45.206 → 45.204 Het ging voorbij: er is niemand bijgeteld."
    assert words.index(first) < words.index(second)


def test_readings_with_a_local_time_are_told_with_the_zone_they_were_taken_in(
    client: FlaskClient, stage: Stage
) -> None:
    page = "/settings/devices/de-kade/co2-05"
    assert "Europe/Amsterdam" not in said(client.get(page))
    name = (ZONE_ASSUMED, device_label("de-kade", "co2-05"))
    with stage.database.write() as conn:
        put_totals(conn, "luchtig-gateway", {name: 41.0, (ZONE_ASSUMED, "de-kade/co2-06"): 7.0})
        put_totals(conn, "luchtig-gateway-2", {name: 1.0})
    words = said(client.get(page))
    assert "42 metingen kwamen met een lokale tijd zonder zone" in words
    assert "Europe/Amsterdam" in words


def test_a_device_that_sends_too_much_is_told_with_how_much_was_left_out(
    client: FlaskClient, stage: Stage
) -> None:
    page = "/settings/devices/de-kade/co2-05"
    assert "weggelaten" not in said(client.get(page))
    name = (OVER_SHARE, device_label("de-kade", "co2-05"))
    with stage.database.write() as conn:
        put_totals(conn, "luchtig-gateway", {name: 1_200.0})
    words = said(client.get(page))
    assert "1200 berichten zijn weggelaten: hij stuurde meer dan één apparaat mag" in words


def test_it_shows_what_was_refused_of_this_sensor_alone(client: FlaskClient, stage: Stage) -> None:
    with stage.database.write() as conn:
        for device in ("co2-05", "co2-051"):
            topic = f"luchtig/devices/de-kade/{device}/air"
            refused = RefusedMessage(topic, b"{", Reason.NOT_JSON, f"of {device}", to_ns(NOW))
            quarantine.add(conn, refused)
    words = said(client.get("/settings/devices/de-kade/co2-05"))
    assert "Geen JSON of co2-05" in words
    assert "co2-051" not in words


class TestChanging:
    PAGE = "/settings/devices/de-kade/co2-04"
    KEY = (VenueSlug("de-kade"), DeviceSlug("co2-04"))

    @pytest.fixture(autouse=True)
    def as_it_was(self, stage: Stage) -> Iterator[None]:
        yield
        with stage.database.write() as conn:
            call(conn, *self.KEY, None)
            place(conn, *self.KEY, RoomSlug("havenkamer"), NOW)

    def post(self, client: FlaskClient, path: str = "", **form: str) -> str:
        key = token(client.get(self.PAGE).text)
        answer = client.post(self.PAGE + path, data=form | {"csrf_token": key})
        if answer.status_code == 303:
            assert answer.location == self.PAGE
            return client.get(self.PAGE).text
        return answer.text

    def undo(self, client: FlaskClient, page: str) -> None:
        found = re.search(r'name="entries" value="([0-9.]+)"', page)
        assert found is not None
        form = {"entries": found[1], "csrf_token": token(page)}
        assert client.post("/settings/undo", data=form).status_code == 303

    def test_it_is_called_what_people_call_it_and_found_by_that(self, client: FlaskClient) -> None:
        page = self.post(client, label="Bij het raam")
        assert "Bewaard voor Bij het raam. Naam: — → Bij het raam." in text(page)
        assert "<h1><bdi>Bij het raam</bdi></h1>" in page
        assert "Bij het raam" in said(client.get("/settings/sensors"))
        assert self.PAGE in client.get("/settings?q=raam").text
        self.undo(client, page)
        assert "<h1><bdi>co2-04</bdi></h1>" in client.get(self.PAGE).text
        assert "teken" in text(self.post(client, label="a\u202eb"))

    def test_it_moves_and_is_taken_down_and_that_is_undone(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        def room() -> str | None:
            with stage.database.read() as conn:
                found = find_device(conn, *self.KEY)
            return None if found is None else found.room

        moved = self.post(client, "/room", room="serre", **{"from": "device"})
        assert "co2-04 hangt nu in Serre." in text(moved)
        assert room() == "serre"
        self.undo(client, moved)
        assert room() == "havenkamer"
        down = self.post(client, do="down")
        assert "co2-04 hangt nu nergens." in text(down)
        assert room() is None
        self.undo(client, down)
        assert room() == "havenkamer"

    def test_a_calibration_is_noted_and_what_cannot_be_is_not(self, client: FlaskClient) -> None:
        page = self.post(client, do="calibrated", calibrated_at="2026-11-02")
        assert "De ijking van co2-04 is vastgelegd." in text(page)
        assert "Geijkt: 2 november" in text(page)
        for wrong in ("2026-11-25", "1999-01-01", "gisteren", ""):
            said_wrong = self.post(client, do="calibrated", calibrated_at=wrong)
            assert 'aria-invalid="true"' in said_wrong

    def test_what_is_wrong_with_it_is_told_on_its_page(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        evidence = ({"code": "stuck", "device": "co2-04", "co2_ppm": 700.0, "minutes": 90.0},)
        view = FlagView("sensor_fault", "firing", to_wire(NOW), None, None, evidence)
        board = stage.services.board
        assert isinstance(board, StageBoard)
        board.states = tuple(
            msgspec.structs.replace(one, flags=(view,)) if one.room == "havenkamer" else one
            for one in board.states
        )
        assert "Wat er mis mee is" in said(client.get(self.PAGE))
        assert "Wat er mis mee is" not in said(client.get("/settings/devices/de-kade/co2-05"))

    def test_its_messages_are_a_list_of_their_own(self, client: FlaskClient) -> None:
        assert "Nog niets gehoord" in said(client.get(f"{self.PAGE}/messages"))
        assert client.get("/settings/devices/de-kade/co2-99/messages").status_code == 404

    def test_what_it_says_of_its_battery_and_signal_is_told(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        health = Health(None, 12.0, -71.0, None, {"checksum": 3, "noise": 0}, 40)
        with stage.database.write() as conn:
            note_health(conn, *self.KEY, health, to_ns(NOW))
        words = said(client.get(self.PAGE))
        assert "Batterij: 12 % Signaal: −71 dBm" in words
        assert "40 metingen" in words
        assert "3 controlesom" in words
        assert "ruis" not in words
        assert "Batterij op 12 %" in said(client.get("/settings/sensors"))
        with stage.database.write() as conn:
            note_health(conn, *self.KEY, Health(), to_ns(NOW))
        assert "Batterij" not in said(client.get(self.PAGE))

    def test_it_is_forgotten_and_that_is_undone(self, client: FlaskClient, stage: Stage) -> None:
        def known() -> bool:
            with stage.database.read() as conn:
                found = find_device(conn, *self.KEY)
            return found is not None and found.room == "havenkamer"

        form = {"do": "forget", "csrf_token": token(client.get(self.PAGE).text)}
        answer = client.post(self.PAGE, data=form)
        assert (answer.status_code, answer.location) == (303, "/settings/sensors")
        page = client.get("/settings/sensors").text
        assert "co2-04 is vergeten." in text(page)
        assert not known()
        self.undo(client, page)
        assert known()
