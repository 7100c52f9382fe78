"""An ear on the broker while somebody asks: nothing is kept of what it hears.

The connection is made when it is asked for and ended when nobody asks any more.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sensors.config import BrokerSettings
from sensors.mqtt.client import new_client
from sensors.mqtt.turns import BrokerTurns

_log = logging.getLogger(__name__)

IDLE_S: Final = 30.0
KEEPALIVE_S: Final = 30


class Ear:
    """``take`` hears each message on a thread of the connection's, ``forget`` that it has ended. May be
    used from any thread.
    """

    def __init__(
        self,
        broker: BrokerSettings,
        directory: Path,
        take: Callable[[mqtt.MQTTMessage], None],
        forget: Callable[[], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._broker = broker
        self._turns = BrokerTurns(broker)
        self._directory = directory
        self._hand_on = take
        self._forget = forget
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._client: mqtt.Client | None = None
        self._filter = ""
        self._asked_s = 0.0

    def listen(self, topic_filter: str) -> None:
        """Hear what comes there; asked for again within ``IDLE_S`` it goes on. Another filter ends what
        was heard before.
        """
        with self._lock:
            self._asked_s = self._monotonic()
            left = self._client if topic_filter != self._filter else None
            if left is not None:
                self._client = None
                self._forget()
            if self._client is None:
                self._filter = topic_filter
                self._client = self._connect()
        if left is not None:
            left.disconnect()
            left.loop_stop()

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

    def _connect(self) -> mqtt.Client:
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
            client.subscribe(self._filter, 0)

    def _on_message(self, client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        try:
            if self._monotonic() - self._asked_s > IDLE_S:
                self._leave(client)
            elif client is self._client:
                self._hand_on(message)
        except Exception:  # noqa: BLE001 - one that left would end paho's thread in silence
            _log.exception("%s: could not be taken", message.topic)

    def _leave(self, client: mqtt.Client) -> None:
        """Nobody asks any more. Its own thread cannot wait for its end."""
        with self._lock:
            if self._client is client:
                self._client = None
                self._forget()
        client.disconnect()
