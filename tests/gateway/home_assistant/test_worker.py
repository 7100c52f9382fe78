"""The discovery messages that a broker keeps, as rooms come and go and Home Assistant begins anew."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from gateway.config import HomeAssistantSettings
from gateway.domain.room import Room, Venue
from gateway.home_assistant.worker import HomeAssistantWorker
from gateway.registry.database import Database, open_database
from gateway.registry.rooms import archive_room, put_room, put_venue
from sensors.clock import SYSTEM
from sensors.config import BrokerSettings
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.servers import Broker, mosquitto, wait_until

pytestmark = pytest.mark.servers
KADE, SERRE, ZAAL = VenueSlug("de-kade"), RoomSlug("serre"), RoomSlug("zaal")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with mosquitto(tmp_path / "mosquitto") as running:
        yield running


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database("sqlite:///luchtig.db", tmp_path)
    opened.migrate()
    with opened.write() as conn:
        put_venue(conn, Venue(KADE, "De Kade"))
        for slug in (SERRE, ZAAL):
            put_room(conn, Room(KADE, slug, slug.title()))
    yield opened
    opened.close()


@contextmanager
def worker(database: Database, broker: Broker, directory: Path) -> Iterator[None]:
    settings = BrokerSettings(url=f"mqtt://127.0.0.1:{broker.port}")
    telling = HomeAssistantWorker(
        database, settings, directory, HomeAssistantSettings(discovery=True), "http://air", None
    )
    stop = threading.Event()
    thread = threading.Thread(target=telling.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class House:
    """A Home Assistant as far as the broker sees one: what it keeps, and each message that came."""

    def __init__(self, port: int) -> None:
        self.kept: dict[str, bytes] = {}
        self.heard: list[str] = []
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self.client.on_connect = lambda client, *_: client.subscribe("homeassistant/device/#", 1)
        self.client.on_message = self._heard
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def _heard(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        name = message.topic.split("/")[2]
        self.heard.append(name)
        if message.payload:
            self.kept[name] = bytes(message.payload)
        else:
            self.kept.pop(name, None)


@pytest.fixture
def house(broker: Broker) -> Iterator[House]:
    made = House(broker.port)
    yield made
    made.client.disconnect()
    made.client.loop_stop()


BOTH = {"luchtig-de-kade-serre", "luchtig-de-kade-zaal"}


def test_rooms_show_up_again_after_a_birth_and_go_with_the_room(
    database: Database, broker: Broker, house: House, tmp_path: Path
) -> None:
    with worker(database, broker, tmp_path):
        wait_until(lambda: set(house.kept) == BOTH, "both rooms")
        before = len(house.heard)
        house.client.publish("homeassistant/status", "online", 1)
        wait_until(lambda: set(house.heard[before:]) == BOTH, "both told again")
        with database.write() as conn:
            put_room(conn, Room(KADE, SERRE, "Serre aan het water"))
        wait_until(
            lambda: "aan het water" in house.kept["luchtig-de-kade-serre"].decode(), "its new name"
        )
        with database.write() as conn:
            archive_room(conn, KADE, ZAAL, SYSTEM.now())
        wait_until(lambda: set(house.kept) == {"luchtig-de-kade-serre"}, "one to be gone")


def test_a_room_that_went_while_nobody_looked_is_taken_back_and_others_are_left(
    database: Database, broker: Broker, house: House, tmp_path: Path
) -> None:
    other = "homeassistant/device/elsewhere/config"
    house.client.publish(other, '{"origin":{"name":"zigbee2mqtt"}}', 1, retain=True)
    with worker(database, broker, tmp_path):
        wait_until(lambda: set(house.kept) == BOTH | {"elsewhere"}, "both rooms")
    with database.write() as conn:
        archive_room(conn, KADE, ZAAL, SYSTEM.now())
    with worker(database, broker, tmp_path):
        wait_until(
            lambda: set(house.kept) == {"luchtig-de-kade-serre", "elsewhere"}, "one to be gone"
        )
