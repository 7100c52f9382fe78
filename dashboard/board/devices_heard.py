"""What the devices of the house send while somebody wants to see it: to find a new one among them.

Nothing is kept of it. The connection is made when it is asked for and ended when nobody asks any more.
"""

import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sensors.clock import Clock
from sensors.config import BrokerSettings
from sensors.mqtt.client import new_client
from sensors.mqtt.turns import BrokerTurns
from sensors.wire.instant import to_ns
from sensors.wire.payload import decode_reading
from sensors.wire.reading import AirReading
from sensors.wire.refusal import Refused
from sensors.wire.topic import DeviceKey, DeviceTopic, is_check, parse_device_topic

_log = logging.getLogger(__name__)

FILTER: Final = "luchtig/devices/+/+/+"
IDLE_S: Final = 30.0
MOST: Final = 1_000
"""Devices; whoever floods the broker with names fills no memory here."""
KEEPALIVE_S: Final = 30
KEPT: Final = 10
"""Messages of a device as they came."""
LONGEST: Final = 2_000
"""Bytes that are kept of a message's payload."""


@dataclass(frozen=True, slots=True)
class HeardDevice:
    """The newest of a device; ``refused`` says why a message of it cannot be taken."""

    key: DeviceKey
    co2_ppm: float | None = None
    people: int | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A message as it came: when, the last part of its topic, and what of its payload is kept."""

    at: datetime
    leaf: str
    payload: bytes


class DevicesHeard:
    """``heard`` may be called from any thread; ``close`` ends the listening."""

    def __init__(
        self,
        broker: BrokerSettings,
        directory: Path,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._broker = broker
        self._turns = BrokerTurns(broker)
        self._directory = directory
        self._clock = clock
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._heard: dict[DeviceKey, HeardDevice] = {}
        self._raw: dict[DeviceKey, deque[RawMessage]] = {}
        self._client: mqtt.Client | None = None
        self._asked_s = 0.0

    def heard(self) -> tuple[HeardDevice, ...]:
        """All that spoke since somebody began to ask, by venue and device; asked for again within
        ``IDLE_S`` it goes on listening.
        """
        with self._lock:
            self._asked_s = self._monotonic()
            if self._client is None:
                self._client = self._listen()
            return tuple(one for _, one in sorted(self._heard.items()))

    def messages(self, key: DeviceKey) -> tuple[RawMessage, ...]:
        """The newest of a device as they came, the oldest of them first; listens on like ``heard``."""
        self.heard()
        with self._lock:
            return tuple(self._raw.get(key, ()))

    @property
    def is_listening(self) -> bool:
        return self._client is not None

    def close(self) -> None:
        """End the connection; again is harmless."""
        with self._lock:
            client, self._client = self._client, None
            self._forget()
        if client is not None:
            client.disconnect()
            client.loop_stop()

    def _listen(self) -> mqtt.Client:
        client_id = f"luchtig-ear-{secrets.token_hex(4)}"
        client = new_client(self._broker, self._directory, client_id, clean=True)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.reconnect_delay_set(1, self._turns.longest_retry_s(10))
        self._aim(client)
        client.loop_start()
        return client

    def _aim(self, client: mqtt.Client) -> None:
        address = self._turns.address
        client.connect_async(address.host, address.port, self._turns.keepalive_s(KEEPALIVE_S))

    def _on_connect_fail(self, client: mqtt.Client, _data: object) -> None:
        if self._turns.count > 1:
            self._turns.leave(self._turns.address)
            self._aim(client)

    def _on_disconnect(
        self,
        client: mqtt.Client,
        _data: object,
        _flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._on_connect_fail(client, None)

    def _on_connect(
        self,
        client: mqtt.Client,
        _data: object,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if not reason.is_failure:
            client.subscribe(FILTER, 0)

    def _on_message(self, client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        try:
            if self._monotonic() - self._asked_s > IDLE_S:
                self._leave(client)
            else:
                self._take(message)
        except Exception:  # noqa: BLE001 - one that left would end paho's thread in silence
            _log.exception("%s: could not be taken", message.topic)

    def _leave(self, client: mqtt.Client) -> None:
        """Nobody asks any more. Its own thread cannot wait for its end."""
        with self._lock:
            if self._client is client:
                self._client = None
                self._forget()
        client.disconnect()

    def _forget(self) -> None:
        self._heard.clear()
        self._raw.clear()

    def _take(self, message: mqtt.MQTTMessage) -> None:
        topic = parse_device_topic(message.topic)
        if topic is None or message.retain or is_check(message.topic):
            return
        key = (topic.venue, topic.device)
        with self._lock:
            if key in self._heard or len(self._heard) < MOST:
                known = self._heard.get(key, HeardDevice(key))
                self._heard[key] = self._with(known, topic, bytes(message.payload))
                raw = RawMessage(self._clock.now(), topic.leaf, bytes(message.payload[:LONGEST]))
                self._raw.setdefault(key, deque(maxlen=KEPT)).append(raw)

    def _with(self, known: HeardDevice, topic: DeviceTopic, payload: bytes) -> HeardDevice:
        if topic.leaf not in ("air", "people"):
            return known
        decoded = decode_reading(topic, payload, to_ns(self._clock.now()))
        if isinstance(decoded, Refused):
            return HeardDevice(known.key, known.co2_ppm, known.people, decoded.detail)
        reading = decoded.reading
        if isinstance(reading, AirReading):
            return HeardDevice(known.key, reading.co2_ppm, known.people)
        return HeardDevice(known.key, known.co2_ppm, reading.count)
