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
    ) -> None:
        """``also`` gives what is to go with the next frame, or by itself where none goes for a while."""
        self._sock = sock
        self._encode = encode
        self._decode = decode
        self._also = also
        self._incoming = sock.makefile("rb", buffering=1 << 16)
        self._to_say: list[Says] = []
        self._filled = threading.Condition()
        self._closed = False
        self._sender = threading.Thread(target=self._send, name="channel", daemon=True)
        self._sender.start()

    def say(self, message: Says, *, once: bool = False) -> None:
        """Have a message sent. ``once``: the one that waits to be sent stands for this too."""
        with self._filled:
            if once and message in self._to_say:
                return
            self._to_say.append(message)
            if len(self._to_say) == 1:
                self._filled.notify()

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
        while True:
            messages, is_last = self._next()
            if messages:
                try:
                    body = self._encode(messages)
                    self._sock.sendall(_LENGTH.pack(len(body)) + body)
                except OSError:  # gone: `receive` says so
                    return
                except Exception:  # a mistake of ours: without its words the other side is lost
                    log.exception("channel died")
                    self._hang_up()
                    return
            if is_last:
                return

    def _next(self) -> tuple[list[Says], bool]:
        """What to send, waited for, and whether that is all: it is closed."""
        with self._filled:
            if not self._to_say and not self._closed:
                self._filled.wait(IDLE_S)
            found, self._to_say = self._to_say[:_AT_ONCE], self._to_say[_AT_ONCE:]
            is_last = self._closed and not self._to_say
        return [*found, *self._also()], is_last
