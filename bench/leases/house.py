"""Gateways that share the venues of one house: a folder each, and all else in common."""

import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.ingest.influx import venues_heard
from bench.ingest.processes import cpu_s, pss_mb, spent_s
from gateway.config import StoreSettings
from gateway.registry import leases
from gateway.registry.database import open_database
from gateway.store.open import open_store
from sensors.clock import SYSTEM
from sensors.wire.topic import VenueSlug
from tests.end_to_end.set_up import SetUp
from tests.servers import Broker, Influx, Postgres, free_port, wait_until

WITHIN_S = 300.0
"""A busy machine is given this long for each step."""
STEADY_S = 5.0
"""The venues are shared out once nothing has moved for so long."""


@dataclass
class Member:
    """A gateway of the house."""

    name: str
    set_up: SetUp
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        """It is ready once it has a venue."""
        self.process = self.set_up.start("gateway", "--venues", "auto", says="")

    @property
    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            sys.exit(self.set_up.log("gateway"))
        return "ready" in self.set_up.log("gateway")

    @property
    def holder(self) -> str:
        """Its name in the table of leases."""
        return (self.set_up.directory / "gateway.name").read_text().strip()


@dataclass(frozen=True)
class Share:
    """What a gateway has, and what it cost over some seconds."""

    name: str
    venues: int
    rooms: int
    of_a_core: float
    memory_mb: float


class House:
    """``database`` and ``influx`` are new and empty."""

    def __init__(
        self, directory: Path, broker: Broker, influx: Influx, postgres: Postgres,
        acknowledge: str, stack: ExitStack,
    ) -> None:  # fmt: skip
        self.members: dict[str, Member] = {}
        self._directory, self._broker, self._stack = directory, broker, stack
        self._influx, self._influx_database = influx, f"leases-{free_port()}"
        self._url = postgres.new_database_url()
        self._client_id = f"house-{free_port()}"
        self._acknowledge = acknowledge
        self.database = open_database(self._url, directory)
        stack.callback(self.database.close)
        self.store = open_store(StoreSettings(url=self.store_url), directory)
        stack.callback(self.store.close)

    @property
    def store_url(self) -> str:
        return self._influx.database_url(self._influx_database)

    def add(self, name: str) -> Member:
        """One more, which does not run yet."""
        folder = self._directory / name
        folder.mkdir()
        set_up = SetUp(folder, self._broker, self.store_url, self._stack)
        set_up.config.write_text(
            f'[broker]\nurl = "{self._broker.url}"\nclient_id = "{self._client_id}"\n'
            f'[store]\nurl = "{self.store_url}"\n[database]\nurl = "{self._url}"\n'
            f'[journal]\nacknowledge = "{self._acknowledge}"\n[notify]\nmail = ""\n'
        )
        self.members[name] = Member(name, set_up)
        return self.members[name]

    def sight(self) -> leases.Sight:
        with self.database.read() as conn:
            return leases.look(conn)

    def venues_of(self, member: Member) -> set[VenueSlug]:
        return {venue for venue, who in self.sight().held.items() if who == member.holder}

    @property
    def is_shared(self) -> bool:
        """Whether each venue is somebody's who runs, and each of them has one."""
        if not all(member.is_ready for member in self.members.values()):
            return False
        sight = self.sight()
        names = {member.holder for member in self.members.values()}
        return sight.held.keys() == sight.weights.keys() and set(sight.held.values()) == names

    def settles(self) -> float:
        """Wait until all who run have their part and no venue moves; after how many seconds the last
        one did.
        """
        began = moved = time.monotonic()
        before: dict[VenueSlug, str] = {}
        while time.monotonic() - moved < STEADY_S or not self.is_shared:
            if (now := self.sight().held) != before:
                moved, before = time.monotonic(), now
            if time.monotonic() - began > WITHIN_S:
                raise TimeoutError("the venues do not come to rest")
            time.sleep(0.1)
        return moved - began

    def shares(self, over_s: float) -> list[Share]:
        """Who has what, and what it costs meanwhile."""
        before = {name: cpu_s(one.process.pid) for name, one in self.members.items()}
        time.sleep(over_s)
        sight, found = self.sight(), []
        for name, one in self.members.items():
            pid, ours = one.process.pid, [v for v, who in sight.held.items() if who == one.holder]
            cpu = sum(spent_s(before[name], cpu_s(pid)).values())
            rooms = sum(sight.weights[venue] - 1 for venue in ours)
            found.append(Share(name, len(ours), rooms, cpu / over_s, pss_mb(pid)))
        return found

    def dies(self, name: str) -> tuple[Member, set[VenueSlug], float, float]:
        """Kill one; the dead one, what it had, after how many seconds others had all of that, and after
        how many each of these venues was heard again.
        """
        dead = self.members.pop(name)
        lost = self.venues_of(dead)
        dead.process.kill()
        killed, killed_ns = time.monotonic(), SYSTEM.now_ns()
        dead.process.wait()
        wait_until(lambda: self.is_shared, "the others to have all", WITHIN_S)
        taken_s = time.monotonic() - killed
        wait_until(lambda: lost <= self._heard_since(killed_ns), "all to be heard", WITHIN_S)
        return dead, lost, taken_s, time.monotonic() - killed

    def _heard_since(self, at_ns: int) -> set[str]:
        return venues_heard(self._influx, self._influx_database, at_ns)
