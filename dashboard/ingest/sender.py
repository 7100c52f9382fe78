"""Messages of others put on the broker: handed to it, and waited for until it has them."""

import logging
import secrets
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sensors.config import BrokerSettings
from sensors.mqtt.client import new_client
from sensors.mqtt.turns import BrokerTurns, Spoken

CONNECT_S: Final = 3.0
ANSWER_S: Final = 5.0
"""How long a request waits for a connection, and then for the broker's word on all of its messages."""
KEEPALIVE_S: Final = 30
IN_FLIGHT: Final = 100

_log = logging.getLogger(__name__)


class BrokerAway(Exception):
    """The broker did not take all messages; some may have been."""


class Message(msgspec.Struct, frozen=True):
    topic: str
    payload: bytes
    retain: bool = False


class Sends(Protocol):
    """Whoever hands messages to the broker."""

    def send(self, messages: Sequence[Message]) -> None:
        """Publish at QoS 1, and wait until the broker has acknowledged all.

        Raises:
            BrokerAway: it did not in time.

        """


class Sender:
    """``send`` may be called from any thread; the connection is made at its first use and kept."""

    def __init__(self, broker: BrokerSettings, directory: Path) -> None:
        self._broker = broker
        self._directory = directory
        self._turns = BrokerTurns(broker)
        self._lock = threading.Lock()
        self._connected = threading.Event()
        self._client: mqtt.Client | None = None
        self._closed = False
        self._refused: dict[int, str] = {}

    def send(self, messages: Sequence[Message]) -> None:
        client = self._ready()
        by_s = time.monotonic() + ANSWER_S
        waited = []
        for message in messages:
            info = client.publish(message.topic, message.payload, 1, message.retain)
            if info.rc not in (mqtt.MQTT_ERR_SUCCESS, mqtt.MQTT_ERR_NO_CONN):
                raise BrokerAway(mqtt.error_string(info.rc))
            waited.append(info)
        for info in waited:
            self._wait(info, max(0.0, by_s - time.monotonic()))

    def close(self) -> None:
        """End the connection; again is harmless."""
        with self._lock:
            self._closed = True
            client, self._client = self._client, None
        _leave(client)

    def _wait(self, info: mqtt.MQTTMessageInfo, within_s: float) -> None:
        try:
            info.wait_for_publish(within_s)
            published = info.is_published()
        except (ValueError, RuntimeError) as error:
            raise BrokerAway(str(error)) from error
        if not published:
            raise BrokerAway("the broker does not answer")
        refused = self._refused.pop(info.mid, None)
        if refused is not None:
            raise BrokerAway(f"the broker refuses it: {refused}")

    def _ready(self) -> mqtt.Client:
        """A client that is connected."""
        by_s = time.monotonic() + CONNECT_S
        while True:
            with self._lock:
                if self._closed:
                    raise BrokerAway("the dashboard is stopping")
                client = self._client = self._client or self._connect()
            if self._connected.wait(max(0.05, (by_s - time.monotonic()) / 2)):
                return client
            self._next(client)
            if time.monotonic() >= by_s:
                raise BrokerAway("the broker is not reached")

    def _connect(self) -> mqtt.Client:
        spoken = self._turns.spoken
        name = f"luchtig-ingest-{secrets.token_hex(4)}"
        client = new_client(
            self._broker, self._directory, name, clean=True, protocol=spoken.protocol
        )
        client.max_inflight_messages_set(IN_FLIGHT)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        address = self._turns.address
        client.connect_async(address.host, address.port, self._turns.keepalive_s(KEEPALIVE_S))
        client.loop_start()
        return client

    def _next(self, client: mqtt.Client) -> None:
        """It does not connect: speak otherwise, or to the next address."""
        with self._lock:
            if self._client is not client or self._connected.is_set():
                return
            self._client = None
            if self._turns.spoken.protocol == MQTTProtocolVersion.MQTTv5:
                older = Spoken(MQTTProtocolVersion.MQTTv311)
                self._turns.learn(self._turns.address, older)
            else:
                self._turns.learn(self._turns.address, Spoken())
                self._turns.leave(self._turns.address)
        _leave(client)

    def _on_connect(
        self,
        client: mqtt.Client,
        _data: object,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if not reason.is_failure and client is self._client:
            self._connected.set()

    def _on_disconnect(
        self,
        client: mqtt.Client,
        _data: object,
        _flags: mqtt.DisconnectFlags,
        _reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if client is self._client:
            self._connected.clear()

    def _on_publish(
        self,
        _client: mqtt.Client,
        _data: object,
        mid: int,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure and len(self._refused) < 1_000:
            _log.warning("the broker refuses what was sent to us: %s", reason)
            self._refused[mid] = str(reason)


def _leave(client: mqtt.Client | None) -> None:
    if client is not None:
        client.disconnect()
        client.loop_stop()
