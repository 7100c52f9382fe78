"""What the gateway of a small house writes to the SD card that it lives on.

    python -m bench.card [--minutes 10] [--rooms 20] [--commit-every 30] [--before PATH/TO/luchtig]

``luchtig sim --rooms`` plays the house at the pace of the wall, into a Mosquitto whose files lie elsewhere,
after some hours that were before: the rows of each room then fill pages of their own, as they do in any
house that is a day old. Store and database are SQLite. The gateway's files lie on an ext4 of their own, in a file that is
mounted, whose kernel counts what was written with the file system's own journal; where nothing can be
mounted (that takes root) what the process itself had the kernel write is all there is. Another version
is fed by the same simulator at the same time, on a disk of its own.
"""

import argparse
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from bench import results
from bench.disk import Disk, own_disk
from bench.ingest.site import OURS, environment_of, versions
from gateway.config import StoreSettings
from gateway.store.open import open_store
from sensors.wire.topic import VenueSlug
from tests.servers import free_port, mosquitto, running

DAY_S = 86_400
CARD_MB = 256
SETTLE_S = 300.0
"""So long it runs before it is measured, that what was before is stored."""
HEAD = "| | minutes | readings/s | written MB a day | on its ext4 MB a day | of a core |"


@dataclass(frozen=True)
class Wear:
    """``disk_mb`` is what came to the device below the file system, None where none was mounted."""

    version: str
    seconds: float
    readings: int
    written_mb: float
    disk_mb: float | None
    cpu_s: float

    def line(self) -> str:
        disk = "–" if self.disk_mb is None else f"{self.disk_mb * DAY_S / self.seconds:,.0f}"
        return (
            f"| {self.version} | {self.seconds / 60:.0f} | {self.readings / self.seconds:.1f} |"
            f" {self.written_mb * DAY_S / self.seconds:,.0f} | {disk} |"
            f" {self.cpu_s / self.seconds:.2%} |"
        )


@dataclass(frozen=True)
class Used:
    at_s: float
    readings: int
    written_mb: float
    disk_mb: float | None
    cpu_s: float


@dataclass(frozen=True)
class House:
    """A gateway that runs, and the disk it lives on."""

    version: str
    pid: int
    disk: Disk
    venues: Sequence[VenueSlug]

    def used(self) -> Used:
        process = psutil.Process(self.pid)
        store = open_store(StoreSettings(url="sqlite:///readings.db"), self.disk.folder)
        readings = sum(
            store.count(kind, venue) for venue in self.venues for kind in ("air", "people")
        )
        store.close()
        family = [process, *process.children(recursive=True)]
        written = sum(one.io_counters().write_bytes for one in family) / 1e6
        cpu_s = sum(sum(one.cpu_times()[:2]) for one in family)
        return Used(time.monotonic(), readings, written, self.disk.written_mb(), cpu_s)

    def wear(self, before: Used) -> Wear:
        now = self.used()
        on_disk = None
        if now.disk_mb is not None and before.disk_mb is not None:
            on_disk = now.disk_mb - before.disk_mb
        return Wear(
            self.version, now.at_s - before.at_s, now.readings - before.readings,
            now.written_mb - before.written_mb, on_disk, now.cpu_s - before.cpu_s,
        )  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description="what the gateway writes to an SD card")
    asked.add_argument("--minutes", type=float, default=10.0)
    asked.add_argument("--rooms", type=int, default=20)
    asked.add_argument("--commit-every", type=float, default=30.0, help="seconds")
    asked.add_argument("--backfill", default="3h", help="what is in the store when it begins")
    asked.add_argument("--before", type=Path, help="another version's luchtig, measured as well")
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    given = asked.parse_args()
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        directory.chmod(0o755)
        broker = stack.enter_context(mosquitto(directory / "broker"))
        venues = directory / "venues.toml"
        play = [*OURS, "sim", "--rooms", str(given.rooms), "--broker", broker.url]
        writes = [*play, "--write-venues", str(venues)]
        with running(writes, directory / "venues.log", ready=venues.exists):
            pass
        houses = [
            stack.enter_context(house(name, command, directory, venues, broker.url, given))
            for name, command in versions(given.before).items()
        ]
        play += ["--backfill", given.backfill]
        stack.enter_context(running(play, directory / "sim.log", ready=lambda: True))
        time.sleep(SETTLE_S)
        before = [one.used() for one in houses]
        time.sleep(given.minutes * 60)
        kept = [one.wear(was) for one, was in zip(houses, before, strict=True)]
    print(f"{HEAD}\n|{' --- |' * (HEAD.count('|') - 1)}")
    for one in kept:
        print(one.line())
    if given.save:
        rows = [asdict(one) for one in kept]
        print(f"\nKept in {results.save(given.save, 'card', vars(given), rows)}")


@contextmanager
def house(
    name: str, command: Sequence[str], directory: Path, venues: Path, broker: str,
    given: argparse.Namespace,
) -> Iterator[House]:  # fmt: skip
    """Its gateway, under a client id of its own."""
    number = free_port()
    own = directory / f"house-{number}"
    own.mkdir()
    with own_disk(own, CARD_MB) as disk:
        config = disk.folder / "luchtig.toml"
        config.write_text(
            f'[broker]\nurl = "{broker}"\nclient_id = "card-{number}"\n'
            f'[store]\nurl = "sqlite:///readings.db"\n[notify]\nmail = ""\n'
            f"[journal]\ncommit_every_s = {given.commit_every:g}\n"
        )
        env = environment_of(command)
        imports = [*command, "import", "--config", str(config), str(venues)]
        subprocess.run(imports, check=True, stdout=subprocess.DEVNULL, env=env)
        log = own / "gateway.log"
        runs = [*command, "gateway", "--config", str(config)]
        with running(runs, log, ready=lambda: b"ready" in log.read_bytes(), env=env) as child:
            yield House(name, child.pid, disk, slugs(venues))


def slugs(venues: Path) -> list[VenueSlug]:
    lines = venues.read_text().splitlines()
    begins = [number for number, line in enumerate(lines) if line == "[[venue]]"]
    return [VenueSlug(lines[number + 1].split('"')[1]) for number in begins]


if __name__ == "__main__":
    main()
