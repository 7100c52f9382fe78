"""A relay between the broker and its clients, which sees what a broker tells nobody: when a reading is
handed over and when it is acknowledged.
"""

import multiprocessing
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Generic, Protocol, TypeVar

from bench.ingest.packets import PUBACK, PUBLISH, Packet, Packets

AT_ONCE = 262_144


T = TypeVar("T")


class Watch(Protocol[T]):
    """Looks at what one connection says."""

    def down(self, packet: Packet, at_s: float, /) -> None:
        """From the broker."""

    def up(self, packet: Packet, at_s: float, /) -> None:
        """To the broker."""

    def take(self) -> list[T]:
        """What was seen since this was asked last."""
        ...


class Acknowledged:
    """How long from each PUBLISH at QoS 1 to its PUBACK, of who takes readings."""

    def __init__(self) -> None:
        self._took_s: list[float] = []
        self._handed_over: dict[int, float] = {}

    def down(self, packet: Packet, at_s: float) -> None:
        if packet.type == PUBLISH and packet.qos == 1:
            self._handed_over[packet.number] = at_s

    def up(self, packet: Packet, at_s: float) -> None:
        if packet.type == PUBACK:
            handed_over = self._handed_over.pop(packet.number, None)
            if handed_over is not None:
                self._took_s.append(at_s - handed_over)

    def take(self) -> list[float]:
        took, self._took_s = self._took_s, []
        return took


class Relay(Generic[T]):
    """``port`` is what to connect to instead of the broker's."""

    def __init__(self, port: int, answers: Connection) -> None:
        self.port = port
        self._answers = answers

    def take(self) -> list[T]:
        """What was seen of all connections since this was asked last."""
        self._answers.send(None)
        seen: list[T] = self._answers.recv()
        return seen


@contextmanager
def relay_before(broker: int, watch: Callable[[], Watch[T]]) -> Iterator[Relay[T]]:
    """``watch`` makes one for each connection. A process of its own, whose CPU is counted for nobody."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=16)
    ours, theirs = multiprocessing.Pipe()
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=_serve, args=(listener, broker, theirs, watch), daemon=True)
    process.start()
    port = listener.getsockname()[1]
    listener.close()
    try:
        yield Relay[T](port, ours)
    finally:
        process.terminate()
        process.join()


@dataclass
class _Way:
    """One direction of a connection."""

    source: socket.socket
    target: socket.socket
    note: Callable[[Packet, float], None]
    packets: Packets = field(default_factory=Packets)

    def pass_on(self) -> bool:
        """Whether the connection still stands."""
        try:
            received = self.source.recv(AT_ONCE)
            at_s = time.monotonic()
            if received:
                self.target.sendall(received)
        except OSError:
            return False
        for packet in self.packets.feed(received):
            self.note(packet, at_s)
        return bool(received)


def _serve(
    listener: socket.socket, broker: int, asked: Connection, watch: Callable[[], Watch[T]]
) -> None:
    chosen, seen = selectors.DefaultSelector(), list[Watch[T]]()
    chosen.register(listener, selectors.EVENT_READ)
    chosen.register(asked, selectors.EVENT_READ)
    while True:
        for key, _ in chosen.select():
            if key.fileobj is listener:
                seen.append(watch())
                _let_in(listener, broker, chosen, seen[-1])
            elif key.fileobj is asked:
                asked.recv()
                asked.send([found for one in seen for found in one.take()])
            elif not key.data.pass_on():
                end(chosen, key.data.source, key.data.target)


def end(chosen: selectors.BaseSelector, *both: socket.socket) -> None:
    """Let go of a connection's two ends; where they ended at the same moment it is told twice."""
    for one in both:
        if one.fileno() >= 0:
            chosen.unregister(one)
            one.close()


def _let_in(
    listener: socket.socket, broker: int, chosen: selectors.BaseSelector, watch: Watch[T]
) -> None:
    client, _ = listener.accept()
    server = socket.create_connection(("127.0.0.1", broker))
    for source, target, note in ((server, client, watch.down), (client, server, watch.up)):
        source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chosen.register(source, selectors.EVENT_READ, _Way(source, target, note))
