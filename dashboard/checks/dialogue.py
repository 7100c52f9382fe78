"""A connection to the broker on which one thing after another is asked, each answer waited for."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from uuid import uuid4

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from sensors.config import BrokerSettings
from sensors.mqtt.client import Address, new_client
from sensors.mqtt.refusal import BrokerRefusal, Packet, refusal

WAIT_S: Final = 5.0


class NoAnswer(Exception):
    """The broker said nothing in time, or closed the connection without a word."""


@dataclass(frozen=True, slots=True)
class Heard:
    topic: str
    payload: bytes
    retained: bool


class Dialogue:
    """A context: it is connected inside. Made by one thread, and used by it alone.

    Raises:
        OSError: the broker is not reached.
        ConfigError: an address, a certificate or a password file is wrong.

    """

    def __init__(
        self,
        settings: BrokerSettings,
        address: Address,
        directory: Path,
        protocol: MQTTProtocolVersion,
    ) -> None:
        self.heard: list[Heard] = []
        self.keeps_retained = True
        self._address = address
        self._news = threading.Condition()
        self._answers: dict[tuple[Packet, int], ReasonCode] = {}
        self._closed = False
        self._no: BrokerRefusal | None = None
        client_id = f"luchtig-check-{uuid4().hex[:8]}"
        client = new_client(settings, directory, client_id, clean=True, protocol=protocol)
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.on_subscribe, client.on_publish = self._on_subscribe, self._on_publish
        client.on_message = self._on_message
        client.connect_timeout = WAIT_S
        self._client = client

    def __enter__(self) -> Self:
        self._client.connect(self._address.host, self._address.port, keepalive=10)
        self._client.loop_start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def connected(self) -> BrokerRefusal | None:
        """The broker's no to the connection, or None where it lets us in.

        Raises:
            NoAnswer: it says nothing.

        """
        return self._answer("connack", 0)

    def subscribe(self, topic: str) -> BrokerRefusal | None:
        """The broker's no to a filter.

        Raises:
            NoAnswer: it says nothing.

        """
        _, mid = self._client.subscribe(topic, 1)
        return self._answer("suback", mid or 0, topic)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> BrokerRefusal | None:
        """The broker's no to a message, or to the connection over it. On 3.1.1 it has none.

        Raises:
            NoAnswer: it says nothing.

        """
        sent = self._client.publish(topic, payload, 1, retain)
        return self._answer("puback", sent.mid, topic)

    def hears(self, what: Callable[[Heard], bool], within_s: float = WAIT_S) -> bool:
        """Whether such a message has come, or comes in time."""
        return self._wait(lambda: any(map(what, self.heard)), within_s)

    def _answer(self, packet: Packet, mid: int, topic: str = "") -> BrokerRefusal | None:
        self._wait(lambda: (packet, mid) in self._answers or self._closed, WAIT_S)
        reason = self._answers.get((packet, mid))
        if reason is not None:
            return refusal(packet, reason, topic) if reason.is_failure else None
        if self._no is not None:
            return self._no
        closed = "closed the connection" if self._closed else "does not answer"
        raise NoAnswer(f"{closed} ({packet.upper()} expected)")

    def _wait(self, condition: Callable[[], bool], within_s: float) -> bool:
        until = time.monotonic() + within_s
        with self._news:
            return self._news.wait_for(condition, until - time.monotonic())

    # What paho's thread calls.

    def _take(self, packet: Packet, mid: int, reason: ReasonCode) -> None:
        with self._news:
            self._answers.setdefault((packet, mid), reason)
            self._news.notify_all()

    def _on_connect(self, _c: Any, _u: Any, _f: Any, reason: ReasonCode, more: Any) -> None:
        self.keeps_retained = getattr(more, "RetainAvailable", 1) != 0
        self._take("connack", 0, reason)

    def _on_subscribe(self, _c: Any, _u: Any, mid: int, reasons: list[ReasonCode], _p: Any) -> None:
        self._take("suback", mid, reasons[0])

    def _on_publish(self, _c: Any, _u: Any, mid: int, reason: ReasonCode, _p: Any) -> None:
        self._take("puback", mid, reason)

    def _on_message(self, _c: Any, _u: Any, message: mqtt.MQTTMessage) -> None:
        with self._news:
            self.heard.append(Heard(message.topic, bytes(message.payload), message.retain))
            self._news.notify_all()

    def _on_disconnect(
        self, _c: Any, _u: Any, flags: mqtt.DisconnectFlags, reason: ReasonCode, _p: Any
    ) -> None:
        with self._news:
            self._closed = True
            if flags.is_disconnect_packet_from_server and reason.is_failure:
                self._no = self._no or refusal("disconnect", reason)
            self._news.notify_all()
