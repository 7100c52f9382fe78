"""What a reading costs at a steady pace from few rooms to many, the publishing of states told apart.

    python -m bench.states [--rooms 10 100 1000 10000] [--rate 1000] [--before PATH/TO/luchtig]

The same readings are sent in two orders: room by room, so that each reading becomes a state, and
ten of a room together, so that ten become one, since a room says at most one a second. What the one
order costs more than the other, over the states it makes more, is what a state costs, in the same
rooms and with as many readings. With few rooms both make about as many: there the cost of a state
is that of the most rooms in which it could be told. Every room is heard once before, since its
first reading costs more.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import results
from bench.ingest.flood import Flood
from bench.ingest.measure import Measured, measure
from bench.ingest.servers import servers
from bench.ingest.site import gateway
from bench.ingest.takers import Taker

BURST = 10
TELLS = 0.3
"""So many states for each reading must lie between the two orders, for their difference to tell."""


@dataclass(frozen=True)
class Pair:
    """The same readings in both orders; several rounds of each are added up."""

    rooms: int
    spread: Sequence[Measured]
    together: Sequence[Measured]

    @property
    def readings(self) -> int:
        return sum(one.readings for one in self.spread)

    @property
    def cpu_us(self) -> float:
        """Of a reading, its state included, in the order that makes the most of them."""
        return 1e6 * _cpu_s(self.spread) / self.readings

    @property
    def states(self) -> int:
        return sum(one.states for one in self.spread)

    @property
    def state_us(self) -> float | None:
        """None where both orders make about as many."""
        more = self.states - sum(one.states for one in self.together)
        if more < TELLS * self.readings:
            return None
        return max(0.0, 1e6 * (_cpu_s(self.spread) - _cpu_s(self.together)) / more)

    def reading_us(self, state_us: float) -> float:
        """Of a reading alone."""
        return self.cpu_us - state_us * self.states / self.readings


def _cpu_s(measured: Sequence[Measured]) -> float:
    return sum(one.cpu_s for one in measured)


def main() -> None:
    asked = argparse.ArgumentParser(description="what a reading and a state cost")
    asked.add_argument("--rooms", type=int, nargs="+", default=[10, 100, 1_000, 10_000])
    asked.add_argument("--readings", type=int, default=30_000, help="of all rooms, at most")
    asked.add_argument("--each", type=int, default=60, help="of a room, at most")
    asked.add_argument("--rate", type=float, default=1_000.0, help="readings/s")
    asked.add_argument("--rounds", type=int, default=1, help="added up")
    asked.add_argument("--before", type=Path, help="another version's luchtig, measured as well")
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    given = asked.parse_args()
    chosen = {"luchtig before": gateway([str(given.before.resolve())])} if given.before else {}
    chosen["luchtig gateway"] = gateway()
    for name, taker in chosen.items():
        pairs = [pair(taker, rooms, given) for rooms in given.rooms]
        print("\n".join(lines(name, pairs)), flush=True)
        if given.save:
            kept = [{"taken_by": name, **asdict(one)} for one in pairs]
            results.save(given.save, "states", vars(given), kept)


def pair(taker: Taker, rooms: int, given: argparse.Namespace) -> Pair:
    each = max(2, min(given.each, given.readings // rooms))
    found: dict[int, list[Measured]] = {1: [], BURST: []}
    for _ in range(given.rounds):
        for burst, measured in found.items():
            flood = Flood(rooms, each, rate=given.rate, burst=burst)
            with tempfile.TemporaryDirectory() as folder:
                directory = Path(folder)
                directory.chmod(0o755)
                with servers(directory, rooms, relayed=False) as (bench, relay):
                    measured.append(measure(taker, bench, flood, relay, warm=True))
    return Pair(rooms, found[1], found[BURST])


def lines(name: str, pairs: Sequence[Pair]) -> list[str]:
    told = [one.state_us for one in pairs if one.state_us is not None]
    most = told[-1] if told else 0.0
    fewest = pairs[0].reading_us(most if pairs[0].state_us is None else pairs[0].state_us)
    made = [
        f"| {name}: rooms | readings | states | µs each | µs a state | without | of the fewest |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in pairs:
        state_us = one.state_us
        reading_us = one.reading_us(most if state_us is None else state_us)
        said = "–" if state_us is None else f"{state_us:,.0f}"
        made.append(
            f"| {one.rooms:,} | {one.readings:,} | {one.states:,} | {one.cpu_us:,.0f} | {said} |"
            f" {reading_us:,.0f} | {reading_us / fewest:.2f} |"
        )
    return made


if __name__ == "__main__":
    main()
