"""A house whose every part can be struck: servers, services, the wires between them, what its store answers
and what time it is.

The gateway reaches broker, store and database over wires that can be bent; the devices speak to the broker
itself, and the store is read from itself, since what is struck is the house and not its record.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.soak.crowd import Breach, Crowd
from bench.soak.parts import HasPid, ServerPart, ServicePart
from gateway.config import Settings, load
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.database import open_database
from gateway.registry.policies import put_policy
from gateway.store.interface import Placed, StoreError
from gateway.store.open import open_store
from sensors.clock import Clock
from sensors.wire.reading import AirReading
from tests.end_to_end.set_up import LUCHTIG, SetUp
from tests.faults.answers import Answers, answers
from tests.faults.clock import HOUR_NS, SetClock
from tests.faults.proxy import Proxy, proxy
from tests.faults.publishers import Publisher, Told
from tests.faults.site import AT_ONCE, DE_KADE, TWO_ROOMS
from tests.gateway.mail_inbox import Inbox, mail_server, new_inbox
from tests.servers import (
    Broker,
    free_port,
    influxd,
    mosquitto,
    postgres_at,
    postgres_folder,
)

DAY_NS = 86_400 * 1_000_000_000
SAVES = "autosave_interval 1\nmax_keepalive 10\n"
"""The broker remembers the gateway's session through a kill, and asks for a word each ten seconds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``rooms`` are those that may go over their limit."""

    store: str
    database: str
    rooms: int
    per_s: float


class House:
    """All of it, running; ``parts``, ``wires``, ``answers`` and ``clock`` are what can be struck."""

    def __init__(self, directory: Path, plan: Plan, stack: ExitStack) -> None:
        self.directory = directory
        self.clock = SetClock(directory / "clock")
        self.parts: dict[str, ServerPart | ServicePart] = {}
        self.wires: dict[str, Proxy] = {}
        self.answers: Answers | None = None
        self._stack = stack
        self.inbox: Inbox = stack.enter_context(mail_server(new_inbox()))
        self.broker_port = self._broker()
        store, self.direct_store = self._store(plan.store)
        venue = self._venue(store, self._database(plan.database))
        self.settings: Settings = load(venue.config, {})
        self._furnish(venue, plan.rooms)
        environment = self.clock.environment | {"PYTHONUNBUFFERED": "1"}
        for name in ("gateway", "dashboard"):
            self._serve(name, venue, environment)
        clock = self.clock.clock
        self.steady = [
            Publisher(self.broker_port, name, per_s=plan.per_s, clock=clock)
            for name in ("co2-03", "co2-04")
        ]
        self.crowd = Crowd(self.broker_port, per_s=plan.per_s, clock=clock)

    @property
    def services(self) -> list[ServicePart]:
        return [part for part in self.parts.values() if isinstance(part, ServicePart)]

    @property
    def gateway(self) -> ServicePart:
        return next(part for part in self.services if part.name == "gateway")

    @property
    def devices(self) -> list[Publisher]:
        return [*self.steady, self.crowd]

    def gateway_is_known(self) -> bool:
        """Whether the broker would know the gateway's session after a kill."""
        file = self.directory / "broker" / "mosquitto.db"
        client = self.settings.broker.client_id.encode()
        return file.exists() and client in file.read_bytes()

    def held(self, from_ns: int | None = None, to_ns: int | None = None) -> list[Told]:
        """The readings in the store, or those between two moments.

        Raises:
            StoreError: it does not answer.

        """
        now_ns = Clock().now_ns()
        settings = msgspec.structs.replace(self.settings.store, url=self.direct_store)
        store = open_store(settings, self.settings.directory)
        first, last = from_ns or now_ns - DAY_NS, to_ns or now_ns + DAY_NS
        try:
            rows = list(store.rows("air", DE_KADE, None, first, last))
        finally:
            store.close()
        readings = [row.reading for row in rows if isinstance(row, Placed)]
        return [(r.device, r.at_ns, r.co2_ppm) for r in readings if isinstance(r, AirReading)]

    def newest_ns(self, from_ns: int) -> int:
        """The newest reading of the second steady device from a moment on, within half an hour."""
        try:
            held = self.held(from_ns, from_ns + HOUR_NS // 2)
        except StoreError:
            return 0
        return max((at for device, at, _ in held if device == self.steady[1].device), default=0)

    def is_fresh(self, within_s: float) -> bool:
        """Whether something that is told from now on is in the store within so long."""
        from_ns, until = self.clock.clock.now_ns(), time.monotonic() + within_s
        while not (found := self.newest_ns(from_ns)) and time.monotonic() < until:
            time.sleep(0.5)
        return found > 0

    def log(self, name: str) -> str:
        file = self.directory / f"{name}.log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def _broker(self) -> int:
        folder, port = self.directory / "broker", free_port()
        self._server("broker", lambda: mosquitto(folder, port=port, extra=SAVES))
        self.wires["broker"] = self._stack.enter_context(proxy(port))
        return port

    def _store(self, kind: str) -> tuple[str, str]:
        """The address of the store over its wire, and its own."""
        if kind == "sqlite":
            return ("sqlite:///readings.db",) * 2
        folder, port = self.directory / "influx", free_port()
        self._server("store", lambda: influxd(folder, port=port))
        self.answers = self._stack.enter_context(answers(port))
        wire = self.wires["store"] = self._stack.enter_context(proxy(self.answers.port))
        return f"influxdb://127.0.0.1:{wire.port}/soak", f"influxdb://127.0.0.1:{port}/soak"

    def _database(self, kind: str) -> str:
        if kind == "sqlite":
            return "sqlite:///luchtig.db"
        folder, port = self._stack.enter_context(postgres_folder()), free_port()
        self._server("database", lambda: postgres_at(folder, port))
        wire = self.wires["database"] = self._stack.enter_context(proxy(port))
        return f"postgresql+psycopg://luchtig@127.0.0.1:{wire.port}/postgres"

    def _venue(self, store: str, database: str) -> SetUp:
        behind = Broker(self.wires["broker"].port, self.directory / "broker")
        venue = SetUp(self.directory, behind, store, self._stack)
        venue.write_config(
            store,
            f'public_url = "http://127.0.0.1:{venue.port}"\n'
            f'[notify]\nmail = "smtp://127.0.0.1:{self.inbox.port}"\n'
            f'[database]\nurl = "{database}"\n',
        )
        return venue

    def _furnish(self, venue: SetUp, rooms: int) -> None:
        breaches = [Breach(number) for number in range(rooms)]
        venue.import_venue(TWO_ROOMS + "".join(one.description for one in breaches))
        database = open_database(self.settings.database.url, self.directory)
        now = self.clock.clock.now()
        meetings = [one.meeting(DE_KADE, now) for one in breaches]
        with database.write() as conn:
            put_policy(conn, AT_ONCE)
            for meeting in meetings:
                put_meeting(conn, meeting)
        database.close()

    def _serve(self, name: str, venue: SetUp, environment: Mapping[str, str]) -> None:
        command = [*LUCHTIG, name, "--config", str(venue.config)]
        part = ServicePart(name, command, self.directory / f"{name}.log", environment)
        self._stack.callback(part.close)
        self.parts[name] = part

    def _server(self, name: str, start: Callable[[], AbstractContextManager[HasPid]]) -> None:
        part = ServerPart(name, start)
        self._stack.callback(part.close)
        self.parts[name] = part


@contextmanager
def house(directory: Path, plan: Plan) -> Iterator[House]:
    with ExitStack() as stack:
        yield House(directory, plan, stack)
