"""How the dashboard serves many at once, and what slow clients do to the others.

    python -m bench.web [--boards 500] [--rate 50] [--slow 1000] [--before PATH/TO/luchtig]

One command starts Mosquitto and ``luchtig dashboard``, opens live streams from many addresses of
127.0.0.0/8, publishes states at a steady pace and times them from the publication to each stream;
meanwhile pages are asked for. Then as many half-sent heads, and bodies, are held open, from one
address and from many. With ``--before`` another version's command is put through the same first:
trust the ratios.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import paho.mqtt.client as mqtt
import psutil
from paho.mqtt.enums import CallbackAPIVersion

from gateway.domain.room_state import RoomState, encode
from sensors.clock import SYSTEM
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.servers import free_port, mosquitto, running

VENUE = VenueSlug("bench")
ROOMS = 5
ADDRESSES = 50
PAGES = ("/", "/api/v1/rooms", "/meetings")
HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\na="
Row = tuple[str, str]


@dataclass
class Timed:
    """Seconds that things took; what never came counts as the longest there is."""

    took: list[float] = field(default_factory=list)
    missed: int = 0

    def share(self, of: float) -> float:
        """The quantile, in milliseconds."""
        known = sorted([*self.took, *[60.0] * self.missed])
        return 1e3 * known[min(len(known) - 1, int(of * len(known)))] if known else 0.0


@dataclass(frozen=True)
class Dashboard:
    port: int
    process: psutil.Process

    def memory_mb(self) -> float:
        every = [self.process, *self.process.children(recursive=True)]
        return sum(one.memory_full_info().pss for one in every) / 1e6

    def cpu_s(self) -> float:
        every = [self.process, *self.process.children(recursive=True)]
        return sum(sum(one.cpu_times()[:2]) for one in every)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    asked.add_argument("--boards", type=int, nargs="+", default=[200, 500])
    asked.add_argument("--rate", type=float, nargs="+", default=[5.0, 50.0], help="states/s")
    asked.add_argument("--seconds", type=float, default=10.0)
    asked.add_argument("--slow", type=int, default=1_000)
    asked.add_argument("--before", type=Path, help="another version's luchtig")
    given = asked.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
    commands = {"this version": [sys.executable, "-m", "dashboard"]}
    if given.before:
        commands = {"before": [str(given.before)], **commands}
    found = {name: measured(command, given) for name, command in commands.items()}
    print("| what | " + " | ".join(found) + " |\n|" + " --- |" * (len(found) + 1))
    for key in next(iter(found.values())):
        print(f"| {key} | " + " | ".join(rows.get(key, "") for rows in found.values()) + " |")


def measured(command: list[str], given: argparse.Namespace) -> dict[str, str]:
    rows: dict[str, str] = {}
    for boards in given.boards:
        for rate in given.rate:
            with tempfile.TemporaryDirectory() as directory:
                rows |= served(command, Path(directory), boards, rate, given.seconds, given.slow)
    return rows


def served(
    command: list[str], directory: Path, boards: int, rate: float, seconds: float, slow: int
) -> dict[str, str]:
    with mosquitto(directory / "broker") as broker:
        port = free_port()
        config = directory / "luchtig.toml"
        config.write_text(
            f'[broker]\nurl = "{broker.url}"\n'
            f'[dashboard]\nbind = "127.0.0.1:{port}"\ndemo = true\nviewers = {boards + 50}\n'
        )
        venue = directory / "venue.toml"
        rooms = "".join(
            f'[[venue.room]]\nslug = "room-{n}"\nname = "Room {n}"\n' for n in range(ROOMS)
        )
        venue.write_text(f'[[venue]]\nslug = "{VENUE}"\nname = "Bench"\n{rooms}')
        subprocess.run(
            [*command, "import", "--config", str(config), str(venue)],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        log = directory / "dashboard.log"
        with running(
            [*command, "dashboard", "--config", str(config)], log,
            ready=lambda: "ready on" in log.read_text(),
        ) as process:  # fmt: skip
            dashboard = Dashboard(port, psutil.Process(process.pid))
            return asyncio.run(tried(dashboard, broker.port, boards, rate, seconds, slow))


async def tried(
    dashboard: Dashboard, broker: int, boards: int, rate: float, seconds: float, slow: int
) -> dict[str, str]:
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", broker)
    client.loop_start()
    sent: dict[int, float] = {}
    events, pages, alive = Timed(), Timed(), Timed()
    streams = [
        asyncio.ensure_future(follow(dashboard.port, number, sent, events))
        for number in range(boards)
    ]
    await asyncio.sleep(2.0 + boards / 200)
    began_s, cpu_s = time.monotonic(), dashboard.cpu_s()
    telling = asyncio.ensure_future(tell(client, sent, rate, began_s + seconds))
    asking = asyncio.ensure_future(ask(dashboard.port, PAGES, pages, telling.done))
    living = asyncio.ensure_future(ask(dashboard.port, ("/healthz",), alive, telling.done))
    await asyncio.gather(telling, asking, living)
    await asyncio.sleep(1.0)
    core = 100 * (dashboard.cpu_s() - cpu_s) / (time.monotonic() - began_s)
    events.missed = max(0, boards * len(sent) - len(events.took))
    at = f"{boards} streams, {rate:g} states/s: "
    rows = {
        at + "event p50, p99": f"{events.share(0.5):.0f}, {events.share(0.99):.0f} ms",
        at + "page p50, p95": f"{pages.share(0.5):.0f}, {pages.share(0.95):.0f} ms",
        at + "/healthz p99": f"{alive.share(0.99):.0f} ms",
        at + "memory, CPU": f"{dashboard.memory_mb():.0f} MB, {core:.0f} % of a core",
    }
    for stream in streams:
        stream.cancel()
    client.loop_stop()
    if slow and rate == min(5.0, rate):
        rows |= await beside_slow_ones(dashboard.port, slow)
    return rows


async def follow(port: int, number: int, sent: dict[int, float], events: Timed) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=address(number))
    try:
        writer.write(b"GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        while line := await reader.readline():
            if line.startswith(b"data: "):
                people = json.loads(line[6:]).get("people")
                if people in sent:
                    events.took.append(time.monotonic() - sent[people])
    finally:
        writer.close()


async def tell(client: mqtt.Client, sent: dict[int, float], rate: float, until_s: float) -> None:
    number = 0
    due_s = time.monotonic()
    while due_s < until_s:
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        number, due_s = number + 1, due_s + 1 / rate
        room = RoomSlug(f"room-{number % ROOMS}")
        state = RoomState(VENUE, room, to_wire(SYSTEM.now()), room, "good", people=number)
        sent[number] = time.monotonic()
        client.publish(f"luchtig/rooms/{VENUE}/{room}/state", encode(state), 1, retain=True)


async def ask(
    port: int,
    paths: tuple[str, ...],
    timed: Timed,
    is_over: Callable[[], bool],
    pause_s: float = 0.05,
) -> None:
    number = 0
    while not is_over():
        path, number = paths[number % len(paths)], number + 1
        began_s = time.monotonic()
        try:
            async with asyncio.timeout(10):
                await fetch(port, path, number)
            timed.took.append(time.monotonic() - began_s)
        except (OSError, TimeoutError):
            timed.missed += 1
        await asyncio.sleep(pause_s)


async def fetch(port: int, path: str, number: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=address(number))
    try:
        writer.write(
            b"GET %b HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n" % path.encode()
        )
        said = await reader.read()
        if not said.startswith(b"HTTP/1.1 200"):
            raise OSError(said[:40])
        return said
    finally:
        writer.close()


async def beside_slow_ones(port: int, slow: int) -> dict[str, str]:
    rows: dict[str, str] = {}
    for what, begins in (("heads", HEAD), ("bodies", BODY)):
        for where in ("one address", "many addresses"):
            held = []
            for number in range(slow):
                source = ("127.0.0.77", 0) if where == "one address" else address(number)
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=source)
                    writer.write(begins)
                    held.append(writer)
                except OSError:
                    continue
            pages, until_s = Timed(), time.monotonic() + 5.0
            await ask(port, PAGES, pages, lambda until_s=until_s: time.monotonic() > until_s)  # type: ignore[misc]
            said = f"{pages.share(0.95):.0f} ms, {pages.missed} of {pages.missed + len(pages.took)}"
            rows[f"{slow} half-sent {what} from {where}: page p95, missed"] = said
            for writer in held:
                writer.close()
            await asyncio.sleep(1.0)
    return rows


def address(number: int) -> tuple[str, int]:
    return (f"127.0.1.{1 + number % ADDRESSES}", 0)


if __name__ == "__main__":
    main()
