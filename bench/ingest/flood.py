"""A flood of readings: packets made by hand before the clock starts, so that sending them costs
next to nothing.
"""

import ctypes
import multiprocessing
import socket
import time
from collections.abc import Iterator, MutableSequence, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.ingest.packets import DISCONNECT, connect, publish
from sensors.clock import SYSTEM
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.topic import VenueSlug

VENUE = VenueSlug("bench")
SECOND_NS = 1_000_000_000
IN_FLIGHT = 200
CONFIRMATION_BYTES = 4


@dataclass(frozen=True)
class Flood:
    """``each`` readings of one device a room, ``every_s`` apart, the last one ``ago_s`` before now; ``live``
    ones are of when they are sent. ``rate`` is how many a second are offered; 0: as fast as they go.
    A room's turns come ``burst`` at a time, one after the other.
    """

    rooms: int
    each: int
    ago_s: float = 0.0
    rate: float = 0.0
    live: bool = False
    burst: int = 1
    every_s: float = 4.0

    @property
    def readings(self) -> int:
        return self.rooms * self.each

    def first_of_all(self) -> "Flood":
        """One reading of each room from before these."""
        return Flood(self.rooms, 1, self.ago_s + self.each * self.every_s)

    def order(self) -> Iterator[tuple[int, int]]:
        """Turn and room of each reading, in the order of sending."""
        for begun in range(0, self.each, self.burst):
            for room in range(self.rooms):
                for turn in range(begun, min(begun + self.burst, self.each)):
                    yield turn, room

    def made(self) -> list[tuple[str, str, bytes]]:
        """Room, time on the wire and QoS 1 PUBLISH packet of each reading; no flag opens."""
        now_ns = SYSTEM.now_ns()
        end_ns = now_ns - int(self.ago_s * SECOND_NS)
        made = []
        for number, (turn, room) in enumerate(self.order()):
            at_ns = end_ns - int((self.each - 1 - turn) * self.every_s * SECOND_NS)
            if self.live:
                at_ns = now_ns + int(number / self.rate * SECOND_NS)
            ts = to_wire(from_ns(at_ns))
            body = (
                f'{{"ts":"{ts}","seq":{turn},"co2_ppm":{500 + 2 * (turn % 60) + room % 7},'
                '"temperature_c":21.4,"humidity_pct":44.0}'
            ).encode()
            topic = f"luchtig/devices/{VENUE}/co2-{room:05}/air"
            packet = publish(topic, number % 65_535 + 1, body)
            made.append((f"room-{room:05}", ts, packet))
        return made

    @contextmanager
    def sent_to(self, port: int) -> Iterator["Sending"]:
        """The readings go out from a process of their own, meanwhile."""
        fork = multiprocessing.get_context("fork")
        made = self.made()
        moments: Any = fork.RawArray(ctypes.c_double, len(made))
        packets = [packet for _, _, packet in made]
        process = fork.Process(target=_publish, args=(port, packets, self.rate, moments))
        process.start()
        try:
            yield Sending([(room, ts) for room, ts, _ in made], moments, process)
        finally:
            process.join(120)
            process.kill()


@dataclass(frozen=True)
class Sending:
    """What goes out, and since when on the monotonic clock; 0 of what has not yet."""

    what: list[tuple[str, str]]
    moments: Sequence[float]
    process: multiprocessing.process.BaseProcess

    def sent(self) -> list[tuple[str, str, float]]:
        """Room, time on the wire, and when it was sent."""
        return [
            (room, ts, at_s)
            for (room, ts), at_s in zip(self.what, self.moments, strict=True)
            if at_s
        ]


def _publish(port: int, made: list[bytes], rate: float, moments: MutableSequence[float]) -> None:
    """Send the packets, never more than a few hundred ahead of the broker's confirmations."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(connect("bench-publisher"))
    sock.recv(4)
    confirmed_bytes, sent, started = 0, 0, time.monotonic()
    while sent < len(made):
        due = len(made) if not rate else 1 + int((time.monotonic() - started) * rate)
        upto = min(due, sent + 50, len(made))
        if upto <= sent:
            time.sleep(0.002)
            continue
        now = time.monotonic()
        sock.sendall(b"".join(made[sent:upto]))
        moments[sent:upto] = [now] * (upto - sent)
        sent = upto
        while confirmed_bytes < CONFIRMATION_BYTES * (sent - IN_FLIGHT):
            confirmed_bytes += len(sock.recv(65_536))
    while confirmed_bytes < CONFIRMATION_BYTES * sent:
        confirmed_bytes += len(sock.recv(65_536))
    sock.sendall(DISCONNECT)
    sock.close()
