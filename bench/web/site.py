"""A dashboard with a broker and a venue of five rooms, two hours of readings in its store."""

import math
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import paho.mqtt.client as mqtt
import psutil
from paho.mqtt.enums import CallbackAPIVersion

from gateway.config import StoreSettings
from gateway.domain.room_state import (
    ForecastView,
    MeetingView,
    RoomState,
    VentilationView,
    encode,
)
from gateway.store.interface import Placed
from gateway.store.open import open_store
from sensors.clock import SYSTEM
from sensors.wire.instant import to_ns, to_wire
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.servers import free_port, mosquitto, running

VENUE: Final = VenueSlug("bench")
ROOMS: Final = 5
READING_S: Final = 10


@dataclass
class Site:
    """``sent`` are the numbers told of each room, and when, by a clock that all processes share."""

    port: int
    process: psutil.Process
    client: mqtt.Client
    sent: list[list[tuple[int, float]]]

    def tell(self, number: int) -> None:
        """A state of the room whose turn it is. The number is that of its people, so that a board can
        tell which state it shows.
        """
        room = RoomSlug(f"room-{number % ROOMS}")
        self.sent[number % ROOMS].append((number, time.monotonic()))
        payload = encode(_state(room, number))
        self.client.publish(f"luchtig/rooms/{VENUE}/{room}/state", payload, 1, retain=True)

    def memory_mb(self) -> float:
        return sum(one.memory_full_info().pss for one in self._every()) / 1e6

    def cpu_s(self) -> float:
        return sum(sum(one.cpu_times()[:2]) for one in self._every())

    def _every(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


@contextmanager
def site(command: list[str], directory: Path, viewers: int) -> Iterator[Site]:
    with mosquitto(directory / "broker") as broker:
        port = free_port()
        config = directory / "luchtig.toml"
        config.write_text(
            f'[broker]\nurl = "{broker.url}"\n'
            f'[dashboard]\nbind = "127.0.0.1:{port}"\ndemo = true\nviewers = {viewers}\n'
        )
        venue = directory / "venue.toml"
        rooms = "".join(
            f'[[venue.room]]\nslug = "room-{n}"\nname = "Room {n}"\nseats = 1000\n'
            for n in range(ROOMS)
        )
        venue.write_text(f'[[venue]]\nslug = "{VENUE}"\nname = "Bench"\n{rooms}')
        subprocess.run(
            [*command, "import", "--config", str(config), str(venue)],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        _fill(directory)
        client = mqtt.Client(CallbackAPIVersion.VERSION2)
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
        log = directory / "dashboard.log"
        with running(
            [*command, "dashboard", "--config", str(config)], log,
            ready=lambda: "ready on" in log.read_text(),
        ) as process:  # fmt: skip
            started = Site(port, psutil.Process(process.pid), client, [[] for _ in range(ROOMS)])
            for number in range(ROOMS):
                started.tell(number)
            yield started
        client.loop_stop()


def _fill(directory: Path) -> None:
    store = open_store(StoreSettings(), directory)
    now = SYSTEM.now()
    for number in range(ROOMS):
        rows = []
        for second in range(0, 7_200, 60):
            at_ns = to_ns(now - timedelta(seconds=second))
            ppm = 700 + 250 * math.sin(second / 1_500 + number)
            reading = AirReading(VENUE, DeviceSlug(f"co2-{number}"), at_ns, at_ns, True, ppm)
            rows.append(Placed(RoomSlug(f"room-{number}"), reading))
        store.write(rows)
    store.close()


def _state(room: RoomSlug, number: int) -> RoomState:
    """As a gateway gives it after each reading: CO2, flow and what comes are other each time."""
    now = SYSTEM.now()
    at, ppm = to_wire(now), 800.0 + 30 * math.sin(number / 7)
    flow_lps = 90 + 5 * math.sin(number / 11)
    path = tuple((m, ppm + 3.0 * m, ppm + m, ppm + 6.0 * m) for m in range(0, 61, 5))
    return RoomState(
        VENUE, room, at, room.capitalize(), "good", ppm, at, number, at, capacity=1000,
        ventilation=VentilationView(flow_lps, flow_lps - 20, flow_lps + 25, flow_lps / 12),
        forecast=ForecastView(at, 1200.0, None, None, None, path),
        meeting=MeetingView("m", "A meeting of an evening", at, to_wire(now + timedelta(hours=1))),
    )  # fmt: skip
