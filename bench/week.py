"""What a small house keeps in memory over a week, and how soon its parts start: for a machine of 512 MB.

    python -m bench.week [--rooms 20] [--days 7] [--speed 400]

Gateway, dashboard, Mosquitto and `luchtig sim` on SQLite, all on a clock that runs faster. Each room has a meeting a
day, whose organiser a mail server takes mail for; somebody looks at the board, at a room and at what the API says of
one every half an hour of that clock. Memory is PSS, and ``VmHWM``, the most that was ever resident, as the kernel keeps it; of
several processes together. What a start costs is CPU, so that a slow machine's time can be told: at a quarter of a
core it takes four times that.
"""

import argparse
import math
import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from bench import results
from bench.ingest.processes import cpu_s, pss_mb
from firmware_sim.scenario.many import many_rooms, venue_file
from gateway.config import load
from gateway.store.open import open_store
from sensors.clock import VARIABLE, Clock, started_at
from sensors.wire.instant import to_wire
from sensors.wire.topic import VenueSlug
from tests.end_to_end.set_up import SetUp
from tests.gateway.mail_inbox import mail_server, new_inbox
from tests.servers import mosquitto, stop

BEGAN = datetime(2026, 11, 23, 0, tzinfo=UTC)
SEED = 1
VENUE = VenueSlug("venue-001")
QUARTER = 4
LOOK_S = 2.0
FIRST = 0.25
PAGES = ("/", f"/rooms/{VENUE}/room-00001", f"/api/v1/rooms/{VENUE}/room-00002")


@dataclass
class Seen:
    """The most of one part, in MiB, up to now."""

    pss_mb: float = 0.0
    resident_mb: float = 0.0
    by_day: list[tuple[float, float]] = field(default_factory=list)

    def look(self, pid: int) -> None:
        self.pss_mb = max(self.pss_mb, pss_mb(pid))
        self.resident_mb = max(self.resident_mb, most_resident_mb(pid))


def main() -> None:
    asked = argparse.ArgumentParser(description="a week of a small house in memory")
    asked.add_argument("--rooms", type=int, default=20)
    asked.add_argument("--days", type=float, default=7.0)
    asked.add_argument("--speed", type=float, default=400.0)
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        directory = Path(folder)
        directory.chmod(0o755)
        broker = stack.enter_context(mosquitto(directory / "broker"))
        inbox = stack.enter_context(mail_server(new_inbox()))
        house = SetUp(directory, broker, "sqlite:///readings.db", stack)
        mail = f'public_url = "http://127.0.0.1:{house.port}"\n[notify]\nmail = "smtp://127.0.0.1:{inbox.port}"\n'
        house.write_config("sqlite:///readings.db", mail + "[journal]\ncommit_every_s = 30\n")
        house.import_venue(venue_text(given.rooms, given.days))
        starts = [start(house, name) for name in ("gateway", "dashboard") for _ in range(3)]
        for name in ("gateway", "dashboard"):
            least = min(cpu for one, cpu in starts if one == name)
            print(
                f"{name} starts with {least:.2f} s of CPU: {QUARTER * least:.1f} s on a quarter of a core"
            )
        clock = started_at(BEGAN, given.speed)
        os.environ[VARIABLE] = clock.to_text()
        parts = {
            "gateway": house.start("gateway").pid,
            "dashboard": house.start_dashboard().pid,
            "Mosquitto": broker.pid,
        }
        simulator = house.start("sim", "--rooms", str(given.rooms), says="")
        seen = watch(house, parts, clock, given.days)
        stop(simulator)
        print(f"{len(inbox.mails)} mails went out")
    if given.save:
        rows = [{"part": name, **asdict(one)} for name, one in seen.items()]
        print(f"\nKept in {results.save(given.save, 'week', vars(given), rows)}")


def start(house: SetUp, name: str) -> tuple[str, float]:
    """Start and end a part; what that cost it until it was ready."""
    process = house.start_dashboard() if name == "dashboard" else house.start(name)
    spent = sum(cpu_s(process.pid).values())
    stop(process)
    return name, spent


def watch(house: SetUp, parts: Mapping[str, int], clock: Clock, days: float) -> dict[str, Seen]:
    """Look for so long; a line for the first six hours and for each day."""
    began = clock.now()
    seen = {name: Seen() for name in parts}
    print(
        f"\n| the most until | {' | '.join(parts)} | together | readings |\n|{' --- |' * (len(parts) + 3)}"
    )
    for day in (FIRST, *range(1, math.ceil(days)), days):
        while clock.now() < began + timedelta(days=day):
            for path in PAGES:
                house.page(path)
            for name, pid in parts.items():
                seen[name].look(pid)
            time.sleep(max(LOOK_S, clock.wall_s(1800)))
        for one in seen.values():
            one.by_day.append((one.pss_mb, one.resident_mb))
        each = " | ".join(f"{one.pss_mb:.0f} ({one.resident_mb:.0f})" for one in seen.values())
        together = sum(one.pss_mb for one in seen.values())
        resident = sum(one.resident_mb for one in seen.values())
        print(
            f"| {day:g} days | {each} | {together:.0f} ({resident:.0f}) | {readings(house):,} |",
            flush=True,
        )
    return seen


def readings(house: SetUp) -> int:
    """How many the store has."""
    settings = load(house.config, {})
    with closing(open_store(settings.store, settings.directory)) as store:
        return store.count("air", VENUE) + store.count("people", VENUE)


def most_resident_mb(pid: int) -> float:
    """``VmHWM`` of a process and those it has started: what they share is counted with each."""
    first = psutil.Process(pid)
    total = 0.0
    for process in (first, *first.children(recursive=True)):
        try:
            said = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            continue
        total += sum(
            int(line.split()[1]) / 1024 for line in said.splitlines() if line.startswith("VmHWM")
        )
    return total


def venue_text(rooms: int, days: float) -> str:
    """The house of the simulator, with a meeting in each room each day."""
    scenario = many_rooms(rooms, 1, SEED)
    text = "".join(venue_file(scenario))
    for day in range(round(days) + 1):
        start = BEGAN + timedelta(days=day, hours=9)
        for plan in scenario.rooms:
            text += f'[[venue.meeting]]\nroom = "{plan.slug}"\ntitle = "Day {day}"\n'
            text += f"start = {to_wire(start)}\nend = {to_wire(start + timedelta(hours=8))}\n"
            text += f'organiser = "{plan.slug}@example.org"\n'
    return text


if __name__ == "__main__":
    main()
