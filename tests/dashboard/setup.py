"""What the dashboard's tests share: a venue, states on a real broker, clients that are logged in."""

import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
import paho.mqtt.publish as mqtt_publish
from flask import Flask
from flask.testing import FlaskClient
from paho.mqtt.enums import CallbackAPIVersion
from werkzeug.test import TestResponse

from dashboard.board.feed import BoardFeed
from gateway.domain.room import Room, Venue
from gateway.domain.room_state import RoomState, encode
from gateway.registry.accounts import tokens, users
from gateway.registry.database import Database
from gateway.registry.policies import put_presets
from gateway.registry.rooms import put_room, put_venue
from sensors.clock import SYSTEM
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.servers import Broker

VENUE = VenueSlug("de-kade")
PASSWORD = "drie woorden genoeg"


def state(room: RoomSlug = RoomSlug("grote-zaal"), **values: Any) -> RoomState:
    """A room state as a gateway on the system's clock would publish it now."""
    at = values.pop("at", None) or SYSTEM.now()
    known = {"venue": VENUE, "name": room.replace("-", " ").capitalize(), "level": "good"}
    given: dict[str, Any] = known | values
    return RoomState(room=room, at=to_wire(at), **given)


def publish(broker: Broker, topic: str, payload: bytes, *, retain: bool = True) -> None:
    mqtt_publish.single(topic, payload, 1, retain, "127.0.0.1", broker.port)


def publish_state(broker: Broker, shown: RoomState) -> None:
    publish(broker, f"luchtig/rooms/{shown.venue}/{shown.room}/state", encode(shown))


def forget_retained(broker: Broker) -> None:
    """Take away all that the broker keeps, for the next test."""
    kept: list[str] = []
    done = threading.Event()

    def take(_client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        if message.topic == "end":
            done.set()
        elif message.retain:
            kept.append(message.topic)

    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.on_message = take
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    client.subscribe("#")
    client.publish("end", b"")
    assert done.wait(60)
    for topic in kept:
        client.publish(topic, b"", 1, retain=True).wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


def furnish(database: Database) -> None:
    """A venue with two rooms, the presets, and one user."""
    with database.write() as conn:
        put_presets(conn)
        put_venue(conn, Venue(VENUE, "De Kade"))
        put_room(conn, Room(VENUE, RoomSlug("grote-zaal"), "Grote zaal", 210.0, 70.0, 20))
        put_room(conn, Room(VENUE, RoomSlug("serre"), "Serre", seats=8))
        users.add_user(conn, "anna", "admin", PASSWORD, datetime(2026, 11, 23, tzinfo=UTC))


@dataclass
class Site:
    """An application on real parts, and ways to speak to it."""

    app: Flask
    database: Database
    feed: BoardFeed
    broker: Broker
    directory: Path
    _token: str = field(default="", init=False)

    def visitor(self) -> FlaskClient:
        """A browser that has not logged in."""
        return self.app.test_client()

    def token(self) -> str:
        if not self._token:
            with self.database.write() as conn:
                self._token = tokens.new_token(conn, "anna", "tests", SYSTEM.now())
        return self._token

    def call(self, method: str, path: str, body: object = None, **more: Any) -> TestResponse:
        """What a program with a token gets; ``body`` goes as JSON."""
        headers = {"Authorization": f"Bearer {self.token()}"} | more.pop("headers", {})
        if body is not None:
            more |= {"data": msgspec.json.encode(body), "content_type": "application/json"}
        return self.app.test_client().open(path, method=method, headers=headers, **more)


def csrf_token(page: TestResponse) -> str:
    """The token of the first form of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def log_in(client: FlaskClient, password: str = PASSWORD, **form: str) -> TestResponse:
    token = csrf_token(client.get("/login"))
    fields = {"csrf_token": token, "name": "anna", "password": password} | form
    return client.post("/login", data=fields)
