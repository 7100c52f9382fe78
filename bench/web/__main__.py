"""How the dashboard serves many at once, what slow clients do to the others, and what a board weighs.

    python -m bench.web [--boards 500] [--rate 5 50] [--streams 2000] [--slow 1000] [--minutes 2]
                        [--paints 5] [--before PATH/TO/luchtig]

One command starts Mosquitto and ``luchtig dashboard`` and opens boards as browsers do, from many addresses
of 127.0.0.0/8: the page, what it asks for, its stream, and what it asks for as that tells. States are
published at a steady pace and timed from the publication to each board that shows them; meanwhile pages
are asked for. Then streams alone; then as many half-sent heads, and bodies, from one address and from
many. Then a real Chromium with its CPU slowed four times looks at the board and at a room. With
``--before`` another version's command is put through the same first: trust the ratios.
"""

import argparse
import asyncio
import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.results import save
from bench.web.load import Rows, under_load
from bench.web.paint import painted
from bench.web.site import Site, site
from bench.web.slow import beside_slow_ones
from bench.web.weight import weights


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    asked.add_argument("--boards", type=int, nargs="*", default=[500])
    asked.add_argument("--rate", type=float, nargs="+", default=[5.0, 50.0], help="states/s")
    asked.add_argument("--seconds", type=float, default=10.0)
    asked.add_argument("--streams", type=int, default=2_000, help="boards on the stream alone")
    asked.add_argument("--slow", type=int, default=1_000)
    asked.add_argument("--minutes", type=float, default=2.0, help="of an open board; 0: none")
    asked.add_argument("--paints", type=int, default=5, help="visits of a slow browser; 0: none")
    asked.add_argument("--before", type=Path, help="another version's luchtig")
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    given = asked.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
    commands = {"this version": [sys.executable, "-m", "dashboard"]}
    if given.before:
        commands = {"before": [str(given.before)], **commands}
    found = {name: measured(command, given) for name, command in commands.items()}
    print("| what | " + " | ".join(found) + " |\n|" + " --- |" * (len(found) + 1))
    for key in dict.fromkeys(key for rows in found.values() for key in rows):
        print(f"| {key} | " + " | ".join(rows.get(key, "") for rows in found.values()) + " |")
    if given.save:
        save(given.save, "web", vars(given), [{"of": name} | rows for name, rows in found.items()])


def measured(command: list[str], given: argparse.Namespace) -> Rows:
    """Each load on a dashboard of its own."""
    rows: Rows = {}
    loads = [(count, rate, False) for count in given.boards for rate in given.rate]
    if given.streams:
        loads.append((given.streams, min(given.rate), True))
    for count, rate, alone in loads:
        with new_site(command, count + 50) as served:
            rows |= under_load(served, count, rate, given.seconds, alone=alone)
    with new_site(command, 50) as served:
        if given.slow:
            rows |= asyncio.run(beside_slow_ones(served, given.slow))
        if given.minutes:
            rows |= asyncio.run(weights(served, given.minutes))
        if given.paints:
            rows |= painted(served, given.paints)
    return rows


@contextmanager
def new_site(command: list[str], viewers: int) -> Iterator[Site]:
    with (
        tempfile.TemporaryDirectory() as directory,
        site(command, Path(directory), viewers) as served,
    ):
        yield served


if __name__ == "__main__":
    main()
