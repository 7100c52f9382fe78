"""Two gateways that share four venues on PostgreSQL and Mosquitto: one is killed, or sleeps and wakes."""

import json
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import psutil
import pytest
from sqlalchemy import select

from gateway.registry.live.metric_totals import total_of
from gateway.registry.tables.flags import flag_history, flags
from gateway.registry.tables.leases import leases
from gateway.registry.tables.outbox import outbox
from sensors.clock import VARIABLE, Clock, started_at
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.end_to_end.gateway_alone import Ledger, Publisher
from tests.end_to_end.set_up import SetUp, kill
from tests.servers import Broker, Influx, Postgres, free_port, wait_until

VENUES = tuple(VenueSlug(f"venue-{n}") for n in range(4))
SERRE = RoomSlug("serre")
BEGAN = datetime(2026, 11, 24, 8, tzinfo=UTC)
SPEED = 60.0
WITHIN_S = 60.0


def venue_file() -> str:
    text = ""
    for venue in VENUES:
        text += f'[[venue]]\nslug = "{venue}"\nname = "{venue}"\n'
        text += '[[venue.room]]\nslug = "serre"\nname = "Serre"\nseats = 16\n'
        text += '[[venue.device]]\nslug = "co2-03"\nroom = "serre"\n'
        text += f'[[venue.meeting]]\nroom = "serre"\ntitle = "Day"\nstart = {to_wire(BEGAN)}\n'
        text += f"end = {to_wire(BEGAN + timedelta(hours=20))}\n"
        text += f'organiser = "{venue}@example.org"\n'
    return text


class House:
    """Gateways with a folder each, on the same of all else."""

    def __init__(
        self, directory: Path, broker: Broker, store: str, database: str, stack: ExitStack
    ) -> None:
        self.gateways: dict[str, SetUp] = {}
        self._client = f"house-{free_port()}"
        for name in ("one", "two"):
            (directory / name).mkdir()
            gateway = SetUp(directory / name, broker, store, stack)
            text = gateway.config.read_text().replace(f"gateway-{gateway.port}", self._client)
            shared = f'[database]\nurl = "{database}"\n[journal]\nacknowledge = "stored"\n'
            gateway.config.write_text(text + shared + '[notify]\nmail = "smtp://127.0.0.1:1"\n')
            self.gateways[name] = gateway
        self.gateways["one"].import_venue(venue_file())
        self.ledger = Ledger(self.gateways["one"].config)
        stack.callback(self.ledger.close)

    def start(self, name: str) -> subprocess.Popen[bytes]:
        return self.gateways[name].start("gateway", "--venues", "auto")

    def name(self, which: str) -> str:
        return (self.gateways[which].directory / "gateway.name").read_text().strip()

    def holders(self) -> Counter[str]:
        """How many venues each has."""
        with self.ledger.database.read() as conn:
            rows = conn.execute(select(leases.c.holder).where(leases.c.until > 0))
            return Counter(holder for (holder,) in rows)

    def is_shared(self) -> bool:
        return sorted(self.holders().values()) == [2, 2]

    def stored(self, venue: VenueSlug) -> int:
        return self.ledger.store.count("air", venue, SERRE)

    def failovers(self) -> float:
        with self.ledger.database.read() as conn:
            return total_of(conn, "failovers_total", "")

    def co2_flags(self) -> Counter[str]:
        """How many flags of CO2 each venue has had."""
        with self.ledger.database.read() as conn:
            rows = conn.execute(select(flags.c.venue).where(flags.c.rule == "co2"))
            return Counter(venue for (venue,) in rows)

    def told(self) -> Counter[tuple[str, str, str]]:
        """How often each was told what of which flag."""
        with self.ledger.database.read() as conn:
            rows = conn.execute(select(outbox.c.flag, outbox.c.recipient, outbox.c.kind))
            return Counter(tuple(row) for row in rows)

    def changes(self) -> Counter[tuple[str, str]]:
        with self.ledger.database.read() as conn:
            rows = conn.execute(select(flag_history.c.flag, flag_history.c.state))
            return Counter(tuple(row) for row in rows)


class Devices:
    """One in each venue, in air that is far over the limit all the time."""

    def __init__(self, broker: Broker, clock: Clock) -> None:
        self.sent: Counter[VenueSlug] = Counter()
        self._publisher = Publisher(broker)
        self._clock = clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._publisher.close()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            body = json.dumps({"ts": to_wire(self._clock.now()), "co2_ppm": 1700}).encode()
            for venue in VENUES:
                topic = f"luchtig/devices/{venue}/co2-03/air"
                self._publisher.publish(topic, body).wait_for_publish(30)
                self.sent[venue] += 1
            time.sleep(self._clock.wall_s(15))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = started_at(BEGAN, SPEED)
    monkeypatch.setenv(VARIABLE, found.to_text())
    return found


@contextmanager
def house(directory: Path, broker: Broker, influx: Influx, postgres: Postgres) -> Iterator[House]:
    store = influx.database_url(f"leases-{free_port()}")
    with ExitStack() as stack:
        yield House(directory, broker, store, postgres.new_database_url(), stack)


def everything_arrived(found: House, devices: Devices) -> None:
    devices.stop()
    for venue in VENUES:
        wait_until(lambda v=venue: found.stored(v) == devices.sent[v], venue, WITHIN_S)  # type: ignore[misc]
    wait_until(lambda: found.co2_flags() == dict.fromkeys(VENUES, 1), "a flag each", WITHIN_S)
    assert set(found.changes().values()) == {1}
    assert set(found.told().values()) == {1}


def test_the_venues_of_one_that_is_killed_are_the_others_and_nothing_is_lost_or_told_twice(
    tmp_path: Path, broker: Broker, influx: Influx, postgres_server: Postgres, clock: Clock
) -> None:
    with house(tmp_path, broker, influx, postgres_server) as found, ExitStack() as stack:
        dies = found.start("one")
        devices = stack.enter_context(Devices(broker, clock))
        assert found.holders() == {found.name("one"): 4}
        found.start("two")
        wait_until(found.is_shared, "both to have their part", WITHIN_S)
        wait_until(lambda: sum(found.co2_flags().values()) == 4, "flags", WITHIN_S)
        kill(dies)
        killed_at = time.monotonic()
        left = {found.name("two"): 4}
        wait_until(lambda: found.holders() == left, "the other to have all", WITHIN_S)
        print(f"taken over after {time.monotonic() - killed_at:.1f} s")
        before = {venue: found.stored(venue) for venue in VENUES}
        for venue in VENUES:
            wait_until(lambda v=venue: found.stored(v) > before[v], venue, WITHIN_S)  # type: ignore[misc]
        print(f"all heard again after {time.monotonic() - killed_at:.1f} s")
        everything_arrived(found, devices)
        wait_until(lambda: found.failovers() == 2, "the count")
        found.start("one")
        wait_until(found.is_shared, "both to have their part again", WITHIN_S)


def test_one_that_slept_and_wakes_writes_nothing_of_what_is_anothers(
    tmp_path: Path, broker: Broker, influx: Influx, postgres_server: Postgres, clock: Clock
) -> None:
    with house(tmp_path, broker, influx, postgres_server) as found, ExitStack() as stack:
        sleeper = found.start("one")
        devices = stack.enter_context(Devices(broker, clock))
        found.start("two")
        wait_until(found.is_shared, "both to have their part", WITHIN_S)
        processes = [psutil.Process(sleeper.pid)]
        processes += processes[0].children(recursive=True)
        for process in processes:
            process.send_signal(signal.SIGSTOP)
        left = {found.name("two"): 4}
        wait_until(lambda: found.holders() == left, "the other to have all", WITHIN_S)
        wait_until(lambda: sum(found.co2_flags().values()) == 4, "flags", WITHIN_S)
        for process in reversed(processes):
            process.send_signal(signal.SIGCONT)
        said = "are another gateway's by now"
        wait_until(lambda: said in found.gateways["one"].log("gateway"), "it to know", WITHIN_S)
        wait_until(found.is_shared, "both to have their part again", WITHIN_S)
        assert sleeper.poll() is None
        everything_arrived(found, devices)
