"""A relay between the broker and who takes the readings, which sees when each is handed over and when
it is acknowledged: what a broker tells nobody.
"""

import multiprocessing
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from bench.ingest.packets import PUBACK, PUBLISH, Packet, Packets

AT_ONCE = 262_144


class Acknowledged:
    """What one connection says: how long from each PUBLISH at QoS 1 to its PUBACK."""

    def __init__(self) -> None:
        self.took_s: list[float] = []
        self._handed_over: dict[int, float] = {}

    def down(self, packet: Packet, at_s: float) -> None:
        """From the broker."""
        if packet.type == PUBLISH and packet.qos == 1:
            self._handed_over[packet.number] = at_s

    def up(self, packet: Packet, at_s: float) -> None:
        """To the broker."""
        if packet.type == PUBACK:
            handed_over = self._handed_over.pop(packet.number, None)
            if handed_over is not None:
                self.took_s.append(at_s - handed_over)


class Relay:
    """``port`` is what to connect to instead of the broker's."""

    def __init__(self, port: int, answers: Connection) -> None:
        self.port = port
        self._answers = answers

    def took_s(self) -> list[float]:
        """How long each acknowledgement took since this was asked last."""
        self._answers.send(None)
        took: list[float] = self._answers.recv()
        return took


@contextmanager
def relay_before(broker: int) -> Iterator[Relay]:
    """A process of its own, whose CPU is counted for nobody."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=16)
    ours, theirs = multiprocessing.Pipe()
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=_serve, args=(listener, broker, theirs), daemon=True)
    process.start()
    port = listener.getsockname()[1]
    listener.close()
    try:
        yield Relay(port, ours)
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


def _serve(listener: socket.socket, broker: int, asked: Connection) -> None:
    chosen, seen = selectors.DefaultSelector(), list[Acknowledged]()
    chosen.register(listener, selectors.EVENT_READ)
    chosen.register(asked, selectors.EVENT_READ)
    while True:
        for key, _ in chosen.select():
            if key.fileobj is listener:
                seen.append(_let_in(listener, broker, chosen))
            elif key.fileobj is asked:
                asked.recv()
                asked.send([took for said in seen for took in said.took_s])
                for said in seen:
                    said.took_s.clear()
            elif not key.data.pass_on():
                end(chosen, key.data.source, key.data.target)


def end(chosen: selectors.BaseSelector, *both: socket.socket) -> None:
    """Let go of a connection's two ends; where they ended at the same moment it is told twice."""
    for one in both:
        if one.fileno() >= 0:
            chosen.unregister(one)
            one.close()


def _let_in(listener: socket.socket, broker: int, chosen: selectors.BaseSelector) -> Acknowledged:
    client, _ = listener.accept()
    server = socket.create_connection(("127.0.0.1", broker))
    said = Acknowledged()
    for source, target, note in ((server, client, said.down), (client, server, said.up)):
        source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chosen.register(source, selectors.EVENT_READ, _Way(source, target, note))
    return said
