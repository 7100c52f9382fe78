"""How long from ``luchtig demo`` to a flagged meeting on the board.

python -m bench.demo [--rounds 3] [--before PATH/TO/luchtig]
"""

import argparse
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import results
from bench.ingest.site import environment_of, versions
from tests.servers import free_port, stop

OPEN = b"De Kade is open"


def main() -> None:
    asked = argparse.ArgumentParser(description="from the command to a flagged meeting")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--before", type=Path, help="another version's luchtig, measured as well")
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    given = asked.parse_args()
    print("| | seconds, each round |\n| --- | --- |")
    kept = []
    chosen = versions(given.before)
    found: dict[str, list[float]] = {name: [] for name in chosen}
    for _ in range(given.rounds):
        for name, command in chosen.items():
            found[name].append(opened_s(command))
    for name, took in found.items():
        print(f"| {name} | {', '.join(f'{one:.2f}' for one in took)} |")
        kept += [{"version": name, "seconds": one} for one in took]
    if given.save:
        print(f"\nKept in {results.save(given.save, 'demo', vars(given), kept)}")


def opened_s(command: Sequence[str]) -> float:
    """The demo says its address once a meeting is flagged."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [*command, "demo", "--port", str(free_port()), "--data", folder]
        began = time.monotonic()
        demo = subprocess.Popen(arguments, stdout=subprocess.PIPE, env=environment_of(command))
        try:
            assert demo.stdout is not None
            for line in demo.stdout:
                if OPEN in line:
                    return time.monotonic() - began
            raise RuntimeError("the demo ended before it was open")
        finally:
            stop(demo)


if __name__ == "__main__":
    main()
