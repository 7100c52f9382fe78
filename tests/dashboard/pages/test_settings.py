import re

import pytest
from flask.testing import FlaskClient

from gateway.domain.presets import BY_SLUG, PRESETS
from gateway.domain.refused_message import RefusedMessage
from gateway.journal.releases import Releases
from gateway.metrics import STORE_REFUSES
from gateway.registry.devices import all_devices
from gateway.registry.live import quarantine
from gateway.registry.live.metric_totals import put_totals
from gateway.registry.rooms import find_venue
from gateway.words.cited import source_words
from gateway.words.locale import locale_of
from gateway.words.policies import policy_name
from sensors.clock import SYSTEM
from sensors.wire.instant import to_ns
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.dashboard.pages.reading import said, text, token
from tests.dashboard.pages.scene import NOW, Stage


def test_a_new_sensor_stands_on_top_with_its_own_hint_chosen(client: FlaskClient) -> None:
    page = client.get("/settings/sensors").text
    assert text(page).index("Nieuwe sensoren") < text(page).index("Sensoren in zalen")
    assert re.findall(r'<option value="([^"]+)" selected>', page) == ["serre"]


def test_adopting_hangs_the_sensor_in_its_room(client: FlaskClient, stage: Stage) -> None:
    form = {"csrf_token": token(client.get("/settings/sensors").text), "room": "serre"}
    answer = client.post("/settings/devices/de-kade/co2-06/room", data=form)
    assert (answer.status_code, answer.location) == (303, "/settings/sensors")
    words = said(client.get("/settings/sensors"))
    assert "co2-06 hangt nu in Serre." in words
    assert "Nieuwe sensoren" not in words
    with stage.database.read() as conn:
        hung = {device.slug: device.room for device in all_devices(conn)}
    assert hung[DeviceSlug("co2-06")] == "serre"


def test_a_sensor_or_room_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    form = {"csrf_token": token(client.get("/settings/sensors").text), "room": "serre"}
    assert client.post("/settings/devices/de-kade/co2-99/room", data=form).status_code == 404
    form["room"] = "kelder"
    assert client.post("/settings/devices/de-kade/co2-01/room", data=form).status_code == 404


def test_rooms_and_sensors_are_listed(client: FlaskClient) -> None:
    words = said(client.get("/settings/venues"))
    assert "Grote zaal 20 plaatsen · 70 m² · 210 m³ · Streefwaarde 1.200 ppm" in words
    words = said(client.get("/settings/sensors"))
    assert "co2-05 Bibliotheek mh-z19b 19:41 —" in words


def test_refused_messages_are_text_with_their_reason_in_words(
    client: FlaskClient, stage: Stage
) -> None:
    topic = "luchtig/devices/de-kade/<b>/air"
    with stage.database.write() as conn:
        quarantine.add(
            conn, RefusedMessage(topic, b"{", Reason.NOT_JSON, "expected JSON", to_ns(NOW))
        )
    page = client.get("/settings/sensors").text
    assert "luchtig/devices/de-kade/&lt;b&gt;/air" in page
    assert "20:11 luchtig/devices/de-kade/<b>/air Geen JSON expected JSON" in text(page)


class TestLimits:
    def test_a_venue_says_what_it_is_shown_against(self, client: FlaskClient, stage: Stage) -> None:
        page = client.get("/settings/limits").text
        assert "Wettelijk: Bbl, nieuwbouw, bijeenkomst: 4 l/s per persoon" in text(page)
        form = {"csrf_token": token(page), "legal": "be-b-1200", "healthy": ""}
        assert client.post("/settings/venues/de-kade/standards", data=form).status_code == 303
        with stage.database.read() as conn:
            venue = find_venue(conn, VenueSlug("de-kade"))
        assert venue is not None
        assert (venue.legal_policy, venue.healthy_policy) == ("be-b-1200", None)
        assert '<option value="be-b-1200" selected>' in client.get("/settings/limits").text

    @pytest.mark.parametrize(
        ("address", "room", "policy"),
        [
            ("de-kade/rooms/kelder", "", ""),
            ("de-bron/rooms/serre", "", ""),
            ("de-bron/rooms", "", ""),
            ("de-bron", "", ""),
            ("de-kade/standards", "", "none"),
            ("de-bron/standards", "", ""),
        ],
    )
    def test_what_is_not_there_is_not_found(
        self, client: FlaskClient, address: str, room: RoomSlug, policy: str
    ) -> None:
        form = {"csrf_token": token(client.get("/settings/limits").text), "room": room}
        form |= {"policy": policy, "legal": policy}
        assert client.post(f"/settings/venues/{address}", data=form).status_code == 404

    def test_every_preset_is_listed_with_its_limits_and_source(self, client: FlaskClient) -> None:
        words = said(client.get("/settings/limits"))
        for preset in PRESETS:
            assert policy_name(preset, locale_of("nl")) + " " in words
            assert source_words(preset, locale_of("nl")) in words
        assert "buiten + 800 7" in words
        assert "900 of 11,1" in words
        assert "2,5 + 0,3 per m²" in words

    def test_only_laws_can_be_the_legal_ones(self, client: FlaskClient) -> None:
        page = client.get("/settings/limits").text
        legal = page[page.index('<select name="legal">') : page.index('<select name="healthy">')]
        offered = re.findall(r'<option value="([^"]+)"', legal)
        assert {BY_SLUG[slug].kind for slug in offered} == {"law", "expired"}


def test_a_store_that_takes_no_air_is_told_with_a_button_to_give_up(
    client: FlaskClient, stage: Stage
) -> None:
    assert "neemt geen metingen" not in said(client.get("/settings/system"))
    with stage.database.write() as conn:
        put_totals(conn, "gateway-1", {(STORE_REFUSES, "air"): 1.0})
    page = client.get("/settings/system")
    assert "De opslag neemt geen metingen van de lucht aan." in said(page)
    form = {"csrf_token": token(page.text)}
    assert client.post("/settings/store/people/release", data=form).status_code == 404
    answer = client.post("/settings/store/air/release", data=form)
    assert (answer.status_code, answer.location) == (303, "/settings/system")
    assert "Het is opgegeven" in said(client.get("/settings/system"))
    assert Releases(stage.database, SYSTEM, "gateway-1").take() == ("air",)
