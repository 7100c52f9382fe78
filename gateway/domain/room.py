"""Venues, their rooms, and which device hung where and when."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final, Literal

from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

HEIGHT_M = 2.8
"""How high a room is that only its floor is known of."""

NOWHERE = RoomSlug("-")
"""The room of a reading whose device hung nowhere at the reading's own time."""

SIMULATED: Final = VenueSlug("luchtig-simulated")
"""The venue of simulated sensors that somebody only looks at: no report is made of it."""

VentilationKind = Literal["constant", "clock", "co2", "natural"]
"""What drives a room's fresh air: a plant that always runs, one that runs by the clock, one that
follows the CO2 (demand-controlled), or windows and cracks alone."""
AirFrom = Literal["outdoors", "inside"]
"""Where the air that comes in is from: outdoors, or other rooms and corridors."""


@dataclass(frozen=True, slots=True)
class Venue:
    """``reset_at`` is the local time of day at which door counts start again from nobody.

    ``legal_policy`` and ``healthy_policy`` name what its rooms are shown against as law and as
    healthy, None for the defaults; no flag comes of them.

    From ``quiet_from`` until ``quiet_until``, local times, nobody is told that anything fires; both
    or neither is there. ``escalate_after_min`` is how long each who was told has to acknowledge
    before the next is told, None for ever. ``protocol`` is what its meetings are held under where
    neither they nor their room chose one.
    """

    slug: VenueSlug
    name: str
    timezone: str = "Europe/Amsterdam"
    language: str = "nl"
    reset_at: time = time(4, 0)
    trust_hints: bool = False
    legal_policy: str | None = None
    healthy_policy: str | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    escalate_after_min: int | None = None
    protocol: str | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """A room as its venue describes it; ``policy`` names the limits it is held to, None for the
    default.

    ``design_flow_lps`` is the outdoor air that its ventilation was built to supply. ``ventilation``
    and ``air_from`` say what kind of room it is, None where nobody said. ``protocol`` is what its
    meetings are held under where they chose none. ``position`` is where it comes among the rooms of its
    venue; one that is ``archived`` is out of use and keeps its history.
    """

    venue: VenueSlug
    slug: RoomSlug
    name: str
    volume_m3: float | None = None
    floor_area_m2: float | None = None
    seats: int | None = None
    policy: str | None = None
    design_flow_lps: float | None = None
    ventilation: VentilationKind | None = None
    air_from: AirFrom | None = None
    protocol: str | None = None
    position: int | None = None
    archived: bool = False

    @property
    def air_volume_m3(self) -> float | None:
        """Its volume; of a room whose floor alone is known that of one ``HEIGHT_M`` high."""
        return self.volume_m3 or HEIGHT_M * (self.floor_area_m2 or 0.0) or None


@dataclass(frozen=True, slots=True)
class Placement:
    """A device hung in ``room`` from ``since`` until ``until`` (None: it still does)."""

    venue: VenueSlug
    device: DeviceSlug
    room: RoomSlug
    since: datetime
    until: datetime | None = None


def in_order(name: str) -> tuple[tuple[str, int], ...]:
    """Where a name comes among others: its numbers count as numbers, so that 2 is before 10."""
    pieces = re.findall(r"([^0-9]*)([0-9]{0,18})", name.casefold())
    return tuple((words, int(digits) if digits else -1) for words, digits in pieces)
