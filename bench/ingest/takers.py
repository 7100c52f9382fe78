"""Who takes the readings: what a gateway is held against. Each is a process of its own that has
subscribed, with a way to ask how many readings it is done with.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.ingest.influx import new_database, stored
from tests.nginx import nginx_before
from tests.servers import Broker, Influx, running


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
    database, ready = new_database(bench.influx), bench.directory / "ready"
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
        database, conf = new_database(bench.influx), bench.directory / "telegraf.conf"
        settings = {"broker": bench.port, "influx": bench.influx.port, "database": database}
        conf.write_text(TELEGRAF.format(**settings))
        log, heard = bench.directory / "telegraf.log", bench.broker.directory / "mosquitto.log"
        command = [str(binary), "--config", str(conf)]
        with running(command, log, ready=lambda: " telegraf 1 " in _text(heard)) as child:
            yield Started(child.pid, lambda: stored(bench.influx, database))

    return started


def _text(file: Path) -> str:
    return file.read_text() if file.exists() else ""
