"""How many readings a second go from Mosquitto at QoS 1 through the gateway into InfluxDB, none
lost.

    python -m bench.ingest [--readings 100000] [--rooms 100] [--rate 6000]

A bare paho subscriber that does nothing takes the same messages in the same run, for comparison.
Packets are made by hand before the clock starts, so the publisher costs next to nothing. With
``--rate`` they come at that pace, which shows the CPU time per reading of a gateway that keeps up.
"""

import argparse
import multiprocessing
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import psutil
from paho.mqtt.enums import CallbackAPIVersion

from gateway.config import DatabaseSettings, StoreSettings
from gateway.metrics import ACCEPTED
from gateway.registry.database import Database, open_database
from gateway.registry.metric_totals import all_totals
from gateway.store.open import open_store
from sensors.clock import SYSTEM
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.topic import VenueSlug
from tests.servers import Broker, Influx, free_port, influxd, mosquitto, running

VENUE = VenueSlug("bench")
IN_FLIGHT = 200
FLOOD = "max_inflight_messages 0\nmax_queued_messages 0\nautosave_interval 0\n"


@dataclass(frozen=True)
class Measured:
    name: str
    readings: int
    seconds: float
    cpu_s: float
    memory_mb: float
    lost: int

    def row(self) -> str:
        return (
            f"| {self.name} | {self.readings / self.seconds:,.0f} | "
            f"{1e6 * self.cpu_s / self.readings:.0f} | {self.memory_mb:.0f} | {self.lost} |"
        )


def packets(readings: int, rooms: int) -> list[bytes]:
    """CO2 readings of one device a room, 10 s apart, as QoS 1 PUBLISH packets."""
    rounds = readings // rooms
    begin_ns = SYSTEM.now_ns() - (rounds + 60) * 10 * 1_000_000_000
    made = []
    for number in range(readings):
        round_, room = divmod(number, rooms)
        ts = to_wire(from_ns(begin_ns + round_ * 10 * 1_000_000_000))
        co2 = 500 + 8 * (round_ % 120) + room % 7  # one flag in every 20 minutes
        topic = f"luchtig/devices/{VENUE}/co2-{room:04}/air".encode()
        body = (
            f'{{"ts":"{ts}","seq":{round_},"co2_ppm":{co2},"temperature_c":21.4,"humidity_pct":44.0}}'
        ).encode()
        message_id = (number % 65_535 + 1).to_bytes(2, "big")
        rest = len(topic).to_bytes(2, "big") + topic + message_id + body
        made.append(b"\x32" + _length(len(rest)) + rest)
    return made


def publish(port: int, made: list[bytes], rate: float) -> None:
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


@contextmanager
def sending(port: int, made: list[bytes], rate: float) -> Iterator[None]:
    process = multiprocessing.get_context("fork").Process(target=publish, args=(port, made, rate))
    process.start()
    try:
        yield
    finally:
        process.join(120)


def venue_file(directory: Path, rooms: int) -> Path:
    lines = [f'[[venue]]\nslug = "{VENUE}"\nname = "Bench"']
    lines += [
        f'[[venue.room]]\nslug = "room-{n:04}"\nname = "Room {n}"\nseats = 20\n'
        for n in range(rooms)
    ]
    lines += [f'[[venue.device]]\nslug = "co2-{n:04}"\nroom = "room-{n:04}"' for n in range(rooms)]
    file = directory / "venue.toml"
    file.write_text("\n".join(lines))
    return file


def through_the_gateway(
    directory: Path, broker: Broker, store_url: str, made: list[bytes], rooms: int, rate: float
) -> Measured:
    config = directory / "luchtig.toml"
    config.write_text(
        f'[broker]\nurl = "{broker.url}"\n[store]\nurl = "{store_url}"\n[notify]\nmail = ""\n'
    )
    command = [sys.executable, "-m", "dashboard"]
    file = venue_file(directory, rooms)
    subprocess.run([*command, "import", "--config", str(config), str(file)], check=True)
    log = directory / "gateway.log"
    with running(
        [*command, "gateway", "--config", str(config)],
        log,
        ready=lambda: log.exists() and "ready" in log.read_text(),
    ) as gateway:
        process = psutil.Process(gateway.pid)
        cpu_before, started = cpu_s(process), time.monotonic()
        store = open_store(StoreSettings(url=store_url), directory)
        database = open_database(DatabaseSettings().url, directory)
        with sending(broker.port, made, rate):
            found, moved_at = 0, time.monotonic()
            while found < len(made) and time.monotonic() - moved_at < 30:
                time.sleep(0.25)
                now_found = min(store.count("air", VENUE), judged(database))
                if now_found > found:
                    found, moved_at = now_found, time.monotonic()
        seconds = moved_at - started
        measured = Measured(
            "luchtig gateway, into the store", len(made), seconds,
            cpu_s(process) - cpu_before, process.memory_info().rss / 2**20, len(made) - found,
        )  # fmt: skip
        store.close()
        database.close()
    return measured


def judged(database: Database) -> int:
    """How many readings the live side has taken."""
    with database.read() as conn:
        return sum(int(value) for _, name, _, value in all_totals(conn) if name == ACCEPTED)


def bare_subscriber(broker: Broker, made: list[bytes], rate: float) -> Measured:
    """In a process of its own, as the gateway is."""
    parent, child = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_bare, args=(broker.port, len(made), child)
    )
    process.start()
    parent.recv()  # subscribed
    with sending(broker.port, made, rate):
        seconds, cpu, memory, received = parent.recv()
    process.join()
    return Measured("bare paho subscriber", len(made), seconds, cpu, memory, len(made) - received)


def _bare(port: int, expected: int, pipe: Any) -> None:
    received, all_in = 0, threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bare", clean_session=True)

    def on_message(_c: Any, _u: Any, _message: mqtt.MQTTMessage) -> None:
        nonlocal received
        received += 1
        if received == expected:
            all_in.set()

    client.on_message = on_message
    client.on_subscribe = lambda *_: pipe.send("subscribed")
    client.connect("127.0.0.1", port)
    client.subscribe("luchtig/devices/#", 1)
    process = psutil.Process()
    started, before = time.monotonic(), cpu_s(process)
    client.loop_start()
    all_in.wait(120)
    took = time.monotonic() - started
    pipe.send((took, cpu_s(process) - before, process.memory_info().rss / 2**20, received))
    client.disconnect()
    client.loop_stop()


def cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--readings", type=int, default=100_000)
    parser.add_argument("--rooms", type=int, default=100)
    parser.add_argument("--rate", type=float, default=0.0, help="readings/s offered; 0: a flood")
    parser.add_argument("--store", choices=("influxdb", "sqlite"), default="influxdb")
    parser.add_argument("--keep", type=Path, help="run in this folder and leave it there")
    given = parser.parse_args()
    made = packets(given.readings, given.rooms)
    with ExitStack() as stack:
        directory = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        directory.chmod(0o755)
        broker = stack.enter_context(mosquitto(directory / "broker", extra=FLOOD))
        influx: Influx = stack.enter_context(influxd(directory / "influxd"))
        name = f"bench-{free_port()}"
        url = influx.database_url(name) if given.store == "influxdb" else "sqlite:///readings.db"
        bare = bare_subscriber(broker, made, given.rate)
        ours = through_the_gateway(directory, broker, url, made, given.rooms, given.rate)
    offered = f"{given.rate:,.0f}/s offered" if given.rate else "as fast as it goes"
    print(f"{given.readings:,} readings of {given.rooms} rooms, {offered}, {given.store}\n")
    print("| | readings/s | CPU µs each | memory MB | lost |\n| --- | --- | --- | --- | --- |")
    print(bare.row())
    print(ours.row())


if __name__ == "__main__":
    main()
