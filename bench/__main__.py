"""All tables of what it costs, one after the other.

    python -m bench [--before PATH/TO/luchtig] [--telegraf PATH] [--save FOLDER] [--rounds 3] [--quick]

``--quick`` is a tenth of the readings and fewer rooms: whether all run, and the order of the figures.
The others (the air, rules, alerts, calendars, the stores alone) are started by their names.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LARGE = ["--rooms", "10", "100", "1000", "10000"]
SMALL = ["--rooms", "10", "1000", "--readings", "6000"]


def main() -> int:
    asked = argparse.ArgumentParser(description="all tables of what it costs")
    asked.add_argument("--before", type=Path, help="another version's luchtig, measured as well")
    asked.add_argument("--telegraf", type=Path, help="Telegraf's program, measured as well")
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    asked.add_argument("--rounds", type=int, default=1, help="of the floods")
    asked.add_argument("--quick", action="store_true", help="a tenth of it")
    given = asked.parse_args()
    failed = []
    for title, command in benches(given):
        print(f"\n## {title}\n\n`python -m {' '.join(command)}`\n", flush=True)
        if subprocess.run([sys.executable, "-m", *command], check=False).returncode:
            failed.append(title)
    for title in failed:
        print(f"\nFailed: {title}", file=sys.stderr)
    return 1 if failed else 0


def benches(given: argparse.Namespace) -> Iterator[tuple[str, list[str]]]:
    """Title and module with its options of each."""
    shared = ["--before", str(given.before)] if given.before else []
    shared += ["--save", str(given.save)] if given.save else []
    floods = [*shared, "--rounds", str(given.rounds)]
    floods += ["--telegraf", str(given.telegraf)] if given.telegraf else []
    rooms = SMALL if given.quick else LARGE
    one = ["--rooms", "1000", *(["--readings", "6000"] if given.quick else [])]
    ingest = ["bench.ingest", *floods]
    yield "Readings in time, flooded", [*ingest, *rooms]
    yield "All an hour late", [*ingest, *rooms, "--late"]
    yield "At 400 readings/s", [*ingest, *one, "--rate", "400"]
    yield "Beside two processes that spin", [*ingest, *one, "--busy", "2"]
    yield "On a tenth of the machine", [*ingest, *one, "--slow", "0.1"]
    yield "A reading and a state at 1 000/s", ["bench.states", *shared, *rooms]
    tenth = given.quick
    yield "A large house", ["bench.steady", *shared, "--rooms", "1000" if tenth else "10000"]
    few_rooms = ["--rooms", "500", "--seconds", "5"] if tenth else []
    saved = ["--save", str(given.save)] if given.save else []
    yield "A house that three gateways share", ["bench.leases", *saved, *few_rooms]
    yield (
        "The store away, then back",
        [*("bench.backlog", *shared, "--readings", "30000" if tenth else "1000000")],
    )
    load = ["--rate", "100", "--seconds", "10"] if tenth else []
    yield "From a publish to the event on a board", ["bench.latency", *shared, *load]
    yield (
        "From the command to `ready`",
        [*("bench.start", *shared, "--keys", "100000" if tenth else "10000000")],
    )
    few = ["--boards", "100", "--rate", "20", "--streams", "200", "--slow", "200"]
    days = ["--days", "0.5"] if tenth else []
    yield "A week of a small house", ["bench.week", *saved, *days]
    yield "Many open boards", ["bench.web", *shared, *(few if tenth else [])]
    yield "From the command to a flagged meeting", ["bench.demo", *shared]


if __name__ == "__main__":
    sys.exit(main())
