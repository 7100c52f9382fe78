"""What judging costs a house of many rooms with a policy each, a reading a room each ten seconds:
the live side's share of one core and its memory, with or without the estimate of the air.

python -m bench.rules [--rooms 10000] [--seconds 60] [--air]
"""

import argparse
import gc
import resource
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from gateway.domain.alerts.contact import Contact
from gateway.domain.policy import DEFAULT
from gateway.domain.room import Room, Venue
from gateway.journal.entry import Entry
from gateway.live.engine import Engine
from gateway.mqtt.publisher import Publisher
from gateway.registry.alerts.contacts import put_contacts
from gateway.registry.database import Database, open_database
from gateway.registry.devices import place
from gateway.registry.policies import put_policy
from gateway.registry.revision import raise_revision
from gateway.registry.rooms import put_room, put_venue
from gateway.store.interface import Placed
from sensors.clock import Clock
from sensors.wire.instant import to_ns
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

EVERY_S = 10
BATCH = 500
ROOMS_A_VENUE = 100
PENDING_S = 420
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CONTACTS = (
    Contact("Manager", "manager@example.org"),
    Contact("Next", "next@example.org", role="escalation"),
)

Air = Callable[[int, int], float]
"""The CO2 of a room in a turn."""


class HandClock(Clock):
    """It stands where the measurement puts it: a second costs what it costs, without the
    waiting.
    """

    at = START

    def now_ns(self) -> int:
        return to_ns(type(self).at)

    @classmethod
    def monotonic(cls) -> float:
        """What is written each second of wall time is so by this clock too."""
        return to_ns(cls.at) / 1e9


def main() -> None:
    asked = argparse.ArgumentParser(description="what judging costs a house of many rooms")
    asked.add_argument("--rooms", type=int, default=10_000)
    asked.add_argument("--seconds", type=int, default=60)
    asked.add_argument("--air", action="store_true", help="give the rooms a volume")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        database = open_database("sqlite:///luchtig.db", Path(directory))
        furnish(database, options.rooms, air=options.air)
        before_mb = resident_mb()
        live = Engine(database, HandClock(), "bench", monotonic=HandClock.monotonic)
        live.load()
        house = House(live, options.rooms)
        print(f"{options.rooms} rooms, their air {'' if options.air else 'not '}followed")
        house.run("all fine", options.seconds, fine)
        house.run("a tenth goes over", PENDING_S, a_tenth_over)
        house.run("a tenth stays over", options.seconds, a_tenth_over)
        house.run("all go over", PENDING_S, all_over)
        house.run("all stay over", options.seconds, all_over)
        house.run("all come back", 120, fine)
        publisher = Publisher(lambda _: True, live.rendered, None)
        publisher.keep_only(live.rooms)
        before_s = cpu()
        publisher.pump()
        print(f"the states of all rooms, published: {cpu() - before_s:.3f} s")
        before_s = cpu()
        publisher.pump()
        print(f"looking which are to be published: {cpu() - before_s:.6f} s")
        with database.write() as conn:
            raise_revision(conn)
        before_s = cpu()
        live.refresh()
        print(f"taking over a configuration that changed: {cpu() - before_s:.2f} s")
        gc.collect()
        now_mb = resident_mb()
        print(f"memory {now_mb:.0f} MB, of which the live side {now_mb - before_mb:.0f} MB")
        database.close()


def fine(_room: int, turn: int) -> float:
    return 700.0 + turn % 7


def a_tenth_over(room: int, turn: int) -> float:
    return fine(room, turn) + (800.0 if room % 10 == 0 else 0.0)


def all_over(room: int, turn: int) -> float:
    return fine(room, turn) + 800.0


def furnish(database: Database, rooms: int, *, air: bool) -> None:
    database.migrate()
    volume_m3 = 150.0 if air else None
    with database.write() as conn:
        for i in range(rooms):
            venue = f"v-{i // ROOMS_A_VENUE}"
            if i % ROOMS_A_VENUE == 0:
                put_venue(conn, Venue(VenueSlug(venue), venue, escalate_after_min=30))
                put_contacts(conn, VenueSlug(venue), CONTACTS)
            put_policy(conn, replace(DEFAULT, slug=f"p-{i}", kind="own"))
            put_room(
                conn,
                Room(
                    VenueSlug(venue),
                    RoomSlug(f"r-{i}"),
                    f"Room {i}",
                    volume_m3,
                    seats=20,
                    policy=f"p-{i}",
                ),
            )
            place(conn, VenueSlug(venue), DeviceSlug(f"co2-{i}"), RoomSlug(f"r-{i}"), START)


@dataclass
class House:
    """A house in which a tenth of the rooms sends a reading each second."""

    live: Engine
    rooms: int
    position: int = 0
    turn: int = 0

    def run(self, what: str, seconds: int, co2: Air) -> None:
        cpu_s, worst_s = cpu(), 0.0
        for _ in range(seconds):
            HandClock.at += timedelta(seconds=1)
            began_s = cpu()
            self.second(co2)
            worst_s = max(worst_s, cpu() - began_s)
        share = (cpu() - cpu_s) / seconds
        print(
            f"{what:<20} {seconds:>5} s  {100 * share:5.1f} % of a core"
            f"  {1e6 * share / self.rooms * EVERY_S:6.1f} µs a reading"
            f"  longest second {worst_s:5.2f} s",
            flush=True,
        )

    def second(self, co2: Air) -> None:
        """What the live loop does in one: the readings, the clock, what people changed."""
        self.turn += 1
        made = self.readings(co2)
        for i in range(0, len(made), BATCH):
            self.live.apply(made[i : i + BATCH], {})
        self.live.tick()
        self.live.refresh()

    def readings(self, co2: Air) -> list[tuple[int, Entry]]:
        made: list[tuple[int, Entry]] = []
        at_ns = to_ns(HandClock.at)
        for room in range(self.turn % EVERY_S, self.rooms, EVERY_S):
            self.position += 1
            venue, co2_ppm = f"v-{room // ROOMS_A_VENUE}", co2(room, self.turn)
            reading = AirReading(
                VenueSlug(venue), DeviceSlug(f"co2-{room}"), at_ns - room, at_ns, True, co2_ppm
            )
            made.append((self.position, Placed(RoomSlug(f"r-{room}"), reading)))
        return made


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident_mb() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6


if __name__ == "__main__":
    main()
