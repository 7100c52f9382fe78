"""Three gateways that share a large house; one is killed, a fourth joins, and nothing may be missing.

    python -m bench.leases [--rooms 10000] [--venues 20] [--seconds 30] [--acknowledge stored]

`luchtig sim` plays the house, a reading of each room every ten seconds. It reaches Mosquitto through a relay that
writes down which reading the broker confirmed to it: in the end the store is held against that record,
reading by reading. With ``stored`` the folder of the killed gateway is deleted; with ``disk`` it is
brought in by `luchtig gateway --drain`.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import results
from bench.ingest.relay import Relay, relay_before
from bench.leases.house import House, Member, Share
from bench.leases.record import Comparison, Confirmations, Said, compare, readings_in
from firmware_sim.scenario.many import many_rooms, venue_file
from tests.servers import influxd, mosquitto, postgres, stop

SEED = 1
"""As the simulator has it where none is given."""
FIRST = ("one", "two", "three")
JOINS = "four"
LEFT_S = 120.0
"""The store is given up on once it has had nothing new for so long."""


def main() -> int:
    asked = argparse.ArgumentParser(description="three gateways, a death, and a fourth")
    asked.add_argument("--rooms", type=int, default=10_000)
    asked.add_argument("--venues", type=int, default=20)
    asked.add_argument("--seconds", type=float, default=30.0, help="of each stage")
    asked.add_argument("--acknowledge", choices=("stored", "disk"), default="stored")
    asked.add_argument("--save", type=Path, metavar="FOLDER", help="keep the figures as JSON there")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        directory = Path(folder)
        directory.chmod(0o755)
        broker = stack.enter_context(mosquitto(directory / "broker"))
        influx = stack.enter_context(influxd(directory / "influxd"))
        server = stack.enter_context(postgres())
        relay = stack.enter_context(relay_before(broker.port, Confirmations))
        house = House(directory, broker, influx, server, given.acknowledge, stack)
        found, rows = play(house, relay, given)
    if given.save:
        print(f"\nKept in {results.save(given.save, 'leases', vars(given), rows)}")
    return 0 if found.is_equal else 1


def play(
    house: House, relay: Relay[Said], given: argparse.Namespace
) -> tuple[Comparison, list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []

    def show(stage: str) -> None:
        shares = house.shares(given.seconds)
        rows.extend({"stage": stage, **asdict(share)} for share in shares)
        table(stage, shares)

    members = [house.add(name) for name in FIRST]
    furnish(members[0], given.rooms, given.venues)
    began = time.monotonic()
    for member in members:
        member.start()
    house.settles()
    print(f"{len(members)} gateways were started in {time.monotonic() - began:.0f} s\n")
    print(
        "| | gateway | venues | rooms | of a core | memory MB |\n| --- | --- | --- | --- | --- | --- |"
    )
    simulator = members[1].set_up.start(
        "sim", "--rooms", str(given.rooms), "--venues", str(given.venues),
        "--broker", f"mqtt://127.0.0.1:{relay.port}", says="",
    )  # fmt: skip
    said = begins(relay)
    show("three")
    dead, lost, taken_s, heard_s = house.dies(FIRST[0])
    if given.acknowledge == "stored":
        shutil.rmtree(dead.set_up.directory)
    rows.append({"stage": "killed", "taken_s": taken_s, "heard_s": heard_s})
    show(f"`{dead.name}` killed")
    house.add(JOINS).start()
    joined_s = house.settles()
    rows.append({"stage": "joined", "joined_s": joined_s})
    show(f"`{JOINS}` joined")
    print(f"\nThe {len(lost)} venues of the killed one were others' after {taken_s:.1f} s, and all heard"
          f" again after {heard_s:.1f} s; the new one had its part {joined_s:.1f} s after its start.")  # fmt: skip
    stop(simulator)
    said += relay.take()
    if given.acknowledge == "disk":
        drains(dead, house)
    found = ends(house, said)
    rows.append({"stage": "end", **asdict(found)})
    return found, rows


def furnish(member: Member, rooms: int, venues: int) -> None:
    began = time.monotonic()
    member.set_up.import_venue("".join(venue_file(many_rooms(rooms, venues, SEED))))
    print(f"{rooms:,} rooms in {venues} venues were imported in {time.monotonic() - began:.0f} s")


def begins(relay: Relay[Said]) -> list[Said]:
    """Wait for the first readings: the simulator plans its days before it says any."""
    said: list[Said] = []
    while not readings_in(said)[0]:
        time.sleep(0.5)
        said = [*(one for one in said if one.is_confirmed), *relay.take()]
    return said


def table(stage: str, shares: Sequence[Share]) -> None:
    for share in shares:
        print(
            f"| {stage} | `{share.name}` | {share.venues} | {share.rooms:,} | {share.of_a_core:.0%} |"
            f" {share.memory_mb:.0f} |",
            flush=True,
        )


def drains(dead: Member, house: House) -> None:
    alive = next(iter(house.members.values()))
    done = alive.set_up.run("gateway", "--drain", str(dead.set_up.directory))
    print(f"\n`--drain` of the killed one's folder: {done.stdout.strip() or done.stderr.strip()}")


def ends(house: House, said: Sequence[Said]) -> Comparison:
    """Wait until the store has what was confirmed, or nothing new comes, and hold the two together."""
    venues = sorted(house.sight().weights)
    confirmed = len(readings_in(said)[0])
    began = moved = time.monotonic()
    had = -1
    while (has := readings_held(house)) < confirmed and time.monotonic() - moved < LEFT_S:
        if has != had:
            had, moved = has, time.monotonic()
        time.sleep(1)
    took_s = time.monotonic() - began
    found = compare(said, house.store, venues)
    print(f"\nOf {found.confirmed:,} readings that the broker confirmed to the simulator {found.missing:,}"
          f" are missing in the store, {found.doubled:,} are there twice and {found.unknown:,} are nobody's;"
          f" it had them all {took_s:.0f} s after the last.")  # fmt: skip
    return found


def readings_held(house: House) -> int:
    return sum(
        house.store.count(kind, venue)
        for venue in house.sight().weights
        for kind in ("air", "people")
    )


if __name__ == "__main__":
    sys.exit(main())
