"""Kill -9, a broker or a store that goes and comes, a full disk: nothing missing, nothing twice."""

import json
import resource
import signal
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import psutil
import pytest
from sqlalchemy import select

from gateway.domain.room import NOWHERE
from gateway.registry.tables.flags import flag_history, flags
from sensors.clock import SYSTEM, VARIABLE, Clock, started_at
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.end_to_end.gateway_alone import Ledger, Publisher
from tests.end_to_end.set_up import VENUE, kill, set_up
from tests.servers import Broker, Influx, Postgres, free_port, influxd, mosquitto, wait_until

AIR = "luchtig/devices/de-kade/co2-03/air"
READINGS = 4_000
PROCESSES = "LUCHTIG_GATEWAY_PROCESSES"
HOUR_NS = 3_600 * 1_000_000_000


def reading(number: int, clock: Clock = SYSTEM, co2_ppm: float = 800.0) -> tuple[str, bytes]:
    """One of many within the last hour, each at its own millisecond."""
    at = from_ns(clock.now_ns() // HOUR_NS * HOUR_NS - HOUR_NS + number * 1_000_000)
    return AIR, json.dumps({"ts": to_wire(at), "seq": number, "co2_ppm": co2_ppm}).encode()


def stored(ledger: Ledger) -> int:
    return ledger.store.count("air", VenueSlug("de-kade"), RoomSlug("serre"))


def store_url(store: str, influx: Influx) -> str:
    return (
        "sqlite:///readings.db" if store == "sqlite" else influx.database_url(f"kill-{free_port()}")
    )


@pytest.mark.parametrize(
    ("store", "processes"), [("sqlite", "1"), ("sqlite", "2"), ("influxdb", "2")]
)
def test_a_gateway_that_is_killed_again_and_again_misses_and_doubles_nothing(
    tmp_path: Path,
    broker: Broker,
    influx: Influx,
    monkeypatch: pytest.MonkeyPatch,
    store: str,
    processes: str,
) -> None:
    monkeypatch.setenv(PROCESSES, processes)
    publisher = Publisher(broker)
    with set_up(tmp_path, broker, store_url(store, influx)) as venue:
        venue.import_venue()
        gateway = venue.start("gateway")
        ledger = Ledger(venue.config)
        messages = [reading(number) for number in range(READINGS)]
        for part in range(4):
            batch = messages[part * READINGS // 4 : (part + 1) * READINGS // 4]
            before = _journalled(tmp_path)
            on_their_way = [publisher.publish(*message) for message in batch]
            wait_until(lambda n=before: _journalled(tmp_path) > n, "the stream to be under way")  # type: ignore[misc]
            kill(gateway)
            for info in on_their_way:
                info.wait_for_publish(30)
            publisher.publish_all(batch[:50])  # the device sends some of them again
            gateway = venue.start("gateway")
        wait_until(lambda: stored(ledger) == READINGS, "all of them", 60)
        wait_until(lambda: ledger.count("readings_accepted_total", "air") == READINGS, "the count")
        assert stored(ledger) == READINGS
        ledger.close()
    publisher.close()


def _journalled(directory: Path) -> int:
    with sqlite3.connect(directory / "journal.db") as db:
        # Of readings alone: what devices say of themselves may be retained on the broker.
        (found,) = db.execute("SELECT count(*) FROM keys").fetchone()
    db.close()
    return int(found)


@pytest.mark.parametrize("store", ["sqlite", "influxdb"])
def test_readings_without_a_time_are_neither_lost_nor_doubled_by_kills(
    tmp_path: Path, broker: Broker, influx: Influx, store: str
) -> None:
    publisher = Publisher(broker)
    messages = [(AIR, b'{"co2_ppm":%d}' % (800 + number // 7 % 3)) for number in range(6_000)]
    with set_up(tmp_path, broker, store_url(store, influx)) as venue:
        venue.import_venue()
        gateway = venue.start("gateway")
        ledger = Ledger(venue.config)
        for part in range(0, len(messages), 1_000):
            before = _taken(tmp_path)
            infos = [publisher.publish(*message) for message in messages[part : part + 1_000]]
            wait_until(lambda n=before: _taken(tmp_path) > n, "the stream to be under way")  # type: ignore[misc]
            kill(gateway)
            for info in infos:
                info.wait_for_publish(30)
            gateway = venue.start("gateway")
        publisher.publish_all([(AIR.replace("co2-03/air", "door-09/people"), b'{"count":1}')])
        wait_until(lambda: _last_is_stored(ledger), "the one behind them all", 60)
        assert stored(ledger) == len(messages)
        wait_until(lambda: ledger.count("readings_accepted_total", "people") == 1, "judging")
        assert ledger.count("readings_accepted_total", "air") == len(messages)
        ledger.close()
    publisher.close()


def _last_is_stored(ledger: Ledger) -> bool:
    return ledger.store.count("people", VenueSlug("de-kade"), NOWHERE) == 1


def _taken(directory: Path) -> int:
    with sqlite3.connect(directory / "journal.db") as db:
        last = db.execute("SELECT position FROM marks WHERE name = 'last'").fetchone()
    db.close()
    return last[0] if last else 0


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_flags_are_neither_lost_nor_repeated_when_the_gateway_is_killed(
    tmp_path: Path,
    broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    database: str,
) -> None:
    clock = started_at(datetime(2026, 11, 24, 8, tzinfo=UTC), 240.0)
    monkeypatch.setenv(VARIABLE, clock.to_text())
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        if database == "postgresql":
            server: Postgres = request.getfixturevalue("postgres_server")
            extra = f'[database]\nurl = "{server.new_database_url()}"\n'
            venue.write_config("sqlite:///readings.db", extra)
        # Of a room without a volume nobody can say that its air went faster than air can.
        venue.import_venue(VENUE.replace("volume_m3 = 120\n", ""))
        gateway = venue.start("gateway")
        with _device_over_its_limit_every_16_minutes(broker, clock) as device:
            for breaches in (1, 2, 3):
                wait_until(lambda n=breaches: device.breaches >= n, "a breach")  # type: ignore[misc]
                kill(gateway)
                gateway = venue.start("gateway")
            wait_until(lambda: device.breaches >= 4, "a last one")
        ledger = Ledger(venue.config)
        wait_until(lambda: stored(ledger) == device.sent, "all readings")
        wait_until(lambda: _co2_flags(ledger)["resolved"] == device.breaches, "every flag")
        assert _co2_flags(ledger) == {"resolved": device.breaches}
        assert set(_changes(ledger).values()) == {1}
        ledger.close()


def _co2_flags(ledger: Ledger) -> Counter[str]:
    with ledger.database.read() as conn:
        rows = conn.execute(select(flags.c.state).where(flags.c.rule == "co2"))
        return Counter(state for (state,) in rows)


def _changes(ledger: Ledger) -> Counter[tuple[str, str]]:
    with ledger.database.read() as conn:
        rows = conn.execute(select(flag_history.c.flag, flag_history.c.state))
        return Counter((flag, state) for flag, state in rows)


class _device_over_its_limit_every_16_minutes:  # noqa: N801 - reads as a phrase
    """A device on the clock of the test: 8 minutes far over the limit, 8 minutes in good air."""

    def __init__(self, broker: Broker, clock: Clock) -> None:
        self.breaches = self.sent = 0
        self._publisher = Publisher(broker)
        self._clock = clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._publisher.close()

    def _run(self) -> None:
        started = self._clock.now()
        while not (self._stop.is_set() and self._is_clear(started)):
            minutes = (self._clock.now() - started).total_seconds() / 60
            co2_ppm = 1600 if minutes % 16 < 8 else 700
            self.breaches = int((minutes + 8) // 16)
            body = {"ts": to_wire(self._clock.now()), "co2_ppm": co2_ppm}
            self._publisher.publish(AIR, json.dumps(body).encode()).wait_for_publish(30)
            self.sent += 1
            time.sleep(self._clock.wall_s(10))

    def _is_clear(self, started: datetime) -> bool:
        """Long enough in good air for the last flag to be resolved."""
        return ((self._clock.now() - started).total_seconds() / 60) % 16 > 12


def test_a_gateway_whose_front_is_killed_ends_and_the_next_one_misses_and_doubles_nothing(
    tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROCESSES, "2")
    publisher = Publisher(broker)
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        venue.import_venue()
        gateway = venue.start("gateway")
        ledger = Ledger(venue.config)
        messages = [reading(number) for number in range(READINGS)]
        for part in range(0, READINGS, READINGS // 2):
            before = _journalled(tmp_path)
            infos = [publisher.publish(*one) for one in messages[part : part + READINGS // 2]]
            wait_until(lambda n=before: _journalled(tmp_path) > n, "the stream to be under way")  # type: ignore[misc]
            (front,) = psutil.Process(gateway.pid).children()
            front.kill()
            assert gateway.wait(60) == 1
            for info in infos:
                info.wait_for_publish(30)
            gateway = venue.start("gateway")
        said = venue.log("gateway")
        assert said.count("stopped: its process was ended by SIGKILL") == 2
        assert "Traceback" not in said
        wait_until(lambda: stored(ledger) == READINGS, "all of them", 60)
        wait_until(lambda: ledger.count("readings_accepted_total", "air") == READINGS, "the count")
        ledger.close()
    publisher.close()


def test_no_acknowledgement_waits_for_the_rest_of_the_gateway(
    tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROCESSES, "2")
    publisher = Publisher(broker)
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        venue.import_venue()
        gateway = venue.start("gateway")
        ledger = Ledger(venue.config)
        gateway.send_signal(signal.SIGSTOP)
        publisher.publish_all(reading(number) for number in range(READINGS))
        wait_until(lambda: _journalled(tmp_path) == READINGS, "all to be on disk")
        assert stored(ledger) == 0
        gateway.send_signal(signal.SIGCONT)
        wait_until(lambda: stored(ledger) == READINGS, "all of them", 60)
        wait_until(lambda: ledger.count("readings_accepted_total", "air") == READINGS, "the count")
        ledger.close()
    publisher.close()


def test_a_broker_that_is_restarted_costs_nothing(tmp_path: Path) -> None:
    port = free_port()
    directory = tmp_path / "broker"
    with set_up(tmp_path, Broker(port, directory), "sqlite:///readings.db") as venue:
        venue.import_venue()
        sent = 0
        for round_ in range(3):
            with mosquitto(directory, port=port) as broker:
                if round_ == 0:
                    venue.start("gateway")
                publisher = Publisher(broker)
                wait_until(lambda: "connected to" in venue.log("gateway"), "the first connection")
                publisher.publish_all(reading(n) for n in range(sent, sent + 500))
                publisher.close()
                sent += 500
        with mosquitto(directory, port=port):
            ledger = Ledger(venue.config)
            wait_until(lambda: stored(ledger) == sent, "all of them", 60)
            ledger.close()


def test_a_store_that_is_away_is_caught_up_with_and_the_live_view_goes_on(
    tmp_path: Path, broker: Broker
) -> None:
    port, database = free_port(), "luchtig"
    publisher = Publisher(broker)
    with set_up(tmp_path, broker, f"influxdb://127.0.0.1:{port}/{database}") as venue:
        venue.import_venue()
        venue.start("gateway")
        ledger = Ledger(venue.config)
        publisher.publish_all(reading(n) for n in range(1_000))
        wait_until(lambda: ledger.count("readings_accepted_total", "air") == 1_000, "judging")
        wait_until(lambda: ledger.count("store_errors_total") > 0, "the store to be missed")
        assert venue.log("gateway").count("store:") == 1
        with influxd(tmp_path / "influxd", port=port):
            wait_until(lambda: stored(ledger) == 1_000, "what was kept", 60)
        publisher.publish_all(reading(n) for n in range(1_000, 1_500))
        wait_until(lambda: ledger.count("readings_accepted_total", "air") == 1_500, "judging")
        with influxd(tmp_path / "influxd", port=port):
            wait_until(lambda: stored(ledger) == 1_500, "the rest", 60)
        ledger.close()
    publisher.close()


def test_a_full_disk_acknowledges_nothing_and_mends_by_itself(
    tmp_path: Path, broker: Broker
) -> None:
    publisher = Publisher(broker)
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        venue.import_venue()
        gateway = venue.start("gateway")
        ledger = Ledger(venue.config)
        publisher.publish_all(reading(n) for n in range(100))
        wait_until(lambda: stored(ledger) == 100, "the first ones")
        _fill_disk(gateway, full=True)
        publisher.publish_all(reading(n) for n in range(100, 2_000))
        wait_until(lambda: "nothing is acknowledged" in venue.log("gateway"), "the complaint")
        _fill_disk(gateway, full=False)
        wait_until(lambda: stored(ledger) == 2_000, "all of them", 60)
        assert venue.log("gateway").count("nothing is acknowledged") == 1
        assert gateway.poll() is None
        ledger.close()
    publisher.close()


def _fill_disk(process: subprocess.Popen[bytes], *, full: bool) -> None:
    """Let no file of the gateway grow, as on a full disk; or again as far as it likes."""
    for one in (process.pid, *(child.pid for child in psutil.Process(process.pid).children())):
        _, hard = resource.prlimit(one, resource.RLIMIT_FSIZE)
        resource.prlimit(one, resource.RLIMIT_FSIZE, (1024 if full else hard, hard))


def test_a_second_gateway_on_the_same_data_says_so_and_ends(tmp_path: Path, broker: Broker) -> None:
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        venue.start("gateway")
        second = venue.run("gateway")
        assert second.returncode == 1
        assert "another gateway is running on" in second.stderr
        assert "Traceback" not in second.stderr


def test_a_second_gateway_elsewhere_leaves_the_first_one_alone(
    tmp_path: Path, broker: Broker
) -> None:
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        first = venue.start("gateway", says="connected to")
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / "luchtig.toml").write_text(venue.config.read_text())
        venue.config = elsewhere / "luchtig.toml"
        second = venue.run("gateway")
        assert second.returncode == 1
        assert "another gateway is connected" in second.stderr
        assert first.poll() is None


@pytest.mark.parametrize("processes", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_all_of_it_has_the_gateway_say_goodbye_and_end_with_status_0(
    tmp_path: Path,
    broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
    processes: str,
    number: signal.Signals,
) -> None:
    monkeypatch.setenv(PROCESSES, processes)
    status: list[bytes] = []
    publisher = Publisher(broker)
    publisher.follow("luchtig/gateways/+/status", status.append)
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        gateway = venue.start("gateway", says="connected to")
        wait_until(lambda: status[-1:] == [b"online"], "the gateway")
        parent = psutil.Process(gateway.pid)
        children = parent.children()
        assert len(children) == int(processes) - 1
        for one in (*children, parent):
            one.send_signal(number)
        assert gateway.wait(5) == 0
        assert not any(child.is_running() for child in children)
        assert "Traceback" not in venue.log("gateway")
        assert venue.log("gateway").endswith("luchtig gateway: stopped\n")
        wait_until(lambda: status[-1:] == [b"offline"], "the goodbye")
    publisher.close()


def test_a_gateway_that_is_told_to_stop_says_goodbye_and_ends_with_status_0(
    tmp_path: Path, broker: Broker
) -> None:
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        gateway = venue.start("gateway", says="connected to")
        gateway.terminate()
        assert gateway.wait(5) == 0
        assert "Traceback" not in venue.log("gateway")
