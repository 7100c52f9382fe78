"""One connection to the broker, driven by one thread of ours from CONNECT to its end: what each
implementation promises, and what they have in common.

Acknowledgements and publications come from other threads and are carried out on that one, so an
acknowledgement can only go to the connection on which its message came: after a reconnect the same
message id means another message. For the same reason a connection is never opened twice.
"""

import contextlib
import logging
import selectors
import socket
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from sensors.mqtt.refusal import BrokerRefusal

OPEN_S = 5.0
TEND_S = 1.0
ANSWER_S = 4.0  # some brokers leave an MQTT 5 CONNECT without an answer
TOPIC_NOT_UTF8 = "(a topic that is not UTF-8)"

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

    def up(self, connection: "Connection", *, session_present: bool) -> None:
        """The broker has let us in."""

    def received(
        self,
        connection: "Connection",
        topic: str,
        payload: bytes,
        packet: int | None,
        *,
        retained: bool,
        again: bool,
    ) -> None:
        """A message came, at QoS 1 with its identifier; ``again`` where the broker says that it sent it
        before.
        """

    def subscribed(self, topic: str, refused: BrokerRefusal | None) -> None:
        """The broker's word on one filter: from now on it keeps messages for us, or it does not."""

    def answered(self, message: Outgoing, refused: BrokerRefusal | None) -> None:
        """The broker's word on one message; 3.1.1 has no no."""


class Connection(ABC):
    """``keeps_retained`` is whether the broker holds retained messages; where it does not, none is sent
    as one, since it would close the connection.
    """

    version: ClassVar[str]
    in_flight: ClassVar[int]
    """How many messages the broker sends on ahead of our acknowledgements."""

    def __init__(self, listener: Listener, *, retain: bool = True) -> None:
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
            self._to_acknowledge or self._to_publish or self._awaited or self._wants_write()
        )

    def acknowledge(self, message_id: int) -> None:
        """Tell the broker, from any thread, that a message is safe; too late is no harm."""
        self._to_acknowledge.append(message_id)
        if not self._woken:
            self._wake()

    def publish(self, message: Outgoing) -> None:
        """Publish from any thread; what is not confirmed when the connection ends is forgotten."""
        self._to_publish.append(message)
        if not self._woken:
            self._wake()

    @abstractmethod
    def subscribe(self, topics: Sequence[str], others: Mapping[str, int] = {}) -> None:
        """Ask for these filters, at QoS 1 or as ``others`` has it; on the connection's thread alone."""

    @abstractmethod
    def unsubscribe(self, topics: Sequence[str]) -> None:
        """Want nothing of these filters any more; on the connection's thread alone."""

    @abstractmethod
    def open(self, keepalive_s: int) -> None:
        """Open the socket and send CONNECT.

        Raises:
            OSError: the broker is not reached.
            ValueError: the host cannot be one.

        """

    def run(self, until: Callable[[], bool]) -> Ended:
        """Drive the connection until it ends, or ``until`` says so; then it is closed."""
        opened_at = tended_at = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_r, selectors.EVENT_READ)
            watched: socket.socket | None = None
            writing, timeout_s = False, 0.0
            while not until():
                sock = self.socket()
                if sock is None:
                    break
                if watched is None:
                    selector.register(sock, selectors.EVENT_READ)
                    watched = sock
                if self._wants_write() != writing:
                    writing = not writing
                    events = selectors.EVENT_READ | (selectors.EVENT_WRITE if writing else 0)
                    selector.modify(sock, events)
                selector.select(timeout_s)
                timeout_s = 0.0 if self._turn() else 0.2
                now = time.monotonic()
                if now - tended_at > TEND_S:
                    tended_at = now
                    self._tend()
                if not self.is_up and now - opened_at > ANSWER_S:
                    self.ended.error = "the broker does not answer"
                    break
        self.ended.lived_s = self.lived_s
        return self.ended

    def close(self) -> None:
        """Say goodbye where the broker still listens, and let go of the sockets."""
        self._up_at = None
        self._say_goodbye()
        self._wake_r.close()
        self._wake_w.close()

    @abstractmethod
    def socket(self) -> socket.socket | None:
        """The socket while it is open."""

    @abstractmethod
    def _wants_write(self) -> bool:
        """Whether something waits for the socket to take it."""

    @abstractmethod
    def _step(self) -> bool:
        """Acknowledge, publish, write and read what there is; whether more may be waiting."""

    @abstractmethod
    def _tend(self) -> None:
        """Keep the connection alive; called each second."""

    @abstractmethod
    def _say_goodbye(self) -> None:
        """Send DISCONNECT where that can be done at once, and close the socket."""

    def _turn(self) -> bool:
        if self._woken:
            self._woken = False
            with contextlib.suppress(BlockingIOError):
                self._wake_r.recv(4096)
        return self._step()

    def _wake(self) -> None:
        self._woken = True
        with contextlib.suppress(OSError):  # full: it wakes anyway; closed: too late
            self._wake_w.send(b"\0")

    def _let_in(self, *, session_present: bool) -> None:
        self.ended.connected = True
        self._up_at = time.monotonic()
        self._guarded(lambda: self._listener.up(self, session_present=session_present))

    def _answered(self, message_id: int, no: Callable[[str], BrokerRefusal | None]) -> None:
        """The broker's word on what we published under an identifier; ``no`` makes its no to a topic."""
        message = self._awaited.pop(message_id, None)
        if message is None:
            return
        refused = no(message.topic)
        then = message.done if refused is None else message.refused
        if then is not None:
            self._guarded(then)
        self._guarded(lambda: self._listener.answered(message, refused))

    def _granted(
        self, message_id: int, noes: Sequence[Callable[[str], BrokerRefusal | None]]
    ) -> None:
        """The broker's words on the filters that were asked for under an identifier."""
        for topic, no in zip(self._asked.pop(message_id, ()), noes, strict=False):
            refused = no(topic)
            self._guarded(lambda t=topic, r=refused: self._listener.subscribed(t, r))  # type: ignore[misc]

    def _guarded(self, call: Callable[[], object]) -> None:
        """No exception leaves a callback: it would end the thread that serves the broker."""
        try:
            call()
        except Exception:  # logged with its place; the connection goes on
            log.exception("a message could not be handled")
