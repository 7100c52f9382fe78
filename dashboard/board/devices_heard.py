"""What the devices of the house send while somebody wants to see it: to find a new one among them.

Nothing is kept of it. The connection is made when it is asked for and ended when nobody asks any more.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import paho.mqtt.client as mqtt

from dashboard.board.ear import Ear
from sensors.clock import Clock
from sensors.config import BrokerSettings
from sensors.wire.instant import to_ns
from sensors.wire.payload import decode_reading
from sensors.wire.reading import AirReading
from sensors.wire.refusal import Refused
from sensors.wire.topic import DeviceKey, DeviceTopic, is_check, parse_device_topic

FILTER: Final = "luchtig/devices/+/+/+"
MOST: Final = 1_000
"""Devices; whoever floods the broker with names fills no memory here."""
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
        self._clock = clock
        self._lock = threading.Lock()
        self._heard: dict[DeviceKey, HeardDevice] = {}
        self._raw: dict[DeviceKey, deque[RawMessage]] = {}
        self._ear = Ear(broker, directory, self._take, self._forget, monotonic)

    def heard(self) -> tuple[HeardDevice, ...]:
        """All that spoke since somebody began to ask, by venue and device; asked for again within half a
        minute it goes on listening.
        """
        self._ear.listen(FILTER)
        with self._lock:
            return tuple(one for _, one in sorted(self._heard.items()))

    def messages(self, key: DeviceKey) -> tuple[RawMessage, ...]:
        """The newest of a device as they came, the oldest of them first; listens on like ``heard``."""
        self.heard()
        with self._lock:
            return tuple(self._raw.get(key, ()))

    @property
    def is_listening(self) -> bool:
        return self._ear.is_listening

    def close(self) -> None:
        """End the connection; again is harmless."""
        self._ear.close()

    def _forget(self) -> None:
        with self._lock:
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
