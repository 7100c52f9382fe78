"""A version of Luchtig on the parts of a bench, by its command and MQTT alone: it is told nothing and
asked nothing but what every version knows.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.ingest.flood import VENUE
from bench.ingest.influx import stored
from bench.ingest.takers import Bench, Started, Taker
from gateway.config import StoreSettings
from gateway.store.open import open_store
from tests.servers import free_port, running

OURS = (sys.executable, "-m", "dashboard")


@dataclass(frozen=True)
class Site:
    """A configuration whose rooms are in the database."""

    command: Sequence[str]
    bench: Bench
    database: str
    board_port: int

    @property
    def config(self) -> Path:
        return self.bench.directory / "luchtig.toml"

    @contextmanager
    def gateway(self) -> Iterator[Started]:
        """Done is what the store has."""
        with self._running("gateway") as pid:
            if self.bench.store == "influxdb":
                yield Started(pid, lambda: stored(self.bench.influx, self.database))
                return
            store = open_store(StoreSettings(url="sqlite:///readings.db"), self.bench.directory)
            yield Started(pid, lambda: store.count("air", VENUE))
            store.close()

    @contextmanager
    def dashboard(self) -> Iterator[None]:
        with self._running("dashboard"):
            yield

    @contextmanager
    def _running(self, name: str) -> Iterator[int]:
        log = self.bench.directory / f"{name}.log"
        begins = log.stat().st_size if log.exists() else 0

        def ready() -> bool:
            return b"ready" in log.read_bytes()[begins:]

        arguments = [*self.command, name, "--config", str(self.config)]
        with running(arguments, log, ready=ready, env=environment_of(self.command)) as child:
            yield child.pid


def site(bench: Bench, command: Sequence[str] = OURS) -> Site:
    """Configured, and its rooms put in."""
    made = Site(command, bench, f"bench-{free_port()}", free_port())
    influx = bench.store == "influxdb"
    url = bench.influx.database_url(made.database) if influx else "sqlite:///readings.db"
    made.config.write_text(
        f'[broker]\nurl = "mqtt://127.0.0.1:{bench.port}"\n[store]\nurl = "{url}"\n'
        f'[notify]\nmail = ""\n'
        f'[dashboard]\nbind = "127.0.0.1:{made.board_port}"\ndemo = true\n'
    )
    file = bench.directory / "venue.toml"
    file.write_text(venue_text(bench.rooms))
    subprocess.run(
        [*command, "import", "--config", str(made.config), str(file)],
        check=True, stdout=subprocess.DEVNULL, env=environment_of(command),
    )  # fmt: skip
    return made


def gateway(command: Sequence[str] = OURS) -> Taker:
    """Luchtig's gateway as one who takes readings."""

    @contextmanager
    def started(bench: Bench) -> Iterator[Started]:
        with site(bench, command).gateway() as running_one:
            yield running_one

    return started


def versions(before: Path | None) -> dict[str, Sequence[str]]:
    """The commands to measure: another version's where it is given, and ours."""
    found: dict[str, Sequence[str]] = {}
    if before is not None:
        found["luchtig before"] = [str(before.resolve())]
    return found | {"luchtig": OURS}


def environment_of(command: Sequence[str]) -> dict[str, str] | None:
    """None is that of this process; another version must not find the modules of this one."""
    if tuple(command) == OURS:
        return None
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def venue_text(rooms: int) -> str:
    """Rooms with a volume, so that their air is followed."""
    lines = [f'[[venue]]\nslug = "{VENUE}"\nname = "Bench"']
    lines += [
        f'[[venue.room]]\nslug = "room-{n:05}"\nname = "Room {n}"\nseats = 20\nvolume_m3 = 150\n'
        for n in range(rooms)
    ]
    lines += [f'[[venue.device]]\nslug = "co2-{n:05}"\nroom = "room-{n:05}"' for n in range(rooms)]
    return "\n".join(lines)
