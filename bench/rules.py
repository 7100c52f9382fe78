"""What judging costs: CPU time per reading through Live.apply, for a house of many rooms whose air is
followed: the estimate, flags, advice, samples, and the states to publish.

python -m bench.rules [ROOMS] [READINGS]
"""

import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from gateway.domain.room import Room, Venue
from gateway.entry import Entry
from gateway.live import Live
from gateway.registry.database import Database, open_database
from gateway.registry.devices import place
from gateway.registry.rooms import put_room, put_venue
from gateway.store.interface import Placed
from sensors.clock import Clock
from sensors.instant import to_ns
from sensors.reading import AirReading, PeopleReading

BATCH = 500
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


CASES = ((700.0, "fine"), (1500.0, "every room over its limit"))


def main(rooms: int, readings: int) -> None:
    for co2_ppm, what in CASES:
        with tempfile.TemporaryDirectory() as directory:
            database = open_database("sqlite:///luchtig.db", Path(directory))
            furnish(database, rooms)
            clock = Clock(to_ns(START), time.time_ns())
            live = Live(database, clock, "bench")
            live.load()
            measure(live, entries(rooms, readings, co2_ppm, clock), what)
            database.close()


def furnish(database: Database, rooms: int) -> None:
    database.migrate()
    with database.write() as conn:
        put_venue(conn, Venue("v", "V"))
        for i in range(rooms):
            put_room(conn, Room("v", f"r-{i}", f"Room {i}", volume_m3=150.0, seats=20))
            place(conn, "v", f"co2-{i}", f"r-{i}", START)


def entries(rooms: int, readings: int, co2_ppm: float, clock: Clock) -> list[tuple[int, Entry]]:
    """Every room in turn, four readings of air to one of a door; the newest are of now."""
    begin_ns = clock.now_ns() - 10_000_000_000 * readings // rooms
    made: list[tuple[int, Entry]] = []
    for i in range(readings):
        room, turn = i % rooms, i // rooms
        at_ns = begin_ns + 10_000_000_000 * turn + room
        if turn % 5 == 4:
            people = PeopleReading(
                "v", f"door-{room}", at_ns, at_ns, True, in_total=turn, out_total=turn // 2
            )
            made.append((i + 1, Placed(f"r-{room}", people)))
        else:
            air = AirReading("v", f"co2-{room}", at_ns, at_ns, True, co2_ppm + turn % 7)
            made.append((i + 1, Placed(f"r-{room}", air)))
    return made


def measure(live: Live, made: list[tuple[int, Entry]], what: str) -> None:
    cpu = resource.getrusage(resource.RUSAGE_SELF)
    wall = time.perf_counter()
    for i in range(0, len(made), BATCH):
        live.apply(made[i : i + BATCH], {})
    live.tick()
    wall = time.perf_counter() - wall
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - cpu.ru_utime - cpu.ru_stime
    print(
        f"{what:<28} {len(made):>8} readings  {1e6 * spent / len(made):6.1f} µs CPU each"
        f"  {len(made) / wall:8.0f} readings/s"
    )


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    main(*(given + [500, 50_000][len(given) :]))
