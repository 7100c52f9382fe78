"""A connection in MQTT 3.1.1, for brokers that have no other: a paho client.

Mosquitto sends on ahead of acknowledgements what its own settings say.
"""

import contextlib
import socket as sockets
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

import paho.mqtt.client as mqtt
from paho.mqtt.reasoncodes import ReasonCode

from gateway.mqtt.connection import OPEN_S, TOPIC_NOT_UTF8, Connection, Listener
from sensors.mqtt.refusal import BrokerRefusal, refusal

READS_AT_ONCE: Final = 64


class Connection311(Connection):
    """A client that is not yet connected, with its address, login and will."""

    version = "MQTT 3.1.1"
    in_flight = 20  # of Mosquitto unless told otherwise

    def __init__(
        self,
        client: mqtt.Client,
        host: str,
        port: int,
        listener: Listener,
        *,
        retain: bool = True,
    ) -> None:
        super().__init__(listener, retain=retain)
        self._client = client
        self._address = (host, port)
        self._events = 0

    def subscribe(self, topics: Sequence[str], others: Mapping[str, int] = {}) -> None:
        _, mid = self._client.subscribe([(topic, others.get(topic, 1)) for topic in topics])
        if mid is not None:
            self._asked[mid] = tuple(topics)

    def unsubscribe(self, topics: Sequence[str]) -> None:
        self._client.unsubscribe(list(topics))

    def open(self, keepalive_s: int) -> None:
        client = self._client
        client.on_connect = self._connected
        client.on_message = self._received
        client.on_publish = self._published
        client.on_subscribe = self._subscribed
        client.on_socket_register_write = _nothing  # or paho writes from whichever thread asks
        client.connect_timeout = OPEN_S
        client.connect(*self._address, keepalive_s)

    def socket(self) -> sockets.socket | None:
        return self._client.socket()  # type: ignore[return-value]  # no WebSocket is asked for

    def _wants_write(self) -> bool:
        return self._client.want_write()

    def _step(self) -> bool:
        client = self._client
        while self._to_acknowledge:
            client.ack(self._to_acknowledge.popleft(), 1)
        while self._to_publish and self.is_up:
            message = self._to_publish.popleft()
            retain = message.retain and self.keeps_retained
            self._awaited[client.publish(message.topic, message.payload, 1, retain).mid] = message
        if client.want_write():
            client.loop_write()
        for _ in range(READS_AT_ONCE):
            before = self._events
            client.loop_read()
            if self._events == before:
                return False
        return True

    def _tend(self) -> None:
        self._client.loop_misc()

    def _say_goodbye(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._client.disconnect()
            self._client.loop_write()
        sock = self.socket()
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.close()

    def _connected(self, _c: Any, _u: Any, flags: Any, reason: ReasonCode, _p: Any) -> None:
        self._events += 1
        if reason.is_failure:
            self.ended.refusal = refusal("connack", reason)
            self._client.disconnect()
            return
        self._let_in(session_present=bool(flags.session_present))

    def _received(self, _c: Any, _u: Any, message: mqtt.MQTTMessage) -> None:
        self._events += 1
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = TOPIC_NOT_UTF8
        self._guarded(
            lambda: self._listener.received(
                self, topic, bytes(message.payload), message.mid if message.qos == 1 else None,
                retained=message.retain, again=message.dup,
            )
        )  # fmt: skip

    def _published(self, _c: Any, _u: Any, mid: int, reason: ReasonCode, _p: Any) -> None:
        self._events += 1
        self._answered(mid, partial(_no, "puback", reason))

    def _subscribed(self, _c: Any, _u: Any, mid: int, reasons: list[ReasonCode], _p: Any) -> None:
        self._events += 1
        self._granted(mid, [partial(_no, "suback", reason) for reason in reasons])


def _no(packet: Any, reason: ReasonCode, topic: str) -> BrokerRefusal | None:
    return refusal(packet, reason, topic) if reason.is_failure else None


def _nothing(*_arguments: object) -> None:
    pass
