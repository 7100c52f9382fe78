"""A small venue whose serre has a volume, and the readings its air would give: the closed form of one
well-mixed zone, straight from the textbook and not from the code that is tested.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import exp
from pathlib import Path
from random import Random

from gateway.domain.air.room_estimate import Range
from gateway.domain.meeting import Meeting
from gateway.domain.room import Room
from gateway.domain.room_state import VentilationView
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.database import Database
from gateway.registry.policies import put_presets
from gateway.registry.rooms import put_room
from gateway.store.interface import Placed
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.live_venue import air, count, meeting, new_database

VOLUME_M3 = 100.0
OUTDOOR_PPM = 430.0
EACH_LPS = 0.00514  # who sits and talks


def aired_database(directory: Path, **more: float | str | None) -> Database:
    """Of the serre the volume is known too, so that its air can be followed; ``more`` of the room."""
    database = new_database(directory)
    with database.write() as conn:
        put_presets(conn)
        put_room(conn, aired_room(**more))
    return database


def told_flow(found: VentilationView | None) -> Range:
    """The flow that a state tells, within its interval."""
    assert found is not None
    assert found.flow_lps is not None
    assert found.low_lps is not None
    assert found.high_lps is not None
    return Range(found.flow_lps, found.low_lps, found.high_lps)


def aired_room(**more: float | str | None) -> Room:
    room = Room(
        VenueSlug("de-kade"),
        RoomSlug("serre"),
        "Serre",
        volume_m3=VOLUME_M3,
        floor_area_m2=36.0,
        seats=16,
    )
    return replace(room, **more)  # type: ignore[arg-type]


def put_meetings(database: Database, *meetings: Meeting) -> None:
    with database.write() as conn:
        for one in meetings:
            put_meeting(conn, one)


def long_meeting(end: float = 240.0, **more: object) -> Meeting:
    return replace(meeting("m1", 0, end), **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Spell:
    """So many minutes with so many people and such a flow."""

    minutes: float
    people: int
    flow_lps: float
    counted: bool = True


def hours(
    *spells: Spell,
    every_s: float = 20.0,
    seed: int = 1,
    begin: float = 0.0,
    start_ppm: float = OUTDOOR_PPM + 40.0,
    device: DeviceSlug = DeviceSlug("co2-01"),
    offset_ppm: float = 0.0,
) -> Iterator[Placed]:
    """What the sensor and the camera of the serre send, from minute ``begin`` on."""
    dice = Random(seed)
    ppm, at = start_ppm, begin
    for spell in spells:
        rest_ppm = OUTDOOR_PPM + 1e6 * spell.people * EACH_LPS / spell.flow_lps
        faded = exp(-every_s * spell.flow_lps / (1e3 * VOLUME_M3))
        for step in range(round(60.0 * spell.minutes / every_s)):
            if spell.counted and step % 3 == 0:
                yield count(at, spell.people)
            yield air(at, round(ppm + offset_ppm + dice.gauss(0.0, 4.0)), device=device)
            ppm = rest_ppm + (ppm - rest_ppm) * faded
            at += every_s / 60.0
