"""One connection to the broker: a paho client driven by one thread of ours, from CONNECT to its
end.

Acknowledgements and publications come from other threads and are carried out on that one, so an
acknowledgement can only go to the connection on which its message came: after a reconnect the same
message id means another message. For the same reason a client is never connected twice.
"""

import contextlib
import logging
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from sensors.broker_refusal import BrokerRefusal, refusal

READS_AT_ONCE = 64
MISC_S = 1.0
ANSWER_S = 4.0  # some brokers leave an MQTT 5 CONNECT without an answer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to publish at QoS 1; ``done`` is called when the broker has it, ``refused`` when it does
    not want it.
    """

    topic: str
    payload: bytes
    retain: bool
    done: Callable[[], None] | None = None
    refused: Callable[[], None] | None = None


@dataclass(slots=True)
class Ended:
    """How a connection ended. ``reached`` is false where there was nobody to talk to, ``refusal`` the
    broker's no to CONNECT, or what it said when it closed (MQTT 5), ``error`` what we saw otherwise.
    """

    reached: bool = True
    connected: bool = False
    lived_s: float = 0.0
    refusal: BrokerRefusal | None = None
    error: str = "the broker closed the connection"

    @property
    def says_why(self) -> bool:
        """Whether the broker gave a reason for it."""
        return self.refusal is not None


class Listener(Protocol):
    """Whoever hears what comes, on the connection's thread."""

    def up(self, connection: "Connection", flags: mqtt.ConnectFlags) -> None:
        """The broker has let us in."""

    def received(self, connection: "Connection", message: mqtt.MQTTMessage) -> None:
        """A message came."""

    def subscribed(self, topic: str, reason: ReasonCode) -> None:
        """The broker's word on one filter: from now on it keeps messages for us, or it does not."""

    def answered(self, message: Outgoing, reason: ReasonCode) -> None:
        """The broker's word on one message; 3.1.1 has no no."""


class Connection:
    """``keeps_retained`` is whether the broker holds retained messages; where it does not, none is sent
    as one, since it would close the connection.
    """

    def __init__(self, client: mqtt.Client, listener: Listener, *, retain: bool = True) -> None:
        self.client = client
        self.ended = Ended()
        self.keeps_retained = retain
        self._listener = listener
        self._to_acknowledge: deque[int] = deque()
        self._to_publish: deque[Outgoing] = deque()
        self._awaited: dict[int, Outgoing] = {}
        self._asked: dict[int, tuple[str, ...]] = {}
        self._wake_r, self._wake_w = socket.socketpair()
        self._wake_r.setblocking(False)
        self._wake_w.setblocking(False)
        self._woken = False
        self._events = 0
        self._up_at: float | None = None

    @property
    def is_up(self) -> bool:
        return self._up_at is not None

    @property
    def lived_s(self) -> float:
        """Since the broker let us in."""
        return 0.0 if self._up_at is None else time.monotonic() - self._up_at

    @property
    def is_idle(self) -> bool:
        """Whether everything that was to go out is out and confirmed."""
        return not (
            self._to_acknowledge or self._to_publish or self._awaited or self.client.want_write()
        )

    def acknowledge(self, message_id: int) -> None:
        """Tell the broker, from any thread, that a message is safe; too late is no harm."""
        self._to_acknowledge.append(message_id)
        self._wake()

    def publish(self, message: Outgoing) -> None:
        """Publish from any thread; what is not confirmed when the connection ends is forgotten."""
        self._to_publish.append(message)
        self._wake()

    def subscribe(self, topics: Sequence[str]) -> None:
        """Ask for these filters at QoS 1; on the connection's thread alone."""
        if self.client.protocol == MQTTProtocolVersion.MQTTv5:
            # Retained ones come again only where the broker has no session of ours.
            options = SubscribeOptions(qos=1, retainAsPublished=False, retainHandling=1)
            _, mid = self.client.subscribe([(topic, options) for topic in topics])
        else:
            _, mid = self.client.subscribe([(topic, 1) for topic in topics])
        if mid is not None:
            self._asked[mid] = tuple(topics)

    def open(self, host: str, port: int, keepalive_s: int, properties: Properties | None) -> None:
        """Open the socket and send CONNECT.

        Raises:
            OSError: the broker is not reached.
            ValueError: the host cannot be one.

        """
        client = self.client
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_message = self._received
        client.on_publish = self._published
        client.on_subscribe = self._subscribed
        client.on_socket_register_write = _nothing  # or paho writes from whichever thread asks
        client.connect_timeout = 5.0
        if properties is None:
            client.connect(host, port, keepalive_s)
        else:
            client.connect(host, port, keepalive_s, clean_start=False, properties=properties)

    def run(self, until: Callable[[], bool]) -> Ended:
        """Drive the connection until it ends, or ``until`` says so; then it is closed."""
        opened_at = misc_at = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_r, selectors.EVENT_READ)
            watched: socket.socket | None = None
            writing, timeout_s = False, 0.0
            while not until():
                sock: Any = self.client.socket()
                if sock is None:
                    break
                if watched is None:
                    selector.register(sock, selectors.EVENT_READ)
                    watched = sock
                if self.client.want_write() != writing:
                    writing = not writing
                    events = selectors.EVENT_READ | (selectors.EVENT_WRITE if writing else 0)
                    selector.modify(sock, events)
                selector.select(timeout_s)
                timeout_s = 0.0 if self._step() else 0.2
                now = time.monotonic()
                if now - misc_at > MISC_S:
                    misc_at = now
                    self.client.loop_misc()
                if not self.is_up and now - opened_at > ANSWER_S:
                    self.ended.error = "the broker does not answer"
                    break
        self.ended.lived_s = self.lived_s
        return self.ended

    def close(self) -> None:
        """Say goodbye where the broker still listens, and let go of the sockets."""
        self._up_at = None
        with contextlib.suppress(OSError, ValueError):
            self.client.disconnect()
            self.client.loop_write()
        if self.client.socket() is not None:
            with contextlib.suppress(OSError):
                self.client.socket().close()  # type: ignore[union-attr]  # asked for just before
        self._wake_r.close()
        self._wake_w.close()

    def _step(self) -> bool:
        """Acknowledge, publish, write and read what there is; whether more may be waiting."""
        self._woken = False
        with contextlib.suppress(BlockingIOError):
            self._wake_r.recv(4096)
        while self._to_acknowledge:
            self.client.ack(self._to_acknowledge.popleft(), 1)
        while self._to_publish and self.is_up:
            self._send(self._to_publish.popleft())
        if self.client.want_write():
            self.client.loop_write()
        for _ in range(READS_AT_ONCE):
            before = self._events
            self.client.loop_read()
            if self._events == before:
                return False
        return True

    def _send(self, message: Outgoing) -> None:
        retain = message.retain and self.keeps_retained
        info = self.client.publish(message.topic, message.payload, 1, retain)
        self._awaited[info.mid] = message

    def _wake(self) -> None:
        if not self._woken:
            self._woken = True
            with contextlib.suppress(OSError):  # full: it wakes anyway; closed: too late
                self._wake_w.send(b"\0")

    def _connected(
        self, _c: mqtt.Client, _u: Any, flags: mqtt.ConnectFlags, reason: ReasonCode, more: Any
    ) -> None:
        self._events += 1
        if reason.is_failure:
            self.ended.refusal = refusal("connack", reason)
            self.client.disconnect()
            return
        self.ended.connected = True
        self._up_at = time.monotonic()
        if getattr(more, "RetainAvailable", 1) == 0:
            self.keeps_retained = False
        self._guarded(lambda: self._listener.up(self, flags))

    def _disconnected(
        self, _c: mqtt.Client, _u: Any, flags: mqtt.DisconnectFlags, reason: ReasonCode, _p: Any
    ) -> None:
        if flags.is_disconnect_packet_from_server:
            self.ended.error = f"the broker closed the connection: {reason}"
            if reason.is_failure:
                self.ended.refusal = refusal("disconnect", reason)

    def _received(self, _c: mqtt.Client, _u: Any, message: mqtt.MQTTMessage) -> None:
        self._events += 1
        self._guarded(lambda: self._listener.received(self, message))

    def _published(self, _c: mqtt.Client, _u: Any, mid: int, reason: ReasonCode, _p: Any) -> None:
        self._events += 1
        message = self._awaited.pop(mid, None)
        if message is None:
            return
        then = message.refused if reason.is_failure else message.done
        if then is not None:
            self._guarded(then)
        self._guarded(lambda: self._listener.answered(message, reason))

    def _subscribed(self, _c: Any, _u: Any, mid: int, reasons: list[ReasonCode], _p: Any) -> None:
        self._events += 1
        for topic, reason in zip(self._asked.pop(mid, ()), reasons, strict=False):
            self._guarded(lambda t=topic, r=reason: self._listener.subscribed(t, r))  # type: ignore[misc]

    def _guarded(self, call: Callable[[], object]) -> None:
        """No exception leaves a callback: it would end the thread that serves the broker."""
        try:
            call()
        except Exception:  # logged with its place; the connection goes on
            log.exception("a message could not be handled")


def _nothing(*_arguments: object) -> None:
    pass
