"""Keeps Home Assistant's discovery messages as the rooms are: a connection of its own to the broker."""

import logging
import secrets
import threading
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from gateway.config import HomeAssistantSettings
from gateway.home_assistant.discovery import config_topic, discovery
from gateway.outage import Outage, repeat
from gateway.registry.database import Database, DatabaseAway
from gateway.registry.rooms import all_rooms, all_venues
from gateway.words.locale import locale_of
from sensors.config import BrokerSettings
from sensors.mqtt.client import new_client
from sensors.mqtt.turns import BrokerTurns

EVERY_S: Final = 2.0
KEEPALIVE_S: Final = 30

log = logging.getLogger(__name__)


class HomeAssistantWorker:
    """``run`` in a thread of its own."""

    def __init__(
        self,
        database: Database,
        broker: BrokerSettings,
        directory: Path,
        settings: HomeAssistantSettings,
        public_url: str,
        venues: frozenset[str] | None,
        speaks_as: Callable[[str], str] | None = None,
    ) -> None:
        """Nothing is connected yet; ``venues`` are the ones it looks after, None for all; ``speaks_as`` is
        the client id by which a venue is heard, where each has one of its own.

        Raises:
            ConfigError: the broker's address, a certificate or a password file is wrong.

        """
        self._database = database
        self._prefix = settings.prefix
        self._public_url = public_url
        self._venues = venues
        self._speaks_as = speaks_as or (lambda _venue: broker.client_id)
        self._gateways = {self._speaks_as(venue) for venue in venues or ("",)}
        self._turns = BrokerTurns(broker)
        self._lock = threading.Lock()
        self._told: dict[str, bytes] = {}
        """What the broker keeps, by topic: of rooms that are no more too."""
        self._outage = Outage(log, "Home Assistant's discovery")
        # 3.1.1 is spoken by every broker, and nothing of 5 is needed.
        self._client = new_client(
            broker, directory, f"luchtig-home-assistant-{secrets.token_hex(4)}",
            clean=True, protocol=MQTTProtocolVersion.MQTTv311,
        )  # fmt: skip
        self._client.suppress_exceptions = True
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = lambda *_: self._next()
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message

    def run(self, stop: threading.Event) -> None:
        """Tell until ``stop``. A broker or a database that is away is waited for."""
        self._aim()
        self._client.loop_start()
        try:
            repeat(self.tell, EVERY_S, (DatabaseAway,), stop, outage=self._outage)
        finally:
            self._client.disconnect()
            self._client.loop_stop()

    def tell(self) -> None:
        """Say what is new, and take back what is gone.

        Raises:
            DatabaseAway: the database is away.

        """
        if not self._client.is_connected():
            return
        wanted = self._wanted()
        with self._lock:
            told = dict(self._told)
        for topic, payload in wanted.items():
            if told.get(topic) != payload:
                self._publish(topic, payload)
        for topic in told.keys() - wanted.keys():
            self._publish(topic, b"")

    def _wanted(self) -> dict[str, bytes]:
        with self._database.read() as conn:
            venues = {one.slug: one for one in all_venues(conn)}
            rooms = all_rooms(conn)
        return {
            config_topic(self._prefix, room.venue, room.slug): discovery(
                room, venue.name, self._speaks_as(room.venue), version("luchtig"), self._public_url,
                locale_of(venue.language, venue.timezone),
            )
            for room in rooms
            if self._is_mine(room.venue) and (venue := venues.get(room.venue)) is not None
        }  # fmt: skip

    def _is_mine(self, venue: str) -> bool:
        return self._venues is None or venue in self._venues

    def _publish(self, topic: str, payload: bytes) -> None:
        self._client.publish(topic, payload, qos=1, retain=True)
        with self._lock:
            if payload:
                self._told[topic] = payload
            else:
                self._told.pop(topic, None)

    def _aim(self) -> None:
        address = self._turns.address
        self._client.connect_async(address.host, address.port, self._turns.keepalive_s(KEEPALIVE_S))

    def _next(self) -> None:
        self._turns.leave(self._turns.address)
        self._aim()

    # What paho's thread calls.

    def _on_connect(
        self, client: mqtt.Client, _data: object, _flags: mqtt.ConnectFlags,
        reason: ReasonCode, _properties: Properties | None,
    ) -> None:  # fmt: skip
        if reason.is_failure:
            self._outage.begins(f"the broker refuses us: {reason}")
            return
        with self._lock:
            self._told.clear()
        # What is retained comes first: of a room that was deleted while nobody looked, too.
        client.subscribe([(f"{self._prefix}/device/+/config", 1), (f"{self._prefix}/status", 1)])

    def _on_disconnect(
        self, _client: mqtt.Client, _data: object, _flags: mqtt.DisconnectFlags,
        reason: ReasonCode, _properties: Properties | None,
    ) -> None:  # fmt: skip
        if reason.is_failure:
            self._next()

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._lock:
            if message.topic == f"{self._prefix}/status":
                if message.payload == b"online":  # its birth: it may have forgotten all of it
                    self._told = dict.fromkeys(self._told, b"")
            elif message.retain and message.payload and self._is_ours(bytes(message.payload)):
                self._told[message.topic] = bytes(message.payload)

    def _is_ours(self, payload: bytes) -> bool:
        """Whether a room of this gateway said it: other gateways tell of their own venues."""
        return b'"origin":{"name":"Luchtig"' in payload and any(
            f'"availability_topic":"luchtig/gateways/{name}/status"'.encode() in payload
            for name in self._gateways
        )
