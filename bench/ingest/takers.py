"""Who takes the readings: the gateway, and what it is held against. Each is a process of its own
that has subscribed, with a way to ask how many readings it is done with.
"""

import json
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.ingest.flood import VENUE
from gateway.config import DatabaseSettings, StoreSettings
from gateway.metrics import ACCEPTED
from gateway.registry.database import Database, open_database
from gateway.registry.metric_totals import all_totals
from gateway.store.open import open_store
from tests.nginx import nginx_before
from tests.servers import Broker, Influx, free_port, running


@dataclass(frozen=True)
class Bench:
    """What one of them is measured with: a folder of its own, servers that all share."""

    directory: Path
    broker: Broker
    influx: Influx
    rooms: int
    store: str = "influxdb"


@dataclass(frozen=True)
class Started:
    pid: int
    done: Callable[[], int]


Taker = Callable[[Bench], AbstractContextManager[Started]]


@contextmanager
def bare(bench: Bench) -> Iterator[Started]:
    """Does nothing with them."""
    count = bench.directory / "count"
    command = [sys.executable, "-m", "bench.ingest.bare", str(bench.broker.port), str(count)]
    log = bench.directory / "bare.log"
    with running(command, log, ready=lambda: _text(count)) as child:
        yield Started(child.pid, lambda: int(_text(count) or 0))


@contextmanager
def naive(bench: Bench) -> Iterator[Started]:
    """InfluxDB 1.6 has not the path that its client's batching API writes to: an nginx before it
    rewrites it, and is not counted.
    """
    database, ready = _new_database(bench.influx), bench.directory / "ready"
    with nginx_before(bench.influx, bench.directory / "nginx") as front:
        command = [sys.executable, "-m", "bench.ingest.naive", str(bench.broker.port)]
        command += [f"http://127.0.0.1:{front.port}", database, str(ready)]
        with running(command, bench.directory / "naive.log", ready=ready.exists) as child:
            yield Started(child.pid, lambda: _stored(bench.influx, database))


TELEGRAF = """\
[agent]
omit_hostname = true
metric_batch_size = 5000
metric_buffer_limit = 200000
flush_interval = "1s"
[[inputs.mqtt_consumer]]
servers = ["tcp://127.0.0.1:{broker}"]
topics = ["luchtig/devices/+/+/air"]
topic_tag = ""
qos = 1
persistent_session = true
client_id = "telegraf"
max_undelivered_messages = 10000
data_format = "json"
name_override = "air"
json_time_key = "ts"
json_time_format = "2006-01-02T15:04:05.000Z07:00"
[[inputs.mqtt_consumer.topic_parsing]]
topic = "luchtig/devices/+/+/air"
tags = "_/_/venue/device/_"
[[outputs.influxdb]]
urls = ["http://127.0.0.1:{influx}"]
database = "{database}"
skip_database_creation = true
"""


def telegraf(binary: Path) -> Taker:
    """Its settings are for a flood: what it acknowledges is stored."""

    @contextmanager
    def started(bench: Bench) -> Iterator[Started]:
        database, conf = _new_database(bench.influx), bench.directory / "telegraf.conf"
        settings = {"broker": bench.broker.port, "influx": bench.influx.port, "database": database}
        conf.write_text(TELEGRAF.format(**settings))
        log, heard = bench.directory / "telegraf.log", bench.broker.directory / "mosquitto.log"
        command = [str(binary), "--config", str(conf)]
        with running(command, log, ready=lambda: " telegraf 1 " in _text(heard)) as child:
            yield Started(child.pid, lambda: _stored(bench.influx, database))

    return started


@contextmanager
def gateway(bench: Bench) -> Iterator[Started]:
    """Done is what the store answers with and the live side has judged."""
    directory, name = bench.directory, f"bench-{free_port()}"
    url = "sqlite:///readings.db"
    if bench.store == "influxdb":
        url = bench.influx.database_url(name)
    config = directory / "luchtig.toml"
    config.write_text(
        f'[broker]\nurl = "{bench.broker.url}"\n[store]\nurl = "{url}"\n[notify]\nmail = ""\n'
    )
    command, log = [sys.executable, "-m", "dashboard"], directory / "gateway.log"
    file = _venue_file(directory, bench.rooms)
    subprocess.run(
        [*command, "import", "--config", str(config), str(file)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    command += ["gateway", "--config", str(config)]
    with running(command, log, ready=lambda: "ready" in _text(log)) as child:
        store = open_store(StoreSettings(url=url), directory)
        database = open_database(DatabaseSettings().url, directory)
        yield Started(child.pid, lambda: min(store.count("air", VENUE), _judged(database)))
        store.close()
        database.close()


def _venue_file(directory: Path, rooms: int) -> Path:
    """Rooms with a volume, so that their air is followed."""
    lines = [f'[[venue]]\nslug = "{VENUE}"\nname = "Bench"']
    lines += [
        f'[[venue.room]]\nslug = "room-{n:05}"\nname = "Room {n}"\nseats = 20\nvolume_m3 = 150\n'
        for n in range(rooms)
    ]
    lines += [f'[[venue.device]]\nslug = "co2-{n:05}"\nroom = "room-{n:05}"' for n in range(rooms)]
    file = directory / "venue.toml"
    file.write_text("\n".join(lines))
    return file


def _judged(database: Database) -> int:
    """How many readings the live side has taken."""
    with database.read() as conn:
        return sum(int(value) for _, name, _, value in all_totals(conn) if name == ACCEPTED)


def _new_database(influx: Influx) -> str:
    name = f"bench-{free_port()}"
    _ask(influx, {"q": f'CREATE DATABASE "{name}"'})
    return name


def _stored(influx: Influx, database: str) -> int:
    said = _ask(influx, {"db": database, "q": "SELECT count(co2_ppm) FROM air"})
    found = json.loads(said)["results"][0].get("series", [])
    return int(found[0]["values"][0][1]) if found else 0


def _ask(influx: Influx, query: dict[str, str]) -> bytes:
    url, body = f"http://127.0.0.1:{influx.port}/query", urllib.parse.urlencode(query).encode()
    with urllib.request.urlopen(url, body, timeout=30) as answer:
        return bytes(answer.read())


def _text(file: Path) -> str:
    return file.read_text() if file.exists() else ""
