"""A gateway as a process on real parts, a device that speaks to it, and what it left behind."""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from gateway.config import load
from gateway.registry.database import open_database
from gateway.registry.live.metric_totals import all_totals
from gateway.registry.live.quarantine import recent
from gateway.store.open import open_store
from tests.servers import Broker


class Publisher:
    """A client that publishes at QoS 1 and knows what the broker has confirmed."""

    def __init__(self, broker: Broker) -> None:
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.max_inflight_messages_set(1000)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> mqtt.MQTTMessageInfo:
        return self._client.publish(topic, payload, 1, retain)

    def publish_all(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Publish and wait until the broker has confirmed all."""
        for info in [self.publish(topic, payload) for topic, payload in messages]:
            info.wait_for_publish(30)

    def follow(self, topic: str, take: Callable[[bytes], None]) -> None:
        """Hand every message on a topic over, what is retained first."""
        self._client.on_message = lambda _c, _u, message: take(bytes(message.payload))
        self._client.subscribe(topic, 1)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Ledger:
    """What the gateway of a configuration wrote, read as anybody may."""

    def __init__(self, config: Path) -> None:
        settings = load(config, {})
        self.gateway = settings.broker.client_id
        self.database = open_database(settings.database.url, settings.directory)
        self.store = open_store(settings.store, settings.directory)

    def counters(self) -> Counter[tuple[str, str]]:
        with self.database.read() as conn:
            return Counter({(n, label): int(v) for _, n, label, v in all_totals(conn)})

    def count(self, name: str, label: str = "") -> int:
        return self.counters()[name, label]

    def quarantine(self) -> list[tuple[str, str]]:
        """Topic and reason of what was refused, newest first."""
        with self.database.read() as conn:
            return [(message.topic, message.reason.value) for message in recent(conn, 100)]

    def close(self) -> None:
        self.database.close()
        self.store.close()
