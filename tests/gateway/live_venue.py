"""A small venue in a real database, and a clock that stands where a test puts it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from gateway.domain.meeting import Meeting
from gateway.domain.room import Room, Venue
from gateway.journal.entry import Entry
from gateway.live.engine import Engine
from gateway.live.judged import Judged
from gateway.live.pace import NORMAL, Pace
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.database import Database, open_database
from gateway.registry.devices import place
from gateway.registry.rooms import put_room, put_venue
from gateway.store.interface import Placed
from sensors.clock import Clock
from sensors.wire.instant import to_ns
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # 10:00 in Amsterdam
ORGANISER = "anna@example.org"


class StandingClock(Clock):
    """``at`` is now, until the test moves it."""

    at = START

    def now_ns(self) -> int:
        return to_ns(type(self).at)


class Wall:
    """A steady clock of wall time that stands where a test puts it."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def minute(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def new_database(directory: Path, *, trust_hints: bool = False) -> Database:
    """De Kade with the rooms serre (16 seats) and zaal (20), a CO2 sensor and a door in serre, and a
    meeting there from minute 0 to 60.
    """
    database = open_database("sqlite:///luchtig.db", directory)
    database.migrate()
    with database.write() as conn:
        put_venue(
            conn, Venue(VenueSlug("de-kade"), "De Kade", reset_at=time(4), trust_hints=trust_hints)
        )
        put_room(conn, Room(VenueSlug("de-kade"), RoomSlug("serre"), "Serre", seats=16))
        put_room(conn, Room(VenueSlug("de-kade"), RoomSlug("zaal"), "Grote zaal", seats=20))
        place(conn, VenueSlug("de-kade"), DeviceSlug("co2-01"), RoomSlug("serre"), START)
        put_meeting(conn, meeting("m1", 0, 60))
    return database


def meeting(
    name: str,
    start: float,
    end: float,
    organiser: str | None = ORGANISER,
    room: RoomSlug = RoomSlug("serre"),
) -> Meeting:
    return Meeting(
        name,
        VenueSlug("de-kade"),
        room,
        f"Meeting {name}",
        minute(start),
        minute(end),
        organiser=organiser,
    )


def air(
    at: float,
    co2_ppm: float,
    arrived: float | None = None,
    device: DeviceSlug = DeviceSlug("co2-01"),
) -> Placed:
    arrived_ns = to_ns(minute(at if arrived is None else arrived))
    return Placed(
        RoomSlug("serre"),
        AirReading(
            VenueSlug("de-kade"), device, to_ns(minute(at)), arrived_ns, True, float(co2_ppm)
        ),
    )


def calm(until: float) -> tuple[Placed, ...]:
    """Fine air from minute 1 on, often enough to be no silence."""
    return tuple(air(m, 800) for m in range(1, int(until), 4))


def door(at: float, came: int, went: int, device: DeviceSlug = DeviceSlug("door-01")) -> Placed:
    at_ns = to_ns(minute(at))
    totals = {"in_total": came, "out_total": went}
    return Placed(
        RoomSlug("serre"), PeopleReading(VenueSlug("de-kade"), device, at_ns, at_ns, True, **totals)
    )


def count(at: float, people: int, device: DeviceSlug = DeviceSlug("cam-01")) -> Placed:
    at_ns = to_ns(minute(at))
    return Placed(
        RoomSlug("serre"),
        PeopleReading(VenueSlug("de-kade"), device, at_ns, at_ns, True, count=people),
    )


@dataclass
class Gateway:
    """A live side with its journal in a list. At a higher speed a minute of the clock is no absence
    from which the gateway comes back. ``wall`` stands still, so that what is written behind waits for
    ``second_later``.
    """

    database: Database
    speed: float = 1.0
    pace: Pace = NORMAL
    journal: list[Entry] = field(default_factory=list)
    wall: Wall = field(default_factory=Wall)

    def __post_init__(self) -> None:
        self.live = self.restarted()

    def restarted(self) -> Engine:
        """A new process: the old one was killed with what it had not written."""
        clock = StandingClock(speed=self.speed)
        self.live = Engine(self.database, clock, "gw", self.pace, self.wall)
        self.live.load(self._beyond)
        return self.live

    def _beyond(self, after: int, limit: int) -> list[tuple[int, Entry]]:
        return list(enumerate(self.journal, 1))[after : after + limit]

    def journalled(self, entries: Sequence[Entry]) -> None:
        self.journal.extend(entries)

    def take(self, *entries: Entry, now: float | None = None) -> Judged:
        """Journal entries and judge all that is not judged yet; the clock shows the newest arrival."""
        self.journalled(entries)
        if now is not None:
            StandingClock.at = minute(now)
        position = self.live.cursor
        waiting = list(enumerate(self.journal, 1))[position:]
        return self.live.apply(waiting, {})

    def follow(self, *entries: Placed) -> None:
        """Each at its own time, as if it were now, with the clock ticking in between. Like the
        gateway's own loop it lets the clock tick only when all of the journal was judged.
        """
        self.take()
        for entry in entries:
            StandingClock.at = max(
                StandingClock.at,
                START + timedelta(microseconds=(entry.reading.arrived_ns - to_ns(START)) // 1000),
            )
            self.live.tick()
            self.take(entry)
            self.live.tick()

    def tick(self, now: float) -> Judged:
        StandingClock.at = minute(now)
        return self.live.tick()

    def second_later(self) -> Judged:
        """A second of wall time on, when what is written behind is due."""
        self.wall.now_s += self.pace.write_every_s
        return self.live.tick()


NO_BACKLOG = replace(NORMAL, backlog_s=0.0)
"""Of a gateway whose clock is fast and whose broker holds nothing back."""
