"""When the broker hears that a reading is safe: rarely, to spare a disk, or once the store has it."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.end_to_end.gateway_alone import Ledger, Publisher
from tests.end_to_end.set_up import kill, set_up
from tests.servers import Broker, free_port, influxd, wait_until

AIR = "luchtig/devices/de-kade/co2-03/air"
SERRE = (VenueSlug("de-kade"), RoomSlug("serre"))
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=2)
MANY = 700  # more than the broker sends ahead of acknowledgements


def reading(number: int) -> tuple[str, bytes]:
    at = BEGAN + timedelta(milliseconds=number)
    return AIR, json.dumps({"ts": to_wire(at), "co2_ppm": 600.0 + number}).encode()


def on_disk(journal: Path) -> int:
    """How many entries the journal has."""
    with closing(sqlite3.connect(journal)) as db:
        (found,) = db.execute("SELECT count(*) FROM entries").fetchone()
    return int(found)


def test_with_rare_commits_the_room_is_shown_at_once_and_a_kill_loses_nothing(
    tmp_path: Path, broker: Broker
) -> None:
    publisher = Publisher(broker)
    states: list[float | None] = []
    publisher.follow(
        "luchtig/rooms/de-kade/serre/state",
        lambda payload: states.append(json.loads(payload)["co2_ppm"]),
    )
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        venue.write_config("sqlite:///readings.db", "[journal]\ncommit_every_s = 300\n")
        venue.import_venue()
        gateway = venue.start("gateway")
        messages = [reading(number) for number in range(6)]
        publisher.publish_all(messages[:1])
        wait_until(lambda: 600.0 in states, "the first reading")
        before = on_disk(tmp_path / "journal.db")
        publisher.publish_all(messages[1:])
        wait_until(lambda: 605.0 in states, "the last one, shown")
        assert on_disk(tmp_path / "journal.db") == before
        kill(gateway)
        ledger = Ledger(venue.config)
        assert ledger.store.count("air", *SERRE) < 6
        gateway = venue.start("gateway")
        gateway.terminate()  # what it has it commits, and acknowledges
        assert gateway.wait(20) == 0
        venue.start("gateway")
        wait_until(lambda: ledger.store.count("air", *SERRE) == 6, "all of them")
        wait_until(lambda: ledger.count("readings_accepted_total", "air") == 6, "the count")
        ledger.close()
    publisher.close()


def test_what_the_store_had_not_taken_outlives_the_machine_that_heard_it(
    tmp_path: Path, broker: Broker
) -> None:
    port = free_port()
    store = f"influxdb://127.0.0.1:{port}/stored"
    publisher = Publisher(broker)
    with set_up(tmp_path, broker, store) as venue:
        for one in ("one", "two"):
            (tmp_path / one).mkdir()
        shared = f'[database]\nurl = "sqlite:///{tmp_path}/shared.db"\n[journal]\nacknowledge = "stored"\n'
        venue.write_config(store, shared + '[data]\ndir = "one"\n')
        venue.import_venue()
        gateway = venue.start("gateway")
        messages = [reading(number) for number in range(MANY)]
        publisher.publish_all(messages)
        journal = tmp_path / "one" / "journal.db"
        wait_until(lambda: on_disk(journal) >= 400, "what the broker sends ahead")
        kill(gateway)
        shutil.rmtree(tmp_path / "one")
        with influxd(tmp_path / "influx", port=port):
            venue.write_config(store, shared + '[data]\ndir = "two"\n')
            venue.start("gateway")
            ledger = Ledger(venue.config)
            wait_until(lambda: ledger.store.count("air", *SERRE) == MANY, "all of them", 60)
            ledger.close()
    publisher.close()


def test_what_only_a_dead_machines_disk_has_is_brought_in_from_there(
    tmp_path: Path, broker: Broker
) -> None:
    port = free_port()
    store = f"influxdb://127.0.0.1:{port}/drained"
    publisher = Publisher(broker)
    with set_up(tmp_path, broker, store) as venue:
        shared = f'[database]\nurl = "sqlite:///{tmp_path}/shared.db"\n'
        (tmp_path / "one").mkdir()
        venue.write_config(store, shared + '[data]\ndir = "one"\n')
        venue.import_venue()
        gateway = venue.start("gateway")
        publisher.publish_all([reading(number) for number in range(MANY)])
        wait_until(lambda: on_disk(tmp_path / "one" / "journal.db") >= MANY, "all of them")
        kill(gateway)
        venue.write_config(store, shared + '[data]\ndir = "two"\n')
        with influxd(tmp_path / "influx", port=port):
            for _ in range(2):
                done = venue.run("gateway", "--drain", str(tmp_path / "one"))
                assert done.returncode == 0, done.stderr
                ledger = Ledger(venue.config)
                assert ledger.store.count("air", *SERRE) == MANY
                assert ledger.count("readings_accepted_total", "air") == MANY
                ledger.close()
            assert ": 0 readings and samples stored" in done.stdout
    publisher.close()
