"""Who hears the states that a gateway publishes, in a process of its own."""

import multiprocessing
import socket
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait

import msgspec

from bench.ingest.packets import PUBLISH, Packets, connect, subscribe

STATES = "luchtig/rooms/+/+/state"


class Heard(msgspec.Struct):
    """A state as it came: at ``at_s`` of the monotonic clock, with the reading of ``co2_at``."""

    room: str
    co2_at: str | None = None
    at_s: float = 0.0


class Listener:
    def __init__(self, answers: Connection) -> None:
        self._answers = answers

    def heard(self) -> list[Heard]:
        """The states since this was asked last."""
        self._answers.send(None)
        said: bytes = self._answers.recv_bytes()
        return msgspec.msgpack.decode(said, type=list[Heard])


@contextmanager
def listening(broker: int) -> Iterator[Listener]:
    ours, theirs = multiprocessing.Pipe()
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=_listen, args=(broker, theirs), daemon=True)
    process.start()
    try:
        ours.recv()
        yield Listener(ours)
    finally:
        process.terminate()
        process.join()


def delays_s(
    sent: Iterable[tuple[str, str, float]], heard: Iterable[Heard]
) -> tuple[list[float], int]:
    """How long from each reading (room, time on the wire, when it was sent) to the first state of its
    room that holds it or a later one, and how many no state ever told.
    """
    told: dict[str, list[tuple[str, float]]] = {}
    for state in heard:
        if state.co2_at is not None:
            known = told.setdefault(state.room, [])
            if not known or known[-1][0] < state.co2_at:
                known.append((state.co2_at, state.at_s))
    took, untold = [], 0
    for room, at, sent_s in sent:
        known = told.get(room, [])
        place = bisect_left(known, at, key=lambda one: one[0])
        if place == len(known):
            untold += 1
        else:
            took.append(known[place][1] - sent_s)
    return took, untold


def percentile(values: Iterable[float], share: float) -> float | None:
    """None of no values."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else None


def _listen(broker: int, asked: Connection) -> None:
    sock = socket.create_connection(("127.0.0.1", broker))
    sock.sendall(connect("bench-listener") + subscribe(STATES))
    packets, heard = Packets(), list[Heard]()
    decode = msgspec.json.Decoder(Heard).decode
    asked.send(None)
    while True:
        for ready in wait([sock, asked]):
            if ready is asked:
                asked.recv()
                asked.send_bytes(msgspec.msgpack.encode(heard))
                heard.clear()
                continue
            received = sock.recv(262_144)
            at_s = time.monotonic()
            if not received:
                return
            for packet in packets.feed(received):
                if packet.type == PUBLISH and packet.payload:
                    state = decode(packet.payload)
                    state.at_s = at_s
                    heard.append(state)
