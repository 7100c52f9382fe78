"""What others send by HTTP goes to the broker as our own devices' messages, and is answered after it."""

import base64
import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.board.feed import BoardFeed
from dashboard.ingest.incoming import Incoming
from dashboard.ingest.sender import BrokerAway, Message, Sender
from dashboard.web.services import Services
from gateway.config import DashboardSettings, StoreSettings
from gateway.domain.room import Venue
from gateway.registry.accounts.tokens import Limits, new_token
from gateway.registry.accounts.users import add_user
from gateway.registry.database import Database
from gateway.registry.rooms import put_venue
from gateway.store.open import open_store
from sensors.clock import SYSTEM
from sensors.config import BrokerSettings
from sensors.wire.instant import to_wire
from sensors.wire.topic import VenueSlug
from tests.dashboard.setup import VENUE
from tests.gateway.brokers import amqtt_broker
from tests.servers import Broker, free_port

NOW = SYSTEM.now()
TTS = {
    "end_device_ids": {"device_id": "AM103 Zaal"},
    "received_at": to_wire(NOW),
    "uplink_message": {"decoded_payload": {"co2": 453, "temperature": 21.5, "battery": 90}},
}


class Stage:
    """A broker that keeps what it is given, or is away."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.is_away = False

    def send(self, messages: Sequence[Message]) -> None:
        if self.is_away:
            raise BrokerAway("nobody answers")
        self.sent += messages

    def told(self) -> dict[str, Any]:
        return {
            one.topic.removeprefix("luchtig/devices/"): json.loads(one.payload) for one in self.sent
        }


class House:
    def __init__(self, client: FlaskClient, stage: Stage, token: str) -> None:
        self.client, self.stage, self.token = client, stage, token

    def post(self, path: str, body: object, **headers: str) -> Any:
        headers.setdefault("Authorization", f"Bearer {self.token}")
        return self.client.post(f"/api/v1{path}", json=body, headers=headers)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with database.write() as conn:
        put_venue(conn, Venue(VenueSlug("molen"), "De Molen"))
        add_user(conn, "poort", "admin", None, NOW)
        limits = Limits(("ingest",), (VENUE,))
        token = new_token(conn, "poort", "", NOW, limits)
    store = open_store(StoreSettings(), tmp_path)
    settings, stage = DashboardSettings(), Stage()
    feed = BoardFeed(
        BrokerSettings(url="mqtt://127.0.0.1:1"), tmp_path, database, SYSTEM, settings.viewers
    )
    services = Services(
        SYSTEM, database, store, feed, settings, "a secret of tests", incoming=Incoming(stage)
    )
    yield House(create_app(services).test_client(), stage, token)
    store.close()


def reading(**more: Any) -> dict[str, Any]:
    at = to_wire(NOW)
    return {"venue": VENUE, "device": "co2-09", "kind": "air", "ts": at, "co2_ppm": 812} | more


class TestReadings:
    def test_they_are_published_under_our_topics_without_being_retained(self, house: House) -> None:
        people = reading(kind="people", device="deur", in_total=3, out_total=1)
        answer = house.post("/readings", {"readings": [reading(), people]})
        assert (answer.status_code, answer.json) == (202, {"accepted": 2, "refused": []})
        assert house.stage.told() == {
            "de-kade/co2-09/air": {"ts": to_wire(NOW), "co2_ppm": 812},
            "de-kade/deur/people": {
                "ts": to_wire(NOW),
                "co2_ppm": 812,
                "in_total": 3,
                "out_total": 1,
            },
        }
        assert not any(one.retain for one in house.stage.sent)

    def test_one_that_is_wrong_is_told_of_and_the_others_are_taken(self, house: House) -> None:
        wrong: dict[str, tuple[object, str]] = {
            "no time": (reading(ts=None), "missing_field"),
            "no CO2": (reading(co2_ppm=None), "missing_field"),
            "too much": (reading(co2_ppm=90_000), "out_of_range"),
            "tomorrow": (reading(ts=to_wire(NOW + timedelta(days=1))), "in_future"),
            "of another venue": (reading(venue="molen"), "bad_topic"),
            "of no device": (reading(device="Zaal 1"), "bad_topic"),
            "of no kind": (reading(kind="status"), "bad_topic"),
        }
        batch = [reading(), *(one for one, _ in wrong.values())]
        answer = house.post("/readings", {"readings": batch})
        assert answer.json["accepted"] == 1
        reasons = [(one["index"], one["reason"]) for one in answer.json["refused"]]
        assert reasons == [(at, reason) for at, (_, reason) in enumerate(wrong.values(), start=1)]

    def test_a_broker_that_is_away_is_said_and_when_to_come_again(self, house: House) -> None:
        house.stage.is_away = True
        answer = house.post("/readings", {"readings": [reading()]})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")

    def test_a_token_for_it_is_for_nothing_else_and_no_other_is_for_it(self, house: House) -> None:
        assert (
            house.client.get(
                "/api/v1/devices", headers={"Authorization": f"Bearer {house.token}"}
            ).status_code
            == 403
        )
        assert (
            house.client.post("/api/v1/readings", json={"readings": [reading()]}).status_code == 401
        )
        assert house.post("/webhooks/tts/molen", TTS).status_code == 404


class TestWebhooks:
    def test_an_uplink_becomes_a_reading_and_what_the_device_is(self, house: House) -> None:
        answer = house.post(f"/webhooks/tts/{VENUE}", TTS)
        assert (answer.status_code, answer.json) == (202, {"accepted": 1, "refused": []})
        assert house.stage.told() == {
            "de-kade/am103-zaal/about": {"model": "tts"},
            "de-kade/am103-zaal/health": {"battery_pct": 90.0},
            "de-kade/am103-zaal/air": {"ts": to_wire(NOW), "co2_ppm": 453.0, "temperature_c": 21.5},
        }
        kept = {one.topic.rsplit("/", 1)[1]: one.retain for one in house.stage.sent}
        assert kept == {"about": True, "health": True, "air": False}

    def test_the_token_may_be_the_password_of_basic(self, house: House) -> None:
        known = base64.b64encode(f"wie-dan-ook:{house.token}".encode()).decode()
        body = {
            "esp8266id": "12331981", "software_version": "NRZ-2020-129",
            "sensordatavalues": [
                {"value_type": "SCD30_co2_ppm", "value": "702.4"},
                {"value_type": "SCD30_temperature", "value": "20.47"},
                {"value_type": "signal", "value": "-94 dBm"},
            ],
        }  # fmt: skip
        answer = house.post(
            f"/webhooks/sensor-community/{VENUE}", body, Authorization=f"Basic {known}"
        )
        assert answer.status_code == 202
        told = house.stage.told()
        assert told["de-kade/airrohr-12331981/air"] == {"co2_ppm": 702.4, "temperature_c": 20.47}
        wrong = house.post("/readings", {"readings": [reading()]}, Authorization=f"Basic {known}")
        assert wrong.status_code == 401

    def test_airthings_with_the_time_that_it_recorded(self, house: House) -> None:
        body = {
            "serialNumber": "2960012345", "recorded": to_wire(NOW),
            "data": {"co2": 570.0, "humidity": 43.0, "temp": 25.6, "battery": 100, "rssi": -63},
        }  # fmt: skip
        assert house.post(f"/webhooks/airthings/{VENUE}", body).json["accepted"] == 1
        assert house.stage.told()["de-kade/2960012345/air"]["ts"] == to_wire(NOW)

    def test_airthings_with_all_samples_of_its_envelope(self, house: House) -> None:
        """The envelope and the samples' keys as developer-business.airthings.com/docs/webhooks-event-types
        and /changelog/webhooks-added-ventilation-rate-events publish them.
        """
        body = {
            "id": "cca4e4c8-da9d-4e82-98e0-d997adff5f8a",
            "type": "airthings-webhook-cloudevent-sample-feed",
            "source": "https://dashboard.airthings.com/integrations/webhooks/3ae27258?version=v2",
            "dataContentType": "application/json", "labels": {},
            "data": [
                {"serialNumber": "2969013284", "recorded": to_wire(NOW - timedelta(minutes=5)),
                 "co2": 612.0, "temp": 70.7, "humidity": 41.0, "sensorUnits": {"temp": "f"}},
                {"serialNumber": "3110004513", "recorded": to_wire(NOW), "co2": 570.0, "temp": 25.6,
                 "sensorUnits": {"temp": "c"}},
                {"serialNumber": "2820006349", "recorded": to_wire(NOW), "lastSeenDevices": []},
            ],
            "time": to_wire(NOW), "specVersion": "0.2",
        }  # fmt: skip
        assert house.post(f"/webhooks/airthings/{VENUE}", body).json["accepted"] == 2
        told = house.stage.told()
        assert told["de-kade/2969013284/air"] == {
            "ts": to_wire(NOW - timedelta(minutes=5)), "co2_ppm": 612.0, "temperature_c": 21.5,
            "humidity_pct": 41.0,
        }  # fmt: skip
        assert told["de-kade/3110004513/air"] == {
            "ts": to_wire(NOW), "co2_ppm": 570.0, "temperature_c": 25.6,
        }  # fmt: skip

    @pytest.mark.parametrize("fraction", ["", ".5"])
    def test_a_time_of_airthings_without_a_zone_is_in_utc(
        self, house: House, fraction: str
    ) -> None:
        """As ``recorded`` stands in the example of the page above: 2023-07-05T13:09:43."""
        at = f"{NOW:%Y-%m-%dT%H:%M:%S}{fraction}"
        body = {"data": [{"serialNumber": "2969013284", "recorded": at, "co2": 612.0}]}
        assert house.post(f"/webhooks/airthings/{VENUE}", body).json["accepted"] == 1
        assert house.stage.told()["de-kade/2969013284/air"]["ts"] == f"{at}Z"

    def test_what_is_none_is_said(self, house: House) -> None:
        assert house.post(f"/webhooks/acme/{VENUE}", {}).status_code == 404
        bad = house.client.post(
            f"/api/v1/webhooks/tts/{VENUE}", data=b"{", content_type="application/json",
            headers={"Authorization": f"Bearer {house.token}"},
        )  # fmt: skip
        assert bad.status_code == 422
        assert house.post(f"/webhooks/tts/{VENUE}?model=acme", TTS).status_code == 400


class TestSender:
    def test_it_waits_for_the_brokers_word(self, own_broker: Broker, tmp_path: Path) -> None:
        sender = Sender(BrokerSettings(url=own_broker.url), tmp_path)
        try:
            sender.send([Message("luchtig/devices/a/b/air", b"{}")])
            sender.send([Message(f"luchtig/devices/a/{n}/air", b"{}") for n in range(300)])
        finally:
            sender.close()
        with pytest.raises(BrokerAway):
            sender.send([Message("luchtig/devices/a/b/air", b"{}")])

    def test_a_broker_that_knows_only_311_is_spoken_to_in_that(self, tmp_path: Path) -> None:
        with amqtt_broker(tmp_path) as broker:
            sender = Sender(BrokerSettings(url=broker.url), tmp_path)
            sender.send([Message("luchtig/devices/a/b/air", b"{}")])
            sender.close()

    def test_one_that_is_not_there_is_said_in_seconds(self, tmp_path: Path) -> None:
        sender = Sender(BrokerSettings(url=f"mqtt://127.0.0.1:{free_port()}"), tmp_path)
        with pytest.raises(BrokerAway, match="not reached"):
            sender.send([Message("luchtig/devices/a/b/air", b"{}")])
        sender.close()
