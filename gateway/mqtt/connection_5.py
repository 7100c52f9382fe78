"""A connection in MQTT 5, whose packets are read out of large pieces of the stream and whose
acknowledgements are written together: at full speed most of a gateway's work was its client's
(docs/decisions/0007).
"""

import contextlib
import logging
import socket as sockets
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from gateway.mqtt import packets
from gateway.mqtt.connection import TOPIC_NOT_UTF8, Connection, Listener
from gateway.mqtt.packets import Login, Malformed, Will
from sensors.mqtt.refusal import refusal_by_code

READ_BYTES: Final = 65_536
FEW_BYTES: Final = 2_048
TOGETHER_S: Final = 0.005
"""Where little is read, soon after what was read before, what comes in this time is read together: each
piece of its own costs more than what is in it.
"""
SESSION_EXPIRY_S: Final = 7 * 86_400
RECEIVE_MAXIMUM: Final = 500
MOST_AWAITED: Final = 1_000
"""So many of our own messages are on their way at once, where the broker takes as many."""
NOTHING_NOW: Final = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)

log = logging.getLogger(__name__)


class Connection5(Connection):
    """``connects`` opens the socket; whoever made it knows the address and the certificates."""

    version = "MQTT 5"
    in_flight = RECEIVE_MAXIMUM

    def __init__(
        self,
        client_id: str,
        connects: Callable[[], sockets.socket],
        will: Will,
        login: Login | None,
        listener: Listener,
    ) -> None:
        super().__init__(listener, retain=will.retain)
        self._client_id = client_id
        self._connects = connects
        self._will = will
        self._login = login
        self._sock: sockets.socket | None = None
        self._in: list[bytes] = []
        self._held = self._needed = 0
        self._out = bytearray()
        self._last_id = 0
        self._may_await = 0
        self._keepalive_s = 0
        self._sent_at = self._heard_at = 0.0
        self._pinged_at: float | None = None
        self._broke: str | None = None

    def subscribe(self, topics: Sequence[str], others: Mapping[str, int] = {}) -> None:
        message_id = self._next_id()
        self._asked[message_id] = tuple(topics)
        self._out += packets.subscribe(message_id, topics, others)

    def unsubscribe(self, topics: Sequence[str]) -> None:
        self._out += packets.unsubscribe(self._next_id(), topics)

    def open(self, keepalive_s: int) -> None:
        self._sock = self._connects()
        self._sock.setblocking(False)
        self._keepalive_s = keepalive_s
        self._sent_at = self._heard_at = time.monotonic()
        self._out += packets.connect(
            self._client_id, keepalive_s=keepalive_s, session_expiry_s=SESSION_EXPIRY_S,
            receive_maximum=RECEIVE_MAXIMUM, will=self._will, login=self._login,
        )  # fmt: skip
        self._write()

    def socket(self) -> sockets.socket | None:
        return self._sock

    def _wants_write(self) -> bool:
        return bool(self._out)

    def _step(self) -> bool:
        self._acknowledge_and_publish()
        self._write()
        if self._sock is None:
            return False
        try:
            data = self._sock.recv(READ_BYTES)
        except NOTHING_NOW:
            if self._broke is not None:
                self._end(self._broke)
            return False
        except OSError as error:
            self._end(f"the connection broke: {error}")
            return False
        if not data:
            self._end(self._broke)
            return False
        before, self._heard_at = self._heard_at, time.monotonic()
        try:
            self._take(data)
        except Malformed as error:
            self._end(f"the broker sent what is no MQTT 5: {error}")
        if len(data) < FEW_BYTES and self._heard_at - before < 2.0 * TOGETHER_S:
            time.sleep(TOGETHER_S)
        # Of a plain socket the selector knows whether there is more.
        is_plain = self._broke is None and not isinstance(self._sock, ssl.SSLSocket)
        return len(data) == READ_BYTES or not is_plain

    def _tend(self) -> None:
        now, keepalive_s = time.monotonic(), self._keepalive_s
        if not self.is_up or not keepalive_s:
            return
        if self._pinged_at is not None:
            if now - self._pinged_at >= keepalive_s:
                self._end("the broker does not answer")
        elif now - min(self._sent_at, self._heard_at) >= keepalive_s:
            self._pinged_at = now
            self._out += packets.PING
            self._write()

    def _say_goodbye(self) -> None:
        if self._sock is None:
            return
        if self.ended.connected:
            self._out += packets.GOODBYE
            self._write()
        self._end(self.ended.error)

    def _acknowledge_and_publish(self) -> None:
        safe = self._to_acknowledge
        if safe:
            self._out += packets.acknowledge([safe.popleft() for _ in range(len(safe))])
        while self._to_publish and self.is_up and len(self._awaited) < self._may_await:
            message = self._to_publish.popleft()
            message_id = self._next_id()
            self._awaited[message_id] = message
            retain = message.retain and self.keeps_retained
            self._out += packets.publish(message_id, message.topic, message.payload, retain=retain)

    def _write(self) -> None:
        """Send what is to go out. Where nobody takes it any more, what was sent to us before is still read: a
        broker that died told the devices that it has it, and knows nothing of it any more.
        """
        while self._out and self._sock is not None:
            try:
                sent = self._sock.send(self._out)
            except NOTHING_NOW:
                return
            except OSError as error:
                self._broke = f"the connection broke: {error}"
                self._out.clear()
                return
            del self._out[:sent]
            self._sent_at = time.monotonic()

    def _take(self, data: bytes) -> None:
        """Hand on every packet that is all there and keep the rest."""
        self._in.append(data)
        self._held += len(data)
        if self._held < self._needed:
            return
        if len(self._in) > 1:
            data = b"".join(self._in)
        begin, size = 0, len(data)
        while begin < size:
            head = data[begin]
            body, end = packets.frame(data, begin)
            if end > size:
                break
            if head & packets.KIND == packets.PUBLISH:
                self._received(data, head, body, end)
            else:
                self._handle(head & packets.KIND, data[body:end])
            begin = end
        self._in = [data[begin:]] if begin < size else []
        self._held = size - begin
        self._needed = end - begin if begin < size else 0

    def _received(self, data: bytes, head: int, body: int, end: int) -> None:
        raw_topic, packet_id, payload = packets.read_publish(data, head, body, end)
        try:
            topic = raw_topic.decode()
        except UnicodeDecodeError:
            topic = TOPIC_NOT_UTF8
        try:
            self._listener.received(
                self, topic, payload, packet_id,
                retained=head & packets.RETAINED != 0, again=head & packets.AGAIN != 0,
            )  # fmt: skip
        except Exception:  # logged with its place; the connection goes on
            log.exception("a message could not be handled")

    def _handle(self, kind: int, body: bytes) -> None:
        if kind == packets.PUBACK:
            message_id, code = packets.read_puback(body)
            self._answered(message_id, partial(refusal_by_code, "puback", code))
        elif kind == packets.SUBACK:
            message_id, codes = packets.read_suback(body)
            noes = [partial(refusal_by_code, "suback", code) for code in codes]
            self._granted(message_id, noes)
        elif kind == packets.UNSUBACK:
            pass
        elif kind == packets.PINGRESP:
            self._pinged_at = None
        elif kind == packets.CONNACK:
            self._connected(packets.read_connack(body))
        elif kind == packets.DISCONNECT:
            self.ended.refusal = refusal_by_code("disconnect", packets.read_disconnect(body))
            self._end()
        else:
            raise Malformed(f"a packet of kind {kind >> 4}")

    def _connected(self, answer: packets.Connack) -> None:
        self.ended.refusal = refusal_by_code("connack", answer.code)
        if self.ended.refusal is not None:
            self._end()
            return
        self._may_await = min(answer.receive_maximum, MOST_AWAITED)
        if answer.keepalive_s is not None:
            self._keepalive_s = answer.keepalive_s
        self.keeps_retained = self.keeps_retained and answer.keeps_retained
        self._let_in(session_present=answer.session_present)

    def _next_id(self) -> int:
        while True:
            self._last_id = self._last_id % 65_535 + 1
            if self._last_id not in self._awaited and self._last_id not in self._asked:
                return self._last_id

    def _end(self, error: str | None = None) -> None:
        if error is not None:
            self.ended.error = error
        if self._sock is not None:
            with contextlib.suppress(OSError):
                self._sock.close()
        self._sock = None
        self._out.clear()
