"""A simulated venue fills an empty store with its history: how long it takes, and what of it is whose.

    python -m bench.history [--days 90] [--store sqlite influxdb] [--rate N]

`luchtig sim de-kade --backfill` goes through Mosquitto and a gateway, as readings do. It is over when the
store holds every reading that the simulator sent.
"""

import argparse
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from bench import results
from bench.ingest.processes import cpu_s
from sensors.clock import SYSTEM
from sensors.wire.instant import to_wire
from tests.end_to_end.set_up import LUCHTIG, SetUp, influxql
from tests.servers import Influx, influxd, mosquitto, running

LONG_QUEUE = "max_queued_messages 0\nmax_inflight_messages 0\n"
GIVEN_UP_S = 7200.0
LOOK_S = 2.0


@dataclass(frozen=True)
class Filled:
    store: str
    days: float
    readings: int
    stored: int
    sent_s: float
    filled_s: float
    simulator_cpu_s: float
    gateway_cpu_s: float
    store_mb: float


def main() -> None:
    asked = argparse.ArgumentParser(description="a simulated venue fills an empty store")
    asked.add_argument("--days", type=float, default=90.0)
    asked.add_argument("--store", nargs="+", default=["sqlite", "influxdb"])
    asked.add_argument(
        "--rate", default="1000000", help="messages a second of the simulator at most"
    )
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    given = asked.parse_args()
    print(
        "| store | days | readings | missing | sent in s | stored in s | simulator CPU s | gateway CPU s | MB |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    found = []
    for store in given.store:
        with tempfile.TemporaryDirectory(prefix="luchtig-history-") as folder:
            one = fill(Path(folder), store, given.days, given.rate)
        found.append(one)
        print(
            f"| {store} | {one.days:g} | {one.readings:,} | {one.readings - one.stored:,} | "
            f"{one.sent_s:.0f} | {one.filled_s:.0f} | {one.simulator_cpu_s:.0f} | "
            f"{one.gateway_cpu_s:.0f} | {one.store_mb:.0f} |",
            flush=True,
        )
    if given.save:
        results.save(given.save, "history", vars(given), [asdict(one) for one in found])


def fill(folder: Path, store: str, days: float, rate: str) -> Filled:
    """Let the simulator fill the store and wait until it holds all."""
    with ExitStack() as stack:
        broker = stack.enter_context(mosquitto(folder / "broker", extra=LONG_QUEUE))
        data = folder / "influxd"
        if store == "sqlite":
            url, count = "sqlite:///readings.db", partial(_rows, folder / "readings.db")
        else:
            influx = stack.enter_context(influxd(data))
            url, count = influx.database_url("history"), partial(_points, influx)
        venue = SetUp(folder, broker, url, stack)
        _import(venue)
        gateway = venue.start("gateway")
        began_s, log = time.monotonic(), folder / "sim.log"
        arguments = [
            *LUCHTIG, "sim", "de-kade", "--broker", broker.url, "--backfill", f"{days:g}d",
            "--rate", rate, "--until", to_wire(SYSTEM.now()),
        ]  # fmt: skip
        with running(arguments, log, ready=lambda: "devices on" in log.read_text()) as simulator:
            simulator_cpu_s = 0.0
            while simulator.poll() is None:
                simulator_cpu_s = sum(cpu_s(simulator.pid).values())
                time.sleep(0.5)
        sent_s = time.monotonic() - began_s
        sent = re.search(r"sent (\d+) messages, 0 not acknowledged", log.read_text())
        assert sent is not None, log.read_text()
        readings = int(sent[1])
        stored = _wait(count, readings)
        filled_s = time.monotonic() - began_s
        size = sum(f.stat().st_size for f in folder.glob("readings.db*"))
        size += sum(f.stat().st_size for f in data.rglob("*") if f.is_file())
        return Filled(
            store, days, readings, stored, sent_s, filled_s, simulator_cpu_s,
            sum(cpu_s(gateway.pid).values()), size / 2**20,
        )  # fmt: skip


def _import(venue: SetUp) -> None:
    path = Path(__file__).parents[1] / "firmware_sim/scenario/scenarios/de-kade.toml"
    done = venue.run("import", str(path))
    assert done.returncode == 0, done.stderr


def _wait(count: Callable[[], int], readings: int) -> int:
    """How many the store holds once it has all, or gets no more of them."""
    until_s = time.monotonic() + GIVEN_UP_S
    stored = last = count()
    grew_s = time.monotonic()
    while stored < readings and time.monotonic() < until_s:
        time.sleep(LOOK_S)
        stored = count()
        if stored > last:
            last, grew_s = stored, time.monotonic()
        elif time.monotonic() - grew_s > 120:
            break
    return stored


def _rows(file: Path) -> int:
    if not file.exists():
        return 0
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        tables = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return sum(
            int(database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])
            for name in tables
            if name in ("air", "people")
        )


def _points(influx: Influx) -> int:
    rows = (
        row
        for query in (
            'SELECT count(co2_ppm) FROM "air"', 'SELECT count("count") FROM "people"',
            'SELECT count(in_total) FROM "people"',
        )
        for row in influxql(influx, "history", query)
    )  # fmt: skip
    return sum(int(row[1]) for row in rows)


if __name__ == "__main__":
    main()
