"""A wire that can be bent: a proxy of TCP that stalls, forgets, resets, or hands over a byte at a time."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from tests.servers import free_port

Manner = Literal["through", "stall", "mute", "byte", "cut", "refuse"]
"""``stall`` holds what comes until another manner, ``mute`` only what the client says; ``byte`` hands it over
one byte at a time; ``cut`` ends a connection in the middle of what the server says next; ``refuse`` lets
nobody in.
"""
RESETS = struct.pack("ii", 1, 0)  # SO_LINGER of no time: closing sends a reset, not a goodbye
LOOK_S = 0.02


class Proxy:
    """In front of ``to``, on ``port``, both on loopback; the manner counts for what comes from now on."""

    def __init__(self, to: int) -> None:
        self.port = free_port()
        self.manner: Manner = "through"
        self.taken = 0
        self._to = to
        self._open: list[tuple[socket.socket, socket.socket]] = []
        self._forgotten: set[int] = set()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def reset(self) -> None:
        """Break all connections of now off, without a goodbye."""
        with self._lock:
            pairs, self._open = self._open, []
        for pair in pairs:
            for end in pair:
                _break_off(end)

    def forget(self) -> None:
        """Leave the connections of now half open: the client hears nothing on them, ever, and what it
        says is lost. Those made later work.
        """
        with self._lock:
            self._forgotten.update(id(client) for client, _ in self._open)
            for _, server in self._open:
                _break_off(server)

    def close(self) -> None:
        self._ended.set()
        self._listener.close()
        self.reset()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.manner == "refuse":
                _break_off(client)
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self._to), timeout=5)
            except OSError:
                _break_off(client)
                continue
            for end in (client, server):
                end.settimeout(None)
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.taken += 1
            with self._lock:
                self._open.append((client, server))
            for of, to in ((client, server), (server, client)):
                arguments = (of, to, client, of is server)
                threading.Thread(target=self._carry, args=arguments, daemon=True).start()

    def _carry(
        self, of: socket.socket, to: socket.socket, client: socket.socket, is_answer: bool
    ) -> None:
        while True:
            try:
                part = of.recv(65_536)
            except OSError:
                part = b""
            while self._holds(is_answer) and not self._ended.is_set():
                time.sleep(LOOK_S)
            if id(client) in self._forgotten:
                if is_answer or not part:
                    return
                continue
            if not part:
                with contextlib.suppress(OSError):
                    to.shutdown(socket.SHUT_WR)
                return
            try:
                if self.manner == "cut" and is_answer:
                    to.sendall(part[: len(part) // 2])
                    _break_off(of)
                    to.shutdown(socket.SHUT_RDWR)
                    return
                self._send(to, part)
            except OSError:
                return

    def _holds(self, is_answer: bool) -> bool:
        return self.manner == "stall" or (self.manner == "mute" and not is_answer)

    def _send(self, to: socket.socket, part: bytes) -> None:
        for at in range(len(part)):
            if self.manner != "byte":
                to.sendall(part[at:])
                return
            to.sendall(part[at : at + 1])
            time.sleep(0.0002)


def _break_off(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESETS)
        end.shutdown(socket.SHUT_RD)  # whoever waits in recv goes on
    with contextlib.suppress(OSError):
        end.close()


@contextmanager
def proxy(to: int) -> Iterator[Proxy]:
    made = Proxy(to)
    try:
        yield made
    finally:
        made.close()
