"""Messages between two processes, over a pair of sockets: what is said while the last of it is on its
way goes together.

A frame is its length in four bytes and a list of messages. Whoever says something never waits for the
other side; that has to take, and to leave out, what could grow while the other does not listen.
"""

import contextlib
import logging
import socket
import struct
import threading
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

import msgspec

_LENGTH: Final = struct.Struct("!I")
log = logging.getLogger(__name__)

IDLE_S: Final = 1.0
_AT_ONCE: Final = 2_000
"""So many messages are a frame, that none grows beyond what its length can say."""

Hears = TypeVar("Hears")
Says = TypeVar("Says", bound=msgspec.Struct)


class Channel(Generic[Says, Hears]):
    """``say`` may be called from any thread, ``receive`` is one thread's."""

    def __init__(
        self,
        sock: socket.socket,
        encode: Callable[[Sequence[Says]], bytes],
        decode: Callable[[bytes], list[Hears]],
        also: Callable[[], Sequence[Says]] = tuple,
        linger_s: float = 0.0,
    ) -> None:
        """``also`` gives what is to go with the next frame, or by itself where none goes for a while. What
        is said waits ``linger_s`` for more.
        """
        self._sock = sock
        self._encode = encode
        self._decode = decode
        self._also = also
        self._linger_s = linger_s
        self._lingers = False
        self._incoming = sock.makefile("rb", buffering=1 << 16)
        self._to_say: list[Says] = []
        self._filled = threading.Condition()
        self._rest = b""
        self._sending = False
        self._closed = False
        self._sender = threading.Thread(target=self._send, name="channel", daemon=True)
        self._sender.start()

    def say(self, message: Says) -> None:
        """Have a message sent."""
        with self._filled:
            self._to_say.append(message)
            if not self._lingers:
                self._filled.notify()

    def say_once(self, message: Says) -> None:
        """The same at once, of one that another of its kind stands for while it waits to be sent."""
        with self._filled:
            if message not in self._to_say:
                self._to_say.append(message)
                self._send_at_once()

    def say_soon(self, message: Says) -> None:
        """The same, with the next that is sent."""
        with self._filled:
            self._to_say.append(message)

    def send(self) -> None:
        """Have sent what was said so far."""
        with self._filled:
            if self._to_say:
                self._send_at_once()

    def _send_at_once(self) -> None:
        """Send it on the thread that asks, which spares another's being woken; what does not go so is
        the sending thread's.
        """
        if not (self._rest or self._sending or len(self._to_say) > _AT_ONCE):
            frame = self._frame(self._to_say)
            try:
                sent = self._sock.send(frame, socket.MSG_DONTWAIT)
            except OSError:  # full, or gone: the sending thread finds out which
                sent = 0
            if sent:
                self._rest, self._to_say = frame[sent:], []
        if self._rest or self._to_say:
            self._filled.notify()

    def _frame(self, messages: Sequence[Says]) -> bytes:
        body = self._encode(messages)
        return _LENGTH.pack(len(body)) + body

    def receive(self) -> list[Hears] | None:
        """The next messages, waited for; None once the other side is gone."""
        try:
            head = self._incoming.read(_LENGTH.size)
            if len(head) < _LENGTH.size:
                return None
            (length,) = _LENGTH.unpack(head)
            body = self._incoming.read(length)
        except (OSError, ValueError):  # reset, or closed under us
            return None
        return None if len(body) < length else self._decode(body)

    def close(self, within_s: float = 1.0) -> None:
        """Send what was said, if the other side takes it in that time; then it hears that we are gone."""
        with self._filled:
            self._closed = True
            self._filled.notify()
        self._sender.join(within_s)
        self._hang_up()
        self._incoming.close()
        self._sock.close()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def _send(self) -> None:
        is_last = False
        while not is_last:
            rest, messages, is_last = self._next()
            try:
                if rest or messages:
                    self._sock.sendall(rest + (self._frame(messages) if messages else b""))
            except OSError:  # gone: `receive` says so
                return
            except Exception:  # a mistake of ours: without its words the other side is lost
                log.exception("channel died")
                self._hang_up()
                return

    def _next(self) -> tuple[bytes, list[Says], bool]:
        """What to send, waited for: the rest of a frame, messages, and whether that is all: it is
        closed.
        """
        with self._filled:
            self._sending = False
            if not (self._to_say or self._rest or self._closed):
                self._filled.wait(IDLE_S)
            if self._linger_s and self._to_say and not self._closed:
                self._lingers = True
                self._filled.wait(self._linger_s)
                self._lingers = False
            self._sending = True
            rest, self._rest = self._rest, b""
            found, self._to_say = self._to_say[:_AT_ONCE], self._to_say[_AT_ONCE:]
            return rest, [*found, *self._also()], self._closed and not self._to_say
