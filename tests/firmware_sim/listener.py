"""A subscriber that keeps everything it hears, in order, for the tests to look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.servers import Broker, wait_until


@dataclass
class Heard:
    topic: str
    payload: bytes
    retained: bool


@dataclass
class Listener:
    messages: list[Heard] = field(default_factory=list)

    def on(self, suffix: str) -> list[bytes]:
        return [heard.payload for heard in list(self.messages) if heard.topic.endswith(suffix)]


@contextmanager
def listening(broker: Broker, pattern: str) -> Iterator[Listener]:
    """Hears what matches ``pattern``, from the moment the context begins."""
    listener = Listener()
    ready: list[bool] = []

    def take(_client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        listener.messages.append(Heard(message.topic, bytes(message.payload), message.retain))

    def subscribe() -> None:
        client.subscribe(pattern, qos=1)

    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.on_message = take
    client.on_connect = lambda *_: subscribe()
    client.on_subscribe = lambda *_: ready.append(True)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    wait_until(lambda: ready, "the subscription")
    try:
        yield listener
    finally:
        client.disconnect()
        client.loop_stop()
