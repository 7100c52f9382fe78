"""How long from a device's publish to the server-sent event on an open board.

    python -m bench.latency [--rate 100] [--seconds 30] [--boards 50]

Real processes: Mosquitto, ``luchtig gateway`` and ``luchtig dashboard``, embedded store. Each
room's device speaks every two seconds, so that the limit of one state a second a room holds nothing
back. One of the open boards is timed; the others only have to be served.
"""

import argparse
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from gateway.domain.room import Room, Venue
from gateway.domain.room_state import decode_state
from gateway.registry.database import open_database
from gateway.registry.devices import place
from gateway.registry.rooms import put_room, put_venue
from sensors.clock import SYSTEM
from sensors.wire.instant import to_wire
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.servers import free_port, mosquitto, running, wait_until

VENUE = VenueSlug("bench")
EACH_ROOM_S = 2.0
TARGET_P99_MS = 250.0


@dataclass
class Timed:
    """When readings left and when their states came, by room and time of the reading."""

    sent_s: dict[tuple[str, str], float] = field(default_factory=dict)
    took_ms: dict[tuple[str, str], float] = field(default_factory=dict)

    def seen(self, room: RoomSlug, co2_at: str | None) -> None:
        key = (room, co2_at or "")
        if key in self.sent_s and key not in self.took_ms:
            self.took_ms[key] = (time.monotonic() - self.sent_s[key]) * 1000


@contextmanager
def site(directory: Path, rooms: int) -> Iterator[tuple[int, int]]:
    """Broker, gateway and dashboard; the ports of broker and dashboard."""
    with ExitStack() as stack:
        broker = stack.enter_context(mosquitto(directory / "broker"))
        port = free_port()
        config = directory / "luchtig.toml"
        config.write_text(
            f'[broker]\nurl = "{broker.url}"\n[notify]\nmail = ""\n'
            f'[dashboard]\nbind = "127.0.0.1:{port}"\ndemo = true\n'
        )
        database = open_database("sqlite:///luchtig.db", directory)
        database.migrate()
        with database.write() as conn:
            put_venue(conn, Venue(VENUE, "Bench"))
            for number in range(rooms):
                put_room(conn, Room(VENUE, RoomSlug(f"room-{number}"), f"Room {number}", seats=20))
                place(
                    conn,
                    VENUE,
                    DeviceSlug(f"co2-{number}"),
                    RoomSlug(f"room-{number}"),
                    SYSTEM.now(),
                )
        database.close()
        for command in ("gateway", "dashboard"):
            log = directory / f"{command}.log"
            arguments = [sys.executable, "-m", "dashboard", command, "--config", str(config)]

            def ready(log: Path = log) -> bool:
                return "ready" in log.read_text()

            stack.enter_context(running(arguments, log, ready=ready))
        yield broker.port, port


def open_board(port: int) -> socket.socket:
    board = socket.create_connection(("127.0.0.1", port))
    board.sendall(b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return board


def read_board(board: socket.socket, timed: Timed | None) -> None:
    """Read to the end; what is timed is decoded, the rest thrown away."""
    waiting = b""
    while received := board.recv(262_144):
        if timed is None:
            continue
        *whole, waiting = (waiting + received).split(b"\n")
        for line in whole:
            if line.startswith(b"data: {") and b'"level"' in line:
                state = decode_state(line.removeprefix(b"data: "))
                timed.seen(state.room, state.co2_at)


def publish(port: int, rate: int, rooms: int, seconds: float, timed: Timed) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    begin_s = time.monotonic()
    for number in range(int(rate * seconds)):
        time.sleep(max(0.0, begin_s + number / rate - time.monotonic()))
        room = number % rooms
        ts = to_wire(SYSTEM.now())
        body = {"ts": ts, "seq": number, "co2_ppm": 600 + number % 400, "temperature_c": 21.4}
        timed.sent_s[f"room-{room}", ts] = time.monotonic()
        client.publish(f"luchtig/devices/{VENUE}/co2-{room}/air", msgspec.json.encode(body), 1)
    client.disconnect()
    client.loop_stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--boards", type=int, default=50)
    given = parser.parse_args()
    rooms = max(1, int(given.rate * EACH_ROOM_S))
    timed, warm_up = Timed(), Timed()
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), rooms) as (mqtt_port, port):
        boards = [open_board(port) for _ in range(given.boards)]
        publish(mqtt_port, given.rate, rooms, EACH_ROOM_S, warm_up)
        for number, board in enumerate(boards):
            reader = (board, timed if number == 0 else None)
            threading.Thread(target=read_board, args=reader, daemon=True).start()
        publish(mqtt_port, given.rate, rooms, given.seconds, timed)
        wait_until(lambda: len(timed.took_ms) == len(timed.sent_s), "all states", within_s=10)
    took = sorted(timed.took_ms.values())
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    print("| readings/s | rooms | open boards | readings | p50 ms | p99 ms | max ms |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    print(
        f"| {given.rate} | {rooms} | {given.boards} | {len(took)} "
        f"| {p50:.0f} | {p99:.0f} | {took[-1]:.0f} |"
    )
    sys.exit(p99 > TARGET_P99_MS)


if __name__ == "__main__":
    main()
