"""How many rows a second each store takes and how long a room's history takes to read.

    python -m bench.store [--rows 50000]
    python -m bench.store --year ROOMS

The second writes a year of a reading every ten seconds in each of so many rooms (10 are 31 million rows)
and times a year of one of them in 500 points, before and after it is down-sampled. Both start their own
InfluxDB (Debian's influxdb package); one process on each side, all on loopback.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from gateway.config import StoreSettings
from gateway.store.interface import Placed, Store
from gateway.store.line_protocol import to_line
from gateway.store.open import open_store
from gateway.store.spans import DAY_NS
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.nginx import nginx_before
from tests.servers import influxd

BATCHES = (100, 1_000, 5_000)
DEVICES = 50
SECOND_NS = 1_000_000_000
T0_NS = 1_795_503_600 * SECOND_NS
YEAR_NS = T0_NS // DAY_NS * DAY_NS - 365 * DAY_NS


def row(number: int) -> Placed:
    device, tick = number % DEVICES, number // DEVICES
    at_ns = T0_NS + tick * 10 * SECOND_NS
    reading = AirReading(
        venue=VenueSlug("de-kade"),
        device=DeviceSlug(f"co2-{device}"),
        at_ns=at_ns,
        arrived_ns=at_ns + 200_000_000,
        ts_given=True,
        co2_ppm=600.0 + number % 700,
        temperature_c=21.4,
        humidity_pct=44.0,
        seq=tick,
    )
    return Placed(RoomSlug(f"room-{device % 10}"), reading)


def write(store: Store, rows: list[Placed], batch: int) -> tuple[float, float]:
    """Rows a second, and microseconds of our own CPU time a row."""
    wall, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(rows), batch):
        assert store.write(rows[start : start + batch]) == ()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return len(rows) / wall, cpu / len(rows) * 1e6


def read_ms(store: Store, rows: list[Placed]) -> float:
    """Median time of one room's whole history in 500 points."""
    end_ns = rows[-1].reading.at_ns + 1
    taken = []
    for _ in range(9):
        began = time.perf_counter()
        found = store.series(
            VenueSlug("de-kade"), RoomSlug("room-3"), ["co2_ppm"], T0_NS, end_ns, 500
        )
        taken.append((time.perf_counter() - began) * 1000)
        assert any(found.mean["co2_ppm"])
    return statistics.median(taken)


def write_year(store: Store, rooms: int) -> int:
    """A year of readings, a day of a room after another; how many."""
    per_day = DAY_NS // (10 * SECOND_NS)
    for day in range(365):
        for room in range(rooms):
            begins_ns = YEAR_NS + day * DAY_NS
            rows = [_reading(room, begins_ns + tick * 10 * SECOND_NS) for tick in range(per_day)]
            for start in range(0, per_day, 5_000):
                assert store.write(rows[start : start + 5_000]) == ()
    return 365 * rooms * per_day


def _reading(room: int, at_ns: int) -> Placed:
    ppm = 600.0 + at_ns // SECOND_NS % 700
    venue, device = VenueSlug("de-kade"), DeviceSlug(f"co2-{room}")
    return Placed(
        RoomSlug(f"room-{room}"), AirReading(venue, device, at_ns, at_ns, True, ppm, 21.4)
    )


def year_ms(store: Store) -> float:
    """Median time of a room's year in 500 points, CO2 and people."""
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        found = store.series(
            VenueSlug("de-kade"), RoomSlug("room-0"), ["co2_ppm", "people"],
            YEAR_NS + 7, YEAR_NS + 365 * DAY_NS, 500,
        )  # fmt: skip
        taken.append((time.perf_counter() - began) * 1000)
        assert any(found.mean["co2_ppm"])
    return statistics.median(taken)


def year(rooms: int) -> None:
    with tempfile.TemporaryDirectory() as name, influxd(Path(name) / "influxd") as influx:
        print(
            f"{'store':<14}{'rows':>12}{'as it came, ms':>16}{'down-sampled, ms':>18}{'a day, ms':>11}"
        )
        for shown, url in (
            ("SQLite", "sqlite:///readings.db"),
            ("InfluxDB 1.6", influx.database_url("year")),
        ):
            store = open_store(StoreSettings(url=url), Path(name))
            count = write_year(store, rooms)
            before = year_ms(store)
            began = time.perf_counter()
            days = store.undone(VenueSlug("de-kade"), YEAR_NS + 400 * DAY_NS)
            for day in days:
                store.downsample(day)
            each_ms = (time.perf_counter() - began) * 1000 / len(days)
            print(f"{shown:<14}{count:>12}{before:>16.0f}{year_ms(store):>18.1f}{each_ms:>11.1f}")
            store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--year", type=int, metavar="ROOMS")
    asked = parser.parse_args()
    if asked.year:
        year(asked.year)
        return
    rows = [row(number) for number in range(asked.rows)]
    began = time.process_time()
    for one in rows:
        to_line(one)
    line_us = (time.process_time() - began) / len(rows) * 1e6
    print(f"a line of line protocol: {line_us:.2f} µs")
    print(f"{'store':<28}{'batch':>7}{'rows/s':>10}{'CPU µs/row':>12}{'read ms':>9}")
    with (
        tempfile.TemporaryDirectory() as name,
        influxd(Path(name) / "influxd") as influx,
        nginx_before(influx, Path(name) / "nginx") as front,
    ):
        for batch in BATCHES:
            for shown, url in (
                ("SQLite", f"sqlite:///readings-{batch}.db"),
                ("InfluxDB 1.6 /write", influx.database_url(f"v1_{batch}")),
                ("InfluxDB 1.6 /api/v2/write", front.database_url(f"v2_{batch}")),
            ):
                store = open_store(StoreSettings(url=url), Path(name))
                per_s, cpu_us = write(store, rows, batch)
                read = read_ms(store, rows)
                print(f"{shown:<28}{batch:>7}{per_s:>10.0f}{cpu_us:>12.2f}{read:>9.1f}")
                store.close()


if __name__ == "__main__":
    main()
