"""The store away, then back: how fast it gets what it missed, and whether boards notice meanwhile.

    python -m bench.backlog [--readings 100000] [--rooms 1000] [--rate 1000] [--before PATH/TO/luchtig]

InfluxDB is stopped, readings are flooded, InfluxDB is started again on the same folder, and readings
go on coming at ``--rate``. The cursor's rate is that at which InfluxDB's count grows from its first
growth until it has all that it missed; a gateway asks after a store that is away less and less often,
which is told apart (*found again*). *Event* is from a device's publish to the event on an open board,
of the readings that came until then.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import results
from bench.boards import open_boards
from bench.ingest.flood import Flood
from bench.ingest.listener import Heard, Listener, delays_s, percentile
from bench.ingest.measure import settle
from bench.ingest.servers import FLOOD
from bench.ingest.site import site, versions
from bench.ingest.takers import Bench
from tests.servers import free_port, influxd, mosquitto, wait_until

GIVEN_UP_S = 600.0
UNTOLD_S = 10.0
LIVE_S = 120.0
"""How long readings come after it, at most."""
SPAN_S = 240.0
"""The readings of the flood lie within this by their time, so that none is late."""


@dataclass(frozen=True)
class Drained:
    missed: int
    found_again_s: float
    seconds: float
    arrived: int
    event_p50_s: float | None
    event_p99_s: float | None
    untold: int

    @property
    def rate(self) -> float:
        return self.missed / self.seconds


def main() -> None:
    asked = argparse.ArgumentParser(description="the store away, then back")
    asked.add_argument("--readings", type=int, default=100_000, help="while the store is away")
    asked.add_argument("--rooms", type=int, default=1_000)
    asked.add_argument("--rate", type=float, default=1_000.0, help="readings/s once it is back")
    asked.add_argument("--before", type=Path, help="another version's luchtig, measured as well")
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    given = asked.parse_args()
    print(
        "| | missed | found again s | cursor/s | arriving/s | event p50 ms | event p99 ms | untold |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    kept = []
    for name, command in versions(given.before).items():
        one = drained(command, given)
        kept.append({"version": name, "rate": one.rate, **asdict(one)})
        print(
            f"| {name} | {one.missed:,} | {one.found_again_s:.1f} | {one.rate:,.0f} |"
            f" {given.rate:,.0f} | {_ms(one.event_p50_s)} | {_ms(one.event_p99_s)} | {one.untold} |",
            flush=True,
        )
    if given.save:
        print(f"\nKept in {results.save(given.save, 'backlog', vars(given), kept)}")


def drained(command: Sequence[str], given: argparse.Namespace) -> Drained:
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        directory.chmod(0o755)
        broker = stack.enter_context(mosquitto(directory / "broker", extra=FLOOD))
        store, port = stack.enter_context(ExitStack()), free_port()
        influx = store.enter_context(influxd(directory / "influxd", port=port))
        made = site(Bench(directory, broker, influx, given.rooms, broker.port), command)
        started = stack.enter_context(made.gateway())
        stack.enter_context(made.dashboard())
        board = stack.enter_context(open_boards(made.board_port, 1))
        with Flood(given.rooms, 1, ago_s=SPAN_S + 1).sent_to(broker.port):
            wait_until(lambda: started.done() >= given.rooms, "every room to be heard")
        store.close()
        each = max(1, given.readings // given.rooms)
        away = Flood(given.rooms, each, every_s=SPAN_S / each)
        with away.sent_to(broker.port):
            pass
        settle(started.pid, within_s=GIVEN_UP_S)
        store.enter_context(influxd(directory / "influxd", port=port))
        return _catching_up(started.done, board, away.readings, broker.port, given)


def _catching_up(
    done: Callable[[], int],
    board: Listener,
    missed: int,
    port: int,
    given: argparse.Namespace,
) -> Drained:
    there = moved_from = done()
    board.heard()
    began = last_still = time.monotonic()
    heard: list[Heard] = []
    each = max(1, round(LIVE_S * given.rate / given.rooms))
    with Flood(given.rooms, each, rate=given.rate, live=True).sent_to(port) as sending:
        while (found := done()) < there + missed and time.monotonic() - began < GIVEN_UP_S:
            if found == moved_from:
                last_still = time.monotonic()
            heard += board.heard()
            time.sleep(0.2)
        over = time.monotonic()
        until = over + UNTOLD_S
        sent = [one for one in sending.sent() if one[2] <= over]
        while delays_s(sent, heard)[1] and time.monotonic() < until:
            heard += board.heard()
            time.sleep(0.5)
        sending.process.kill()
    took, untold = delays_s(sent, heard)
    return Drained(
        missed, last_still - began, over - last_still, len(sent),
        percentile(took, 0.5), percentile(took, 0.99), untold,
    )  # fmt: skip


def _ms(seconds: float | None) -> str:
    return "–" if seconds is None else f"{1000 * seconds:,.0f}"


if __name__ == "__main__":
    main()
