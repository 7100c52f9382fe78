"""A large house at the pace of its sensors: what the whole gateway costs of one core, and its memory.

    python -m bench.steady [--rooms 10000] [--every 10] [--seconds 60] [--before PATH/TO/luchtig]

Each room sends a reading every ten seconds, its air is followed, and its states are published. The
readings carry the time at which they are sent.
"""

import argparse
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench import results
from bench.ingest.flood import Flood
from bench.ingest.measure import Measured, measure
from bench.ingest.servers import servers
from bench.ingest.site import gateway, versions
from bench.ingest.table import by_process

HEAD = "| | rooms | readings/s | states/s | of a core | µs a reading | state p99 ms | memory MB | lost |"


def main() -> None:
    asked = argparse.ArgumentParser(description="what a large house costs the gateway")
    asked.add_argument("--rooms", type=int, default=10_000)
    asked.add_argument("--every", type=float, default=10.0, help="seconds between readings")
    asked.add_argument("--seconds", type=float, default=60.0)
    asked.add_argument("--before", type=Path, help="another version's luchtig, measured as well")
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    given = asked.parse_args()
    rate = given.rooms / given.every
    flood = Flood(given.rooms, max(1, round(given.seconds / given.every)), rate=rate, live=True)
    print(f"{HEAD}\n|{' --- |' * (HEAD.count('|') - 1)}")
    found: dict[str, Measured] = {}
    for name, command in versions(given.before).items():
        with tempfile.TemporaryDirectory() as folder:
            directory = Path(folder)
            directory.chmod(0o755)
            with servers(directory, given.rooms, relayed=False) as (bench, _):
                found[name] = measure(gateway(command), bench, flood, None, warm=True)
        print(line(name, given.rooms, found[name]), flush=True)
    print("".join(f"\n{spent}" for spent in by_process(found)))
    if given.save:
        kept = [{"version": name, **asdict(one)} for name, one in found.items()]
        print(f"\nKept in {results.save(given.save, 'steady', vars(given), kept)}")


def line(name: str, rooms: int, one: Measured) -> str:
    seconds = one.seconds + one.quiet_s
    p99 = "–" if one.state_p99_s is None else f"{1000 * one.state_p99_s:,.0f}"
    return (
        f"| {name} | {rooms:,} | {one.readings / one.seconds:,.0f} | {one.states / seconds:,.0f} |"
        f" {one.cpu_s / seconds:.1%} | {one.each_us(one.cpu_s):,.0f} | {p99} |"
        f" {one.memory_mb:.0f} | {one.lost} |"
    )


if __name__ == "__main__":
    main()
