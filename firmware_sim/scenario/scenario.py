"""A scenario ready to play: which rooms there are, who meets in them, which devices hang where."""

from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from firmware_sim.physics.crowd import Habits
from firmware_sim.scenario.file import parse_sim
from firmware_sim.scenario.tables import (
    FaultTable,
    Quantity,
    SimDeviceTable,
    SimRoomTable,
    SimTable,
    StepTable,
)
from sensors.config import ConfigError, read_toml
from sensors.venue.file import parse_venues
from sensors.venue.tables import MeetingTable, VenueTable
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

OUTSIDE = RoomSlug("-")
"""The room of a device that hangs nowhere: it measures outdoor air and sees nobody."""

DEFAULT_VOLUME_M3 = 100.0
MODELS: dict[Quantity, str] = {
    "air": "sim-co2",
    "count": "sim-room-counter",
    "door": "sim-door-counter",
    "motion": "sim-motion",
}


@dataclass(frozen=True, slots=True)
class Appointment:
    """A meeting and how many really come. Local ``"HH:MM"`` times are played on every day."""

    start: datetime | str
    end: datetime | str
    people: int


@dataclass(frozen=True, slots=True)
class RoomPlan:
    venue: VenueSlug
    slug: RoomSlug
    zone: ZoneInfo
    volume_m3: float
    air_changes_per_h: float
    windows: tuple[StepTable, ...]
    appointments: tuple[Appointment, ...]
    doors: int


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """``door`` is which of the room's doors a door counter hangs above."""

    venue: VenueSlug
    slug: DeviceSlug
    room: RoomSlug
    door: int
    model: str
    measures: tuple[Quantity, ...]
    interval_s: float
    lag_s: float
    noise_ppm: float
    step_ppm: float
    offset_ppm: float
    drift: float
    faults: tuple[FaultTable, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """``from_midnight``: the devices live through the day from midnight on whenever they are started, so
    that they say the same at the same time.
    """

    seed: int
    outdoor_ppm: float
    habits: Habits
    rooms: tuple[RoomPlan, ...]
    devices: tuple[DevicePlan, ...]
    from_midnight: bool = True


def find_scenario(name_or_path: str) -> Path:
    """The file of a scenario: a path, or the name of one that ships with Luchtig.

    Raises:
        ConfigError: neither.

    """
    folder = Path(str(files("firmware_sim.scenario") / "scenarios"))
    shipped = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    path = Path(name_or_path)
    if path.suffix or path.exists():
        return path
    if name_or_path not in shipped:
        raise ConfigError(
            [f"{name_or_path}: expected a scenario file, or one of: {', '.join(shipped)}"]
        )
    return shipped[name_or_path]


def load_scenario(path: Path, *, seed: int | None = None) -> Scenario:
    """The scenario in a file, with other dice than its own where ``seed`` is given.

    Raises:
        ConfigError: every mistake, a line each.

    """
    scenario = parse_scenario(read_toml(path), str(path))
    return scenario if seed is None else replace(scenario, seed=seed)


def parse_scenario(tables: dict[str, Any], source: str) -> Scenario:
    """The scenario in the tables of a file named ``source``.

    Raises:
        ConfigError: every mistake, a line each.

    """
    venues = parse_venues(tables, source)
    sim = parse_sim(tables, venues, source)
    habits = Habits(
        early_min=sim.early_min,
        late_min=sim.late_min,
        linger_min=sim.linger_min,
        generation_lph=sim.generation_lph,
        generation_spread=sim.generation_spread,
    )
    devices = tuple(plan for venue in venues for plan in _devices(venue, sim))
    rooms = tuple(plan for venue in venues for plan in _rooms(venue, sim, devices))
    return Scenario(sim.seed, sim.outdoor_ppm, habits, rooms, devices)


def _devices(venue: VenueTable, sim: SimTable) -> list[DevicePlan]:
    tables = {row.device: row for row in sim.device if row.venue in (None, venue.slug)}
    doors: dict[str, int] = {}
    plans: list[DevicePlan] = []
    for device in venue.device:
        table = tables.get(device.slug, SimDeviceTable(device=device.slug))
        room = device.room or OUTSIDE
        door = doors.get(room, 0)
        if "door" in table.measures:
            doors[room] = door + 1
        plans.append(
            DevicePlan(
                venue=venue.slug, slug=device.slug, room=room, door=door,
                model=table.model or MODELS[table.measures[0]], measures=table.measures,
                interval_s=table.interval_s, lag_s=table.lag_s, noise_ppm=table.noise_ppm,
                step_ppm=table.step_ppm, offset_ppm=table.offset_ppm, drift=table.drift,
                faults=table.fault,
            )
        )  # fmt: skip
    return plans


def _rooms(venue: VenueTable, sim: SimTable, devices: tuple[DevicePlan, ...]) -> list[RoomPlan]:
    tables = {row.room: row for row in sim.room if row.venue in (None, venue.slug)}
    zone = ZoneInfo(venue.timezone)
    sizes = {room.slug: room.volume_m3 or DEFAULT_VOLUME_M3 for room in venue.room}
    plans: list[RoomPlan] = []
    for slug, volume_m3 in (sizes | {OUTSIDE: DEFAULT_VOLUME_M3}).items():
        table = tables.get(slug, SimRoomTable(room=slug))
        mine = [d for d in devices if (d.venue, d.room) == (venue.slug, slug)]
        plans.append(
            RoomPlan(
                venue=venue.slug, slug=slug, zone=zone, volume_m3=volume_m3,
                air_changes_per_h=table.air_changes_per_h, windows=table.windows,
                appointments=tuple(
                    Appointment(m.start, m.end, _people(m, venue.slug, sim))
                    for m in venue.meeting if m.room == slug
                ),
                doors=sum("door" in d.measures for d in mine),
            )
        )  # fmt: skip
    return plans


def _people(meeting: MeetingTable, venue: VenueSlug, sim: SimTable) -> int:
    for row in sim.attendance:
        if (row.room, row.start) == (meeting.room, meeting.start) and row.venue in (None, venue):
            return row.people
    return meeting.expected_people or 0
