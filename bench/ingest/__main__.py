"""How many readings a second go from Mosquitto at QoS 1 through the gateway into the store, none
lost, and what each costs, from few rooms to many.

    python -m bench.ingest [--rooms 10 100 1000 10000] [--late] [--rate 400] [--telegraf PATH]
        [--before PATH/TO/luchtig] [--busy N] [--slow 0.1] [--rounds 3] [--save FOLDER]

In the same run the same readings go to a paho subscriber that counts and does nothing, to the
bridge that one writes in an afternoon, to Telegraf where its program is given, and to another
version of the gateway where its command is given: trust the ratios. With ``--rate`` readings come
at that pace, which shows what one costs a gateway that keeps up.

A reading is done when the store has it. Its CPU is counted until the taker has nothing left to do.
The time of an acknowledgement is that from the broker's PUBLISH to the taker's PUBACK: what the
publisher sees is the broker's own, so a relay between broker and taker looks (where readings are
offered at a rate, or with ``--relay``: in a flood it costs some of the machine). The time of a state
is that from the publisher's PUBLISH to the first state of the room on MQTT that holds the reading or
a newer one; a room says at most one a second, which counts where a device sends faster than that.
"""

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench import results
from bench.ingest import takers
from bench.ingest.flood import Flood
from bench.ingest.measure import Measured, measure
from bench.ingest.processes import busy
from bench.ingest.servers import servers
from bench.ingest.site import gateway
from bench.ingest.table import BARE, BEFORE, HEAD, OURS, RULE, by_process, lines, middle, rows
from bench.ingest.takers import Taker

HOUR_S = 3600.0


def main() -> None:
    given = arguments()
    chosen = chosen_takers(given)
    print(f"{about(given)}\n\n{HEAD}\n{RULE}")
    kept, notes = [], []
    for rooms in given.rooms:
        each = max(1, min(given.each, given.readings // rooms))
        flood = Flood(rooms, each, HOUR_S if given.late else 0.0, given.rate)
        with busy(given.busy):
            rounds = measured_rounds(chosen, flood, given)
        typical = {name: middle(found) for name, found in rounds.items()}
        for line in lines(flood, typical):
            print(line, flush=True)
        notes += [f"{rooms:,} rooms, {line}" for line in by_process(typical)]
        kept += rows(flood, rounds)
    if given.slow < 1:
        notes.append(f"Each taker: {kept[-1]['held_back']}.")
    if given.save:
        notes.append(f"Kept in {results.save(given.save, 'ingest', vars(given), kept)}")
    print("".join(f"\n{note}" for note in notes))


def arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    asked.add_argument("--rooms", type=int, nargs="+", default=[10, 100, 1_000, 10_000])
    asked.add_argument("--readings", type=int, default=60_000, help="of all rooms, at most")
    asked.add_argument(
        "--each", type=int, default=60, help="of a room, at most; 60 are none of them late"
    )
    asked.add_argument("--late", action="store_true", help="the last reading is an hour old")
    asked.add_argument("--rate", type=float, default=0.0, help="readings/s offered; 0: a flood")
    asked.add_argument("--relay", action="store_true", help="time acknowledgements in a flood too")
    asked.add_argument("--rounds", type=int, default=1, help="the middle one is shown")
    asked.add_argument("--busy", type=int, default=0, metavar="N", help="so many cores spin")
    asked.add_argument(
        "--slow", type=float, default=1.0, metavar="0.1", help="of the machine, for each taker"
    )
    asked.add_argument("--store", choices=("influxdb", "sqlite"), default="influxdb")
    asked.add_argument("--telegraf", type=Path, help="Telegraf's program, measured as well")
    asked.add_argument("--before", type=Path, help="another version's luchtig, measured as well")
    asked.add_argument(
        "--only", nargs="+", metavar="TAKER", help="of: bare naive telegraf before gateway"
    )
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    asked.add_argument("--keep", type=Path, help="run in this folder and leave it there")
    return asked.parse_args()


def chosen_takers(given: argparse.Namespace) -> dict[str, Taker]:
    known: dict[str, tuple[str, Taker]] = {
        "bare": (BARE, takers.bare),
        "naive": ("naive bridge", takers.naive),
    }
    if given.telegraf:
        known["telegraf"] = ("Telegraf", takers.telegraf(given.telegraf))
    if given.before:
        known["before"] = (BEFORE, gateway([str(given.before.resolve())]))
    known["gateway"] = (OURS, gateway())
    return dict(known[one] for one in known if given.only is None or one in given.only)


def about(given: argparse.Namespace) -> str:
    """What is measured, in a line."""
    when = "an hour late" if given.late else "in time"
    offered = f"{given.rate:,.0f}/s offered" if given.rate else "as fast as they go"
    said = f"Readings {when}, {offered}; the gateway into {given.store}"
    said += f"; {given.busy} processes spin beside it" if given.busy else ""
    said += f"; each taker gets {given.slow:.0%} of the machine" if given.slow < 1 else ""
    return said + (f"; the middle of {given.rounds} rounds" if given.rounds > 1 else "")


def measured_rounds(
    chosen: Mapping[str, Taker], flood: Flood, given: argparse.Namespace
) -> dict[str, list[Measured]]:
    """Each has a broker and a store of its own, and the machine to itself; round by round, so that
    what comes and goes on the machine meets all of them.
    """
    found: dict[str, list[Measured]] = {name: [] for name in chosen}
    for number in range(given.rounds):
        for name, taker in chosen.items():
            folder = f"{name.replace(' ', '-')}-{flood.rooms}-{number}"
            with tempfile.TemporaryDirectory() as temporary:
                directory = (given.keep or Path(temporary)) / folder
                directory.mkdir(parents=True)
                directory.parent.chmod(0o755)
                found[name].append(one_round(taker, flood, given, directory))
    return found


def one_round(taker: Taker, flood: Flood, given: argparse.Namespace, directory: Path) -> Measured:
    relayed = bool(given.rate or given.relay)
    with servers(directory, flood.rooms, relayed=relayed, store=given.store) as (bench, relay):
        return measure(taker, bench, flood, relay, share=given.slow)


if __name__ == "__main__":
    main()
