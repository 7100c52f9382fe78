"""How many readings a second go from Mosquitto at QoS 1 through the gateway into the store, none
lost, and what each costs, from few rooms to many.

    python -m bench.ingest [--rooms 10 100 1000 10000] [--late] [--rate 400] [--telegraf PATH]

In the same run the same readings go to a paho subscriber that counts and does nothing, to the
bridge that one writes in an afternoon, and to Telegraf where its program is given: trust the
ratios. With ``--rate`` readings come at that pace, which shows what one costs a gateway that keeps
up.
"""

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench.ingest import takers
from bench.ingest.flood import Flood
from bench.ingest.measure import Measured, measure
from bench.ingest.takers import Bench, Taker
from tests.servers import influxd, mosquitto

FLOOD = "max_inflight_messages 0\nmax_queued_messages 0\nautosave_interval 0\nlog_type subscribe\n"
HEAD = (
    "| rooms | readings | taken by | readings/s | of bare paho | CPU µs each | of bare paho"
    " | broker's µs | store's µs | memory MB | lost |"
)


def main() -> None:
    given = arguments()
    chosen: dict[str, Taker] = {"bare paho": takers.bare, "naive bridge": takers.naive}
    if given.telegraf:
        chosen["Telegraf"] = takers.telegraf(given.telegraf)
    chosen["luchtig gateway"] = takers.gateway
    when = "an hour late" if given.late else "in time"
    offered = f"{given.rate:,.0f}/s offered" if given.rate else "as fast as they go"
    print(f"Readings {when}, {offered}; the gateway into {given.store}\n\n{HEAD}")
    print("|" + " --- |" * (HEAD.count("|") - 1))
    for rooms in given.rooms:
        each = max(1, min(given.each, given.readings // rooms))
        flood = Flood(rooms, each, given.late, given.rate)
        for line in lines(flood, run(chosen, flood, given.store, given.keep)):
            print(line, flush=True)


def arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    asked.add_argument("--rooms", type=int, nargs="+", default=[10, 100, 1_000, 10_000])
    asked.add_argument("--readings", type=int, default=60_000, help="of all rooms, at most")
    asked.add_argument(
        "--each", type=int, default=60, help="of a room, at most; 60 are none of them late"
    )
    asked.add_argument("--late", action="store_true", help="the last reading is an hour old")
    asked.add_argument("--rate", type=float, default=0.0, help="readings/s offered; 0: a flood")
    asked.add_argument("--store", choices=("influxdb", "sqlite"), default="influxdb")
    asked.add_argument("--telegraf", type=Path, help="Telegraf's program, measured as well")
    asked.add_argument("--keep", type=Path, help="run in this folder and leave it there")
    return asked.parse_args()


def run(
    chosen: Mapping[str, Taker], flood: Flood, store: str, keep: Path | None
) -> dict[str, Measured]:
    """Each has a broker and a store of its own, and the machine to itself."""
    measured = {}
    for name, taker in chosen.items():
        with tempfile.TemporaryDirectory() as temporary:
            directory = (keep or Path(temporary)) / f"{name.replace(' ', '-')}-{flood.rooms}"
            directory.mkdir(parents=True)
            directory.parent.chmod(0o755)
            with (
                mosquitto(directory / "broker", extra=FLOOD) as broker,
                influxd(directory / "influxd") as influx,
            ):
                bench = Bench(directory, broker, influx, flood.rooms, store)
                measured[name] = measure(taker, bench, flood)
    return measured


def lines(flood: Flood, measured: Mapping[str, Measured]) -> list[str]:
    """The rows of one size."""
    bare = measured["bare paho"]
    return [
        f"| {flood.rooms:,} | {flood.readings:,} | {name} | {one.rate:,.0f} |"
        f" {one.rate / bare.rate:.2f} | {one.each_us(one.cpu_s):,.0f} |"
        f" {one.cpu_s / bare.cpu_s:.1f} | {one.each_us(one.broker_cpu_s):,.0f} |"
        f" {one.each_us(one.store_cpu_s):,.0f} | {one.memory_mb:.0f} | {one.lost} |"
        for name, one in measured.items()
    ]


if __name__ == "__main__":
    main()
