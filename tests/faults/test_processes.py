"""Each part of a venue killed with -9, and stopped for a while, in mid-stream."""

import os
import signal
import sqlite3
import time
from contextlib import ExitStack
from pathlib import Path

from tests.end_to_end.set_up import kill
from tests.faults.processes import kill_whole, stopped
from tests.faults.proxy import proxy
from tests.faults.site import site
from tests.servers import (
    Broker,
    Influx,
    free_port,
    influxd,
    mosquitto,
    postgres_at,
    postgres_folder,
    wait_until,
)

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
                with stopped(gateway.pid):
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
            with stopped(dashboard.pid):
                other.says(60)
            wait_until(lambda: place.venue.room("atelier"), "the room after a pause")
            kill(dashboard)
            other.says(30)
            place.venue.start_dashboard()
            wait_until(lambda: place.venue.room("atelier"), "the room after a kill")
            place.ends_equal((over, other))


def test_a_database_killed_and_one_stopped_in_mid_stream_lose_and_double_nothing(
    tmp_path: Path, broker: Broker
) -> None:
    port = free_port()
    url = f"postgresql+psycopg://luchtig@127.0.0.1:{port}/postgres"
    with postgres_folder() as folder, ExitStack() as database:
        running = database.enter_context(postgres_at(folder, port))
        with site(tmp_path, broker, "sqlite:///r.db", f'[database]\nurl = "{url}"\n') as place:
            gateway = place.venue.start("gateway")
            over, other = place.devices(broker.port)
            with other:
                other.says(30)
                with stopped(running.pid), over:
                    over.says(30)
                    time.sleep(10)
                    kill_whole(running.pid)  # before anybody could be told of the other room
                    database.close()
                    other.says(60)
                    running = database.enter_context(postgres_at(folder, port))
                    wait_until(lambda: place.inbox.mails, "the mail")
                    kill_whole(running.pid)
                    database.close()
                    other.says(30)
                    running = database.enter_context(postgres_at(folder, port))
                    place.ends_equal((over, other))
            assert gateway.poll() is None


def test_a_kill_between_what_is_kept_and_its_acknowledgement_loses_and_doubles_nothing(
    tmp_path: Path, broker: Broker
) -> None:
    """The acknowledgement waits for a store that is stopped, so that no kill can miss the gap."""
    with (
        influxd(tmp_path / "influx") as store,
        site(
            tmp_path, broker, store.database_url("gap"), '[journal]\nacknowledge = "stored"\n'
        ) as place,
    ):
        gateway = place.venue.start("gateway")
        over, other = place.devices(broker.port)
        with over, other:
            wait_until(place.held, "readings in the store")
            for _ in range(2):
                with stopped(store.pid):
                    before = _journalled(tmp_path)
                    wait_until(lambda n=before: _journalled(tmp_path) > n + 20, "some in the gap")  # type: ignore[misc]
                    kill(gateway)
                gateway = place.venue.start("gateway")
                other.says(30)
            place.ends_equal((over, other))


def test_a_kill_while_acknowledgements_are_on_their_way_loses_and_doubles_nothing(
    tmp_path: Path, broker: Broker
) -> None:
    """What the gateway says is held, so that its acknowledgements of what it kept reach nobody."""
    with (
        proxy(broker.port) as wire,
        site(tmp_path, Broker(wire.port, broker.directory), "sqlite:///r.db") as place,
    ):
        gateway = place.venue.start("gateway")
        over, other = place.devices(broker.port)
        with over, other:
            for _ in range(2):
                other.says(20)
                wire.manner = "mute"
                before = _journalled(tmp_path)
                wait_until(lambda n=before: _journalled(tmp_path) > n + 20, "some in the gap")  # type: ignore[misc]
                kill(gateway)
                wire.reset()
                wire.manner = "through"
                gateway = place.venue.start("gateway")
            place.ends_equal((over, other))


def _journalled(directory: Path) -> int:
    with sqlite3.connect(directory / "journal.db") as db:
        last = db.execute("SELECT position FROM marks WHERE name = 'last'").fetchone()
    db.close()
    return last[0] if last else 0
