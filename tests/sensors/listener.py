"""A subscriber that keeps what a broker says, for the tests."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion


class Listener:
    """Every message since it subscribed; with a ``session`` also those while it was away."""

    def __init__(self, port: int, session: str | None = None) -> None:
        self._port = port
        self._messages: list[tuple[str, bytes]] = []
        self._subscribed = threading.Event()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=session, clean_session=session is None
        )
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe("luchtig/#", qos=1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = lambda _client, _data, message: self._messages.append(
            (message.topic, bytes(message.payload))
        )

    def payloads(self, topic: str) -> list[bytes]:
        return [payload for name, payload in list(self._messages) if name == topic]

    def readings(self, topic: str) -> list[dict[str, Any]]:
        return [json.loads(payload) for payload in self.payloads(topic)]

    @contextmanager
    def listening(self) -> Iterator["Listener"]:
        self._client.connect("127.0.0.1", self._port)
        self._client.loop_start()
        assert self._subscribed.wait(60)
        try:
            yield self
        finally:
            self._client.disconnect()
            self._client.loop_stop()
