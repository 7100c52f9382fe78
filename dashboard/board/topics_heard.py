"""What comes on any topics of the broker while somebody looks, to make a source of it."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import paho.mqtt.client as mqtt

from dashboard.board.ear import Ear
from sensors.config import BrokerSettings

MOST_TOPICS: Final = 200
MOST_BYTES: Final = 16_384


class TopicsHeard:
    """``heard`` may be called from any thread; ``close`` ends the listening."""

    def __init__(
        self,
        broker: BrokerSettings,
        directory: Path,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lock = threading.Lock()
        self._newest: dict[str, bytes] = {}
        self._ear = Ear(broker, directory, self._take, self._forget, monotonic)

    def heard(self, topic_filter: str) -> tuple[tuple[str, bytes], ...]:
        """The newest message of each topic since somebody began to ask for this filter, by topic."""
        self._ear.listen(topic_filter)
        with self._lock:
            return tuple(sorted(self._newest.items()))

    def close(self) -> None:
        """End the connection; again is harmless."""
        self._ear.close()

    def _forget(self) -> None:
        with self._lock:
            self._newest.clear()

    def _take(self, message: mqtt.MQTTMessage) -> None:
        if len(message.payload) > MOST_BYTES:
            return
        with self._lock:
            if message.topic in self._newest or len(self._newest) < MOST_TOPICS:
                self._newest[message.topic] = bytes(message.payload)
