"""Each part of a venue killed with -9, and stopped for a while, in mid-stream."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from tests.end_to_end.set_up import kill
from tests.faults.site import site
from tests.servers import Broker, Influx, free_port, influxd, mosquitto, wait_until

STOPPED_S = 2.0
SAVES = "autosave_interval 1\n"
"""So that the broker knows of the gateway's session after a kill: the session alone, as what comes after a
save is forwarded before it is confirmed."""


def test_a_broker_killed_and_one_stopped_in_mid_stream_lose_and_double_nothing(
    tmp_path: Path,
) -> None:
    port, folder = free_port(), tmp_path / "broker"
    with ExitStack() as brokers, site(tmp_path, Broker(port, folder), "sqlite:///r.db") as place:
        running = brokers.enter_context(mosquitto(folder, port=port, extra=SAVES))
        place.venue.start("gateway")
        over, other = place.devices(port)
        with over, other:
            for _ in range(2):
                other.says(60)
                with stopped(running.pid):
                    time.sleep(STOPPED_S)
                wait_until(lambda: _is_saved(folder, place.venue.port), "the session on disk")
                os.kill(running.pid, signal.SIGKILL)
                running = brokers.enter_context(mosquitto(folder, port=port, extra=SAVES))
            other.says(60)
            place.ends_equal((over, other))


def _is_saved(folder: Path, port: int) -> bool:
    file = folder / "mosquitto.db"
    return file.exists() and f"gateway-{port}".encode() in file.read_bytes()


def test_a_store_killed_and_one_stopped_in_mid_stream_lose_and_double_nothing(
    tmp_path: Path, broker: Broker
) -> None:
    port, folder = free_port(), tmp_path / "influx"
    with ExitStack() as stores, site(tmp_path, broker, Influx(port).database_url("x")) as place:
        running = stores.enter_context(influxd(folder, port=port))
        place.venue.start("gateway")
        over, other = place.devices(broker.port)
        with over, other:
            for _ in range(2):
                wait_until(place.held, "readings in the store")
                with stopped(running.pid):
                    other.says(60)
                os.kill(running.pid, signal.SIGKILL)
                other.says(60)
                running = stores.enter_context(influxd(folder, port=port))
            place.ends_equal((over, other))


def test_a_gateway_stopped_and_killed_at_many_instants_loses_and_doubles_nothing(
    tmp_path: Path, broker: Broker
) -> None:
    with site(tmp_path, broker, "sqlite:///r.db") as place:
        gateway = place.venue.start("gateway")
        over, other = place.devices(broker.port)
        with over, other:
            for after_ms in (0, 3, 7, 40):
                other.says(20)
                with stopped(*_all_of(gateway)):
                    other.says(20)
                time.sleep(after_ms / 1000)
                kill(gateway)
                gateway = place.venue.start("gateway")
            place.ends_equal((over, other))


def test_a_dashboard_killed_and_one_stopped_shows_the_room_again_and_is_in_nobodys_way(
    tmp_path: Path, broker: Broker
) -> None:
    with site(tmp_path, broker, "sqlite:///r.db") as place:
        place.venue.start("gateway")
        dashboard = place.venue.start_dashboard()
        over, other = place.devices(broker.port)
        with over, other:
            other.says(30)
            with stopped(*_all_of(dashboard)):
                other.says(60)
            wait_until(lambda: place.venue.room("atelier"), "the room after a pause")
            kill(dashboard)
            other.says(30)
            place.venue.start_dashboard()
            wait_until(lambda: place.venue.room("atelier"), "the room after a kill")
            place.ends_equal((over, other))


def _all_of(process: subprocess.Popen[bytes]) -> tuple[int, ...]:
    return (process.pid, *(child.pid for child in psutil.Process(process.pid).children()))


@contextmanager
def stopped(*pids: int) -> Iterator[None]:
    """As a machine that hangs."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
