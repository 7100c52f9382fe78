"""How long from a device's publish to the server-sent event on an open board.

    python -m bench.latency [--rate 100 --rooms 100 --boards 50] [--before PATH/TO/luchtig]

Real processes: Mosquitto, ``luchtig gateway`` and ``luchtig dashboard``, embedded store. Without
options 100 readings/s in 100 rooms beside 50 open boards, and 5 000/s in 10 000 rooms before one. A
room says at most one state a second; where a device sends as often, that is part of what is timed. A
reading is told by the first event that holds it or a newer one; one that nothing told within ten
seconds is ``untold``.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import results
from bench.boards import open_boards
from bench.ingest.flood import Flood
from bench.ingest.listener import delays_s, percentile
from bench.ingest.measure import settle
from bench.ingest.servers import servers
from bench.ingest.site import site, versions

UNTOLD_S = 10.0


@dataclass(frozen=True)
class Load:
    rate: int
    rooms: int
    boards: int
    target_ms: float | None = None


USUAL = (Load(100, 100, 50, 50.0), Load(5_000, 10_000, 1, 250.0))


@dataclass(frozen=True)
class Told:
    """The times of one load, in ms."""

    readings: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    untold: int


def main() -> None:
    asked = argparse.ArgumentParser(description="from a publish to the event on an open board")
    asked.add_argument("--rate", type=int)
    asked.add_argument("--rooms", type=int, default=100)
    asked.add_argument("--boards", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=30.0)
    asked.add_argument("--before", type=Path, help="another version's luchtig, measured as well")
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    given = asked.parse_args()
    loads = [Load(given.rate, given.rooms, given.boards)] if given.rate else USUAL
    print(
        "| | readings/s | rooms | boards | readings | p50 ms | p99 ms | max ms | untold | target |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    kept = []
    for load in loads:
        for name, command in versions(given.before).items():
            told = timed(command, load, given.seconds)
            kept.append({"version": name, **asdict(load), **asdict(told)})
            target = "" if load.target_ms is None else f"p99 ≤ {load.target_ms:g} ms"
            print(
                f"| {name} | {load.rate:,} | {load.rooms:,} | {load.boards} | {told.readings:,} |"
                f" {told.p50_ms:.0f} | {told.p99_ms:.0f} | {told.max_ms:.0f} | {told.untold} |"
                f" {target} |",
                flush=True,
            )
    if given.save:
        print(f"\nKept in {results.save(given.save, 'latency', vars(given), kept)}")


def timed(command: Sequence[str], load: Load, seconds: float) -> Told:
    each = max(1, round(load.rate * seconds / load.rooms))
    flood = Flood(load.rooms, each, rate=load.rate, live=True)
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        with servers(directory, load.rooms, relayed=False, store="sqlite") as (bench, _):
            made = site(bench, command)
            with (
                made.gateway() as started,
                made.dashboard(),
                open_boards(made.board_port, load.boards) as board,
            ):
                with flood.first_of_all().sent_to(bench.broker.port):
                    pass
                settle(started.pid)
                board.heard()
                with flood.sent_to(bench.broker.port) as sending:
                    sending.process.join()
                    heard = board.heard()
                    until = time.monotonic() + UNTOLD_S
                    while delays_s(sending.sent(), heard)[1] and time.monotonic() < until:
                        time.sleep(0.5)
                        heard += board.heard()
                    took, untold = delays_s(sending.sent(), heard)
    p50, p99, most = (1e3 * (percentile(took, share) or 0.0) for share in (0.5, 0.99, 1.0))
    return Told(flood.readings, p50, p99, most, untold)


if __name__ == "__main__":
    main()
