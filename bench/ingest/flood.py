"""A flood of readings: packets made by hand before the clock starts, so that sending them costs
next to nothing.
"""

import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sensors.clock import SYSTEM
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.topic import VenueSlug

VENUE = VenueSlug("bench")
EVERY_NS = 4 * 1_000_000_000
HOUR_NS = 3600 * 1_000_000_000
IN_FLIGHT = 200


@dataclass(frozen=True)
class Flood:
    """``each`` readings of one device a room, 4 s apart, the last one now, or an hour ago where
    they are ``late``. ``rate`` is how many a second are offered; 0: as fast as they go.
    """

    rooms: int
    each: int
    late: bool = False
    rate: float = 0.0

    @property
    def readings(self) -> int:
        return self.rooms * self.each

    def packets(self) -> list[bytes]:
        """As QoS 1 PUBLISH packets, a round of all rooms after the other; no flag opens."""
        end_ns = SYSTEM.now_ns() - (HOUR_NS if self.late else 0)
        made = []
        for number in range(self.readings):
            turn, room = divmod(number, self.rooms)
            ts = to_wire(from_ns(end_ns - (self.each - 1 - turn) * EVERY_NS))
            co2 = 500 + 2 * (turn % 60) + room % 7
            body = (
                f'{{"ts":"{ts}","seq":{turn},"co2_ppm":{co2},'
                '"temperature_c":21.4,"humidity_pct":44.0}'
            ).encode()
            topic = f"luchtig/devices/{VENUE}/co2-{room:05}/air".encode()
            message_id = (number % 65_535 + 1).to_bytes(2, "big")
            rest = len(topic).to_bytes(2, "big") + topic + message_id + body
            made.append(b"\x32" + _length(len(rest)) + rest)
        return made

    @contextmanager
    def sent_to(self, port: int) -> Iterator[None]:
        """The readings go out from a process of their own, meanwhile."""
        made = self.packets()
        fork = multiprocessing.get_context("fork")
        process = fork.Process(target=_publish, args=(port, made, self.rate))
        process.start()
        try:
            yield
        finally:
            process.join(120)


def _publish(port: int, made: list[bytes], rate: float) -> None:
    """Send the packets, never more than a few hundred ahead of the broker's confirmations."""
    sock = socket.create_connection(("127.0.0.1", port))
    client_id = b"bench-publisher"
    rest = b"\x00\x04MQTT\x04\x02\x00\x00" + len(client_id).to_bytes(2, "big") + client_id
    sock.sendall(b"\x10" + _length(len(rest)) + rest)
    sock.recv(4)
    confirmed_bytes, sent, started = 0, 0, time.monotonic()
    while sent < len(made):
        due = len(made) if not rate else int((time.monotonic() - started) * rate)
        upto = min(due, sent + 50, len(made))
        if upto <= sent:
            time.sleep(0.002)
            continue
        sock.sendall(b"".join(made[sent:upto]))
        sent = upto
        while confirmed_bytes < 4 * (sent - IN_FLIGHT):
            confirmed_bytes += len(sock.recv(65_536))
    while confirmed_bytes < 4 * sent:
        confirmed_bytes += len(sock.recv(65_536))
    sock.sendall(b"\xe0\x00")
    sock.close()


def _length(value: int) -> bytes:
    out = bytearray()
    while True:
        value, low = divmod(value, 128)
        out.append(low | (128 if value else 0))
        if not value:
            return bytes(out)
