"""Who takes the readings: the gateway, another version of it, and what they are held against. Each is
a process of its own that has subscribed, with a way to ask how many readings it is done with.
"""

import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.ingest.flood import VENUE
from gateway.config import StoreSettings
from gateway.store.open import open_store
from tests.nginx import nginx_before
from tests.servers import Broker, Influx, free_port, running


@dataclass(frozen=True)
class Bench:
    """What one of them is measured with: a folder and servers of its own. ``port`` is where it
    reaches the broker.
    """

    directory: Path
    broker: Broker
    influx: Influx
    rooms: int
    port: int
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
    command = [sys.executable, "-m", "bench.ingest.bare", str(bench.port), str(count)]
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
        command = [sys.executable, "-m", "bench.ingest.naive", str(bench.port)]
        command += [f"http://127.0.0.1:{front.port}", database, str(ready)]
        with running(command, bench.directory / "naive.log", ready=ready.exists) as child:
            yield Started(child.pid, lambda: stored(bench.influx, database))


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
        settings = {"broker": bench.port, "influx": bench.influx.port, "database": database}
        conf.write_text(TELEGRAF.format(**settings))
        log, heard = bench.directory / "telegraf.log", bench.broker.directory / "mosquitto.log"
        command = [str(binary), "--config", str(conf)]
        with running(command, log, ready=lambda: " telegraf 1 " in _text(heard)) as child:
            yield Started(child.pid, lambda: stored(bench.influx, database))

    return started


OURS = (sys.executable, "-m", "dashboard")


def gateway(command: Sequence[str] = OURS) -> Taker:
    """A version of the gateway, by its command: it is told nothing and asked nothing but what every
    version knows. Done is what the store has.
    """

    @contextmanager
    def started(bench: Bench) -> Iterator[Started]:
        directory, database = bench.directory, f"bench-{free_port()}"
        influx = bench.store == "influxdb"
        url = bench.influx.database_url(database) if influx else "sqlite:///readings.db"
        config, log = directory / "luchtig.toml", directory / "gateway.log"
        config.write_text(
            f'[broker]\nurl = "mqtt://127.0.0.1:{bench.port}"\n[store]\nurl = "{url}"\n'
            '[notify]\nmail = ""\n'
        )
        file = directory / "venue.toml"
        file.write_text(venue_text(bench.rooms))
        environment = environment_of(command)
        subprocess.run(
            [*command, "import", "--config", str(config), str(file)],
            check=True, stdout=subprocess.DEVNULL, env=environment,
        )  # fmt: skip
        run = [*command, "gateway", "--config", str(config)]
        with running(run, log, ready=lambda: "ready" in _text(log), env=environment) as child:
            if influx:
                yield Started(child.pid, lambda: stored(bench.influx, database))
            else:
                store = open_store(StoreSettings(url=url), directory)
                yield Started(child.pid, lambda: store.count("air", VENUE))
                store.close()

    return started


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


def _new_database(influx: Influx) -> str:
    name = f"bench-{free_port()}"
    _ask(influx, {"q": f'CREATE DATABASE "{name}"'})
    return name


def stored(influx: Influx, database: str) -> int:
    said = _ask(influx, {"db": database, "q": "SELECT count(co2_ppm) FROM air"})
    found = json.loads(said)["results"][0].get("series", [])
    return int(found[0]["values"][0][1]) if found else 0


def _ask(influx: Influx, query: dict[str, str]) -> bytes:
    url, body = f"http://127.0.0.1:{influx.port}/query", urllib.parse.urlencode(query).encode()
    with urllib.request.urlopen(url, body, timeout=30) as answer:
        return bytes(answer.read())


def _text(file: Path) -> str:
    return file.read_text() if file.exists() else ""
